import type { Call } from '../baseline/call.ts';
import type { Finding } from '../baseline/finding.ts';
import type { Learner } from '../baseline/learn/learner.ts';
import { measured } from './added-latency.ts';
import type { Meter } from './alerts/measures.ts';
import { callOf, egressOf, resultOf } from './call-record.ts';
import type { Config } from './config.ts';
import type { Guard } from './guard/guard.ts';
import { refusal } from './guard/refusal.ts';
import { summarizeAnswer } from './identify/answer.ts';
import { isAwsEndpoint } from './identify/endpoint.ts';
import { engineReady, identifyLoaded } from './identify/engine.ts';
import type { NamedRequest, RequestHead } from './identify/request.ts';
import type { Identity } from './identity.ts';
import type { Log } from './log.ts';
import type { presigning as presigningOf } from './presigning.ts';
import type {
  Decision,
  EgressDecision,
  EgressOutcome,
  EgressTarget,
  Inspection,
  Inspector,
  Outcome,
} from './proxy/inspector.ts';
import type { Sealer, Sealing } from './seal/sealer.ts';
import { sealingInspection, unjudgeable, unsealable } from './sealing.ts';
import { CANARY_HOST } from './sight/canary.ts';
import type { Sight } from './sight/status.ts';
import { traceRoot } from './trace-id.ts';

/** Bytes of an error answer that are kept to read its code; AWS error bodies are well below. */
const KEEP_OF_ERRORS = 4_096;
/** Bytes of an answer that carries credentials (AssumeRole and its like). */
const KEEP_OF_CREDENTIALS = 16_384;

export type Publish = (findings: readonly Finding[], call: Call | null) => void;

/** What the way of a call leads through. */
export interface Parts {
  readonly guard: Guard;
  /** Whether anything may pass is not known yet; null once it is, or was waited for long enough. */
  readonly unknown: () => Promise<void> | null;
  readonly learner: Learner | null;
  readonly identity: () => Identity;
  readonly publish: Publish;
  readonly meter: Meter;
  readonly sight: Sight;
  readonly config: Config;
  readonly log: Log;
  readonly onCall: ((call: Call) => void) | undefined;
  readonly sealer: Sealer | null;
  readonly presigning: typeof presigningOf | null;
}

