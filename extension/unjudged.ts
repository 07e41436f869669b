import type { Call } from '../baseline/call.ts';
import { callOf } from './call-record.ts';
import { refusal } from './guard/refusal.ts';
import type { NamedRequest, RequestHead } from './identify/request.ts';
import type { Identity } from './identity.ts';
import { describe, type Log } from './log.ts';
import type { Decision, EgressDecision } from './proxy/inspector.ts';
import type { Publish } from './reporting.ts';
import { unjudgeable } from './sealing.ts';

export interface FaultParts {
  /** Whether what cannot be judged is refused. */
  closed(): boolean;
  identity(): Identity;
  nextId(): string;
  readonly publish: Publish;
  record(call: Call): void;
  /** One more that could not be judged. */
  count(): void;
  readonly log: Log;
}

/** What becomes of a call that our own code stumbles over. */
export interface Faults {
  /** A fault of ours must not become the function's: said once, then `otherwise`. */
  guarded<A extends unknown[], R>(work: (...args: A) => R, otherwise: (...args: A) => R): (...args: A) => R;
  decision(head: RequestHead): Decision;
  egress(): EgressDecision;
}

export function createFaults(parts: FaultParts): Faults {
  let failures = 0;
  return {
    guarded:
      (work, otherwise) =>
      (...args) => {
        try {
          return work(...args);
        } catch (error) {
          parts.count();
          if (failures++ === 0)
            parts.log.error(`a call could not be judged (${describe(error)}); further ones are counted only`);
          return otherwise(...args);
        }
      },
    decision(head) {
      if (!parts.closed()) return { kind: 'forward', keepOfErrors: 0, keepOfAll: 0, isolate: false, ended() {} };
      const named = unnamed(head);
      const call = callOf(parts.identity(), parts.nextId(), new Date().toISOString(), named);
      const until = parts.publish([unjudgeable(call)], call);
      return {
        kind: 'refuse',
        until,
        answer: refusal(named, 'Rolefence refused this call: it could not be judged', call.id ?? ''),
        ended: () => parts.record({ ...call, verdict: 'block' }),
      };
    },
    egress: () =>
      parts.closed()
        ? { kind: 'refuse', reason: 'Rolefence could not judge this connection', ended() {} }
        : { kind: 'tunnel', ended() {} },
  };
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
