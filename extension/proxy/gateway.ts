import type { Socket } from 'node:net';
import type { RequestHead } from '../identify/request.ts';
import { untilAll } from '../patience.ts';
import type { Activity } from './activity.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { Dialer } from './forward/dial.ts';
import type { ForwardFailure, Target } from './forward/forwarder.ts';
import type { Slots } from './forward/slots.ts';
import type { Splice } from './forward/splice.ts';
import type { UndiciForwarder } from './forward/undici.ts';
import type { HeldBodies } from './held.ts';
import type { HeadMemories } from './http1/head-memories.ts';
import type { Decision, EgressDecision, Inspection, Inspector, Outcome, Settled } from './inspector.ts';
import type { Reaper } from './reaper.ts';
import type { Resting } from './resting.ts';

/** What the parts of one proxy share. */
export interface Gateway {
  readonly inspector: Inspector;
  readonly authority: CertificateAuthority | null;
  readonly dialer: Dialer;
  readonly splice: Splice;
  /** Loaded when first asked for. */
  undici(): Promise<UndiciForwarder>;
  readonly slots: Slots;
  readonly held: HeldBodies;
  /** Of the requests that come for each host. */
  readonly heads: HeadMemories;
  readonly reaper: Reaper;
  readonly resting: Resting;
  readonly activity: Activity;
  /** The far ends of open tunnels: a server may keep its half open long after the client has gone. */
  readonly tunnels: Set<Socket>;
  unread: 'tunnel' | 'refuse';
}

const SIGNED_QUERY = /[?&](?:X-Amz-Algorithm|X-Amz-Credential|AWSAccessKeyId)=/i;

/**
 * Plain HTTP to a host that is no endpoint can still be an AWS call (a custom endpoint): then it bears a signature. But anybody can write one, so such a host must be
 * approved as any other, besides the call.
 */
function isSigned(head: RequestHead): boolean {
  if (SIGNED_QUERY.test(head.target)) return true;
  return head.headers.some(([name, value]) => name.toLowerCase() === 'authorization' && /^AWS4?[- ]/i.test(value));
}

/** Asks about one request: as a call where it is one, else as egress that is recorded when the exchange ends. */
export function inspect(gateway: Gateway, head: RequestHead, target: Target): Inspection {
  const { inspector } = gateway;
  if (
    head.scheme === 'https' ||
    inspector.intercepts(target.host) ||
    (head.authority !== null && inspector.intercepts(head.authority.replace(/:\d+$/, '').toLowerCase()))
  ) {
    return inspector.request(head);
  }
  const egress = inspector.egress({ host: target.host, port: target.port, sni: null });
  if (egress.kind === 'tunnel' && isSigned(head)) {
    const inspection = inspector.request(head);
    if (inspection.kind !== 'later') return withEgress(inspection, egress);
    return { ...inspection, again: () => withEgress(inspection.again(), egress) };
  }
  const decision: Decision =
    egress.kind === 'refuse'
      ? { kind: 'refuse', answer: plainAnswer(403, egress.reason), until: egress.until ?? null, ended: egress.ended }
      : {
          kind: 'forward',
          until: egress.until ?? null,
          keepOfErrors: 0,
          keepOfAll: 0,
          isolate: false,
          ended: ({ status, bytesOut, bytesIn, durationMs }) =>
            egress.ended({ connected: status !== null, bytesOut, bytesIn, durationMs }),
        };
  return { kind: 'decided', decision };
}

type Tunnel = Extract<EgressDecision, { kind: 'tunnel' }>;

/** One exchange that is a call and a connection to a host of its own: both are told when it ends. */
function withEgress(inspection: Settled, egress: Tunnel): Settled {
  const both = (decision: Decision): Decision => {
    const until = untilAll(decision.until ?? null, egress.until ?? null);
    if (decision.kind === 'refuse') {
      const ended = () => {
        decision.ended();
        egress.ended({ connected: false, bytesOut: 0, bytesIn: 0, durationMs: 0 });
      };
      return { ...decision, until, ended };
    }
    const ended = (outcome: Outcome) => {
      decision.ended(outcome);
      const { status, bytesOut, bytesIn, durationMs } = outcome;
      egress.ended({ connected: status !== null, bytesOut, bytesIn, durationMs });
    };
    return { ...decision, until, ended };
  };
  if (inspection.kind === 'decided') return { kind: 'decided', decision: both(inspection.decision) };
  return { ...inspection, decide: (body, truncated) => both(inspection.decide(body, truncated)) };
}

export function plainAnswer(status: number, text: string) {
  return {
    status,
    headers: [['Content-Type', 'text/plain; charset=utf-8']] as const,
    body: Buffer.from(`${text.replace(/[\r\n]+/g, ' ')}\n`),
  };
}

/** When each was last said, by what and where. */
const saidBy = new WeakMap<Gateway, Map<string, number>>();

/** One line for each code, host and minute: what fails once fails mostly for every call. */
export function sayOnce(gateway: Gateway, code: string, host: string, message: string): void {
  const said = saidBy.get(gateway) ?? new Map<string, number>();
  saidBy.set(gateway, said);
  const key = `${code} ${host}`;
  const now = Date.now();
  if (Math.abs(now - (said.get(key) ?? 0)) < 60_000) return;
  if (said.size > 256) said.clear();
  said.set(key, now);
  gateway.inspector.fault({ code, message });
}

export function reportFailure(gateway: Gateway, host: string, failure: ForwardFailure): void {
  if (failure.code === 'upstream-reset') return;
  const what = {
    'upstream-unreachable': 'cannot be reached',
    'upstream-certificate': 'shows a certificate that does not verify; nothing was sent to it',
    'upstream-answer': 'answered with what is no valid HTTP; the connection was closed',
  }[failure.code];
  sayOnce(gateway, failure.code, host, `${host} ${what} (${failure.cause})`);
}