/** The way of a call: request → identify → guard → refuse or forward → what came of it → guard again, learner. */
export function createInspector(parts: Parts): Inspector {
  const { guard, learner, publish, meter, sight, config, log, onCall, sealer } = parts;
  let sequence = 0;
  let failures = 0;

  function record(call: Call): void {
    if (call.verdict !== 'block') learner?.observe(call);
    meter.call(call);
    sight.call();
    onCall?.(call);
  }

  /** A fault of ours must not become the function's: said once, then ROLEFENCE_ON_FAILURE. */
  function guarded<A extends unknown[], R>(work: (...args: A) => R, otherwise: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      try {
        return work(...args);
      } catch (error) {
        meter.unjudged();
        if (failures++ === 0) log.error(`a call could not be judged (${kindOf(error)}); further ones are counted only`);
        return otherwise(...args);
      }
    };
  }

  // In block mode a call that our own code stumbles over was perhaps made to be stumbled over: what cannot be judged is not what is allowed.
  const closed = (): boolean => config.onFailure === 'closed' || guard.modeAt(new Date().toISOString()) === 'block';
  const unjudged = (head: RequestHead): Decision => {
    if (!closed()) return { kind: 'forward', keepOfErrors: 0, keepOfAll: 0, isolate: false, ended() {} };
    const named = unnamed(head);
    const call = callOf(parts.identity(), `${++sequence}`, new Date().toISOString(), named);
    publish([unjudgeable(call)], call);
    return {
      kind: 'refuse',
      answer: refusal(named, 'Rolefence refused this call: it could not be judged', call.id ?? ''),
      ended: () => record({ ...call, verdict: 'block' }),
    };
  };
  const unjudgedEgress = (): EgressDecision =>
    closed()
      ? { kind: 'refuse', reason: 'Rolefence could not judge this connection', ended() {} }
      : { kind: 'tunnel', ended() {} };

  return {
    ready() {
      const unready = () => engineReady() ?? sealer?.due(Date.now()) ?? null;
      return parts.unknown()?.then(() => unready() ?? undefined) ?? unready();
    },
    intercepts: isAwsEndpoint,
    request: measured(
      guarded<[RequestHead], Inspection>(
        (head) => {
          const time = new Date();
          const trace = parts.identity().overlapping === true ? traceRoot(head.headers) : null;
          const decideOn = (named: NamedRequest, at: Date, seal: (() => Sealing) | null) =>
            decide(named, at, trace, seal);
          const found = identifyLoaded(head, { account: parts.identity().account });
          if (sealer !== null) {
            return sealingInspection(sealer, head, found, time, decideOn, (judge) =>
              guarded(judge, () => unjudged(head)),
            );
          }
          if (found.kind === 'named') return { kind: 'decided', decision: decideOn(found.named, time, null) };
          const byBody = guarded<[Uint8Array, boolean], Decision>(
            (body, truncated) => decideOn(found.name(body, truncated), time, null),
            () => unjudged(head),
          );
          return { kind: 'body', cap: found.cap, decide: byBody };
        },
        (head) => ({ kind: 'decided', decision: unjudged(head) }),
      ),
      meter.added,
    ),
    egress: guarded<[EgressTarget], EgressDecision>((target) => decideOnEgress(target), unjudgedEgress),
    fault(fault) {
      log.warn(fault.message);
    },
    ...(sealer === null || parts.presigning === null
      ? {}
      : {
          local: parts.presigning({
            sealer,
            guard,
            publish,
            record,
            identity: parts.identity,
            nextId: () => `${++sequence}`,
          }),
        }),
  };

  /** `trace`: the invocation, where the call alone tells it. `seal`: signs anew what is let through; null where credentials are shared. */
  function decide(named: NamedRequest, time: Date, trace: string | null, seal: (() => Sealing) | null): Decision {
    const identity = trace === null ? parts.identity() : { ...parts.identity(), invocation: trace };
    const call = callOf(identity, `${++sequence}`, time.toISOString(), named);
    const judged = guard.before(call);
    publish(judged.findings, call);
    const sealing = judged.verdict === 'block' ? null : (seal?.() ?? null);
    if (sealing?.kind === 'refused') {
      publish([unsealable(call, sealing.reason)], call);
      return {
        kind: 'refuse',
        answer: refusal(named, `Rolefence refused this call: ${sealing.reason}`, call.id ?? ''),
        ended: () => record({ ...call, verdict: 'block' }),
      };
    }
    if (judged.verdict === 'block') {
      const message = `Rolefence refused this call: ${judged.findings[0]?.reason ?? 'it is outside the approved baseline'}`;
      return {
        kind: 'refuse',
        answer: refusal(named, message, call.id ?? ''),
        ended: () => record({ ...call, verdict: 'block' }),
      };
    }
    return {
      kind: 'forward',
      keepOfErrors: KEEP_OF_ERRORS,
      keepOfAll: named.issuesCredentials ? KEEP_OF_CREDENTIALS : 0,
      isolate: named.certainty === 'ambiguous',
      rewriting: sealing?.kind === 'sealed' ? sealing : null,
      ended: guarded<[Outcome], void>(
        (outcome) => {
          const answer = summarizeAnswer(named, { ...outcome, status: outcome.status ?? 0 });
          if (sealing?.kind === 'sealed') sealer?.heard(answer.errorCode, outcome.headers, Date.now());
          conclude({ ...call, verdict: judged.verdict, ...resultOf(outcome, answer) });
        },
        () => {},
      ),
    };
  }

  function decideOnEgress(target: EgressTarget): EgressDecision {
    if (target.host === CANARY_HOST) {
      sight.canary();
      return { kind: 'refuse', reason: 'Rolefence has seen its canary', ended() {} };
    }
    const call = egressOf(parts.identity(), `${++sequence}`, new Date().toISOString(), target);
    const judged = guard.before(call);
    publish(judged.findings, call);
    if (judged.verdict === 'block') {
      const reason = `Rolefence refused this connection: ${judged.findings[0]?.reason ?? 'it is outside the approved baseline'}`;
      return { kind: 'refuse', reason, ended: () => record({ ...call, verdict: 'block' }) };
    }
    return {
      kind: 'tunnel',
      ended: guarded<[EgressOutcome], void>(
        ({ bytesOut, bytesIn, durationMs }) =>
          conclude({ ...call, verdict: judged.verdict, bytesOut, bytesIn, durationMs }),
        () => {},
      ),
    };
  }

  /** The answer has ended: only now is it known what the call did. */
  function conclude(call: Call): void {
    const { verdict, findings } = guard.after(call);
    publish(findings, call);
    record(verdict === call.verdict ? call : { ...call, verdict });
  }
}

/** Names only the kind of an error: its message could hold something of the call. */
function kindOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** Where identification itself failed: enough of a name to answer in some SDK's error form. */
function unnamed(head: RequestHead): NamedRequest {
  const header = (name: string) => head.headers.find(([n]) => n.toLowerCase() === name)?.[1] ?? '';
  const type = header('content-type');
  return {
    service: 'unknown',
    operation: null,
    certainty: 'ambiguous',
    access: [{ action: 'unknown:*', resources: ['*'] }],
    region: null,
    account: null,
    accessKeyId: null,
    prefix: null,
    host: header('host'),
    items: null,
    protocol: type.includes('json') ? 'awsJson1_1' : type.includes('urlencoded') ? 'awsQuery' : 'restXml',
    reason: null,
    issuesCredentials: false,
  };
}
