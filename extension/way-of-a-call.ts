import type { Call } from '../baseline/call.ts';
import type { Learner } from '../baseline/learn/learner.ts';
import { measured } from './added-latency.ts';
import type { Meter } from './alerts/measures.ts';
import { callOf, egressOf, endedCall } from './call-record.ts';
import type { Config } from './config.ts';
import type { Guard } from './guard/guard.ts';
import { refusal } from './guard/refusal.ts';
import { summarizeAnswer } from './identify/answer.ts';
import { isAwsEndpoint } from './identify/endpoint.ts';
import { engineReady, identifyLoaded } from './identify/engine.ts';
import type { NamedRequest, RequestHead } from './identify/request.ts';
import type { Identity } from './identity.ts';
import type { Invocations } from './invocations.ts';
import { isoTime } from './iso-time.ts';
import type { LateLearner } from './late-learner.ts';
import type { Log } from './log.ts';
import type { OwnKeys } from './own-keys.ts';
import { type Until, untilAll } from './patience.ts';
import type { presigning as presigningOf } from './presigning.ts';
import type {
  Decision,
  EgressDecision,
  EgressOutcome,
  EgressTarget,
  Inspection,
  Inspector,
  Outcome,
  Settled,
} from './proxy/inspector.ts';
import type { Publish } from './reporting.ts';
import type { Sealer, Sealing } from './seal/sealer.ts';
import { sealingInspection, unsealable } from './sealing.ts';
import { CANARY_HOST } from './sight/canary.ts';
import type { Sight } from './sight/status.ts';
import { traceRoot } from './trace-id.ts';
import { createFaults } from './unjudged.ts';

/** Bytes of an error answer that are kept to read its code; AWS error bodies are well below. */
const KEEP_OF_ERRORS = 4_096;
/** Bytes of an answer that carries credentials (AssumeRole and its like). */
const KEEP_OF_CREDENTIALS = 16_384;

/** What the way of a call leads through. */
export interface Parts {
  readonly guard: Guard;
  /** Whether anything may pass is not known yet; null once it is, or was waited for long enough. */
  readonly unknown: () => Promise<void> | null;
  /** Connections wait until it is `ready`. */
  readonly learner: (Learner & Partial<LateLearner>) | null;
  readonly identity: () => Identity;
  readonly invocations: Invocations;
  /** Null where the role's own key stands in `identity`. */
  readonly ownKeys: OwnKeys | null;
  readonly publish: Publish;
  /** Whether what is told may have to be waited for. */
  readonly urges: boolean;
  readonly meter: Meter;
  readonly sight: Sight;
  readonly config: Config;
  readonly log: Log;
  readonly onCall: ((call: Call) => void) | undefined;
  readonly sealer: Sealer | null;
  readonly presigning: ReturnType<typeof presigningOf> | null;
}

/** The way of a call: request → identify → guard → refuse or forward → what came of it → guard again, learner. */
export function createInspector(parts: Parts): Inspector {
  const { guard, learner, publish, meter, sight, config, log, onCall, sealer, identity, invocations, ownKeys } = parts;
  let sequence = 0;

  function record(call: Call): void {
    if (call.verdict !== 'block') learner?.observe(call);
    meter.call(call);
    sight.call();
    onCall?.(call);
  }

  // In block mode a call that our own code stumbles over was perhaps made to be stumbled over: what cannot be judged is not what is allowed.
  const closed = (): boolean => config.onFailure === 'closed' || guard.modeAt(new Date().toISOString()) === 'block';
  const nextId = () => `${++sequence}`;
  const faults = createFaults({ closed, identity, nextId, publish, record, count: meter.unjudged, log });
  const later = faults.guarded<[RequestHead, string | null], Settled>(inspect, (head) => ({
    kind: 'decided',
    decision: faults.decision(head),
  }));

  return {
    ready() {
      const unready = () => untilAll(engineReady(), learner?.ready?.() ?? null, sealer?.due(Date.now()) ?? null);
      return parts.unknown()?.then(() => unready() ?? undefined) ?? unready();
    },
    intercepts: isAwsEndpoint,
    // Where calls may be refused, nobody is told of one that will be.
    dialsAhead: () => parts.unknown() === null && guard.modeAt(new Date().toISOString()) !== 'block',
    request: measured(
      faults.guarded<[RequestHead], Inspection>(
        (head) => {
          const root = identity().overlapping === true || invocations.expected ? traceRoot(head.headers) : null;
          const told = root === null ? null : invocations.coming(root);
          const known = ownKeys?.due(head, Date.now()) ?? null;
          const until = untilAll(told, known);
          return until === null ? inspect(head, root) : { kind: 'later', until, again: () => later(head, root) };
        },
        (head) => ({ kind: 'decided', decision: faults.decision(head) }),
      ),
      meter.added,
    ),
    egress: faults.guarded<[EgressTarget], EgressDecision>((target) => decideOnEgress(target), faults.egress),
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
            identity,
            nextId,
          }),
        }),
  };

  function inspect(head: RequestHead, root: string | null): Settled {
    const time = new Date();
    const whose = belonging(root);
    const decideOn = (named: NamedRequest, at: Date, seal: (() => Sealing) | null) => decide(named, at, whose, seal);
    const found = identifyLoaded(head, { account: identity().account });
    if (sealer !== null) {
      return sealingInspection(sealer, head, found, time, decideOn, (judge) =>
        faults.guarded(judge, () => faults.decision(head)),
      );
    }
    if (found.kind === 'named') return { kind: 'decided', decision: decideOn(found.named, time, null) };
    const byBody = faults.guarded<[Uint8Array, boolean], Decision>(
      (body, truncated) => decideOn(found.name(body, truncated), time, null),
      () => faults.decision(head),
    );
    return { kind: 'body', cap: found.cap, decide: byBody };
  }

  /** Whose a call is that bears this trace: the invocation that it tells, where it tells one. */
  function belonging(root: string | null): Identity {
    const own = identity();
    const invocation = root === null || !invocations.expected ? root : invocations.of(root);
    return invocation === null || invocation === own.invocation ? own : { ...own, invocation };
  }

  /** `seal`: signs anew what is let through; null where credentials are shared. */
  function decide(named: NamedRequest, time: Date, whose: Identity, seal: (() => Sealing) | null): Decision {
    const own = ownKeys === null ? whose : { ...whose, ownAccessKeyId: ownKeys.against(named.accessKeyId) };
    const call = callOf(own, nextId(), isoTime(time.getTime()), named);
    const judged = guard.before(call);
    const until = publish(judged.findings, call);
    const sealing = judged.verdict === 'block' ? null : (seal?.() ?? null);
    if (sealing?.kind === 'refused') {
      return refused(named, call, sealing.reason, untilAll(until, publish([unsealable(call, sealing.reason)], call)));
    }
    if (judged.verdict === 'block') {
      return refused(named, call, judged.findings[0]?.reason ?? 'it is outside the approved baseline', until);
    }
    let late: Until = null;
    return {
      kind: 'forward',
      until,
      last: parts.urges ? () => late : null,
      keepOfErrors: KEEP_OF_ERRORS,
      keepOfAll: named.issuesCredentials ? KEEP_OF_CREDENTIALS : 0,
      isolate: named.certainty === 'ambiguous',
      rewriting: sealing?.kind === 'sealed' ? sealing : null,
      ended: faults.guarded<[Outcome], void>(
        (outcome) => {
          const answer = summarizeAnswer(named, outcome);
          if (sealing?.kind === 'sealed') {
            sealer?.heard(sealing.use, { ...outcome, errorCode: answer.errorCode }, Date.now());
          }
          late = conclude(endedCall(call, judged.verdict, outcome, answer));
        },
        () => {},
      ),
    };
  }

  function refused(named: NamedRequest, call: Call, why: string, until: Until): Decision {
    return {
      kind: 'refuse',
      until,
      answer: refusal(named, `Rolefence refused this call: ${why}`, call.id ?? ''),
      ended: () => record({ ...call, verdict: 'block' }),
    };
  }

  function decideOnEgress(target: EgressTarget): EgressDecision {
    if (target.host === CANARY_HOST) {
      sight.canary();
      return { kind: 'refuse', reason: 'Rolefence has seen its canary', ended() {} };
    }
    const call = egressOf(identity(), nextId(), isoTime(Date.now()), target);
    const judged = guard.before(call);
    const until = publish(judged.findings, call);
    if (judged.verdict === 'block') {
      const reason = `Rolefence refused this connection: ${judged.findings[0]?.reason ?? 'it is outside the approved baseline'}`;
      return { kind: 'refuse', reason, until, ended: () => record({ ...call, verdict: 'block' }) };
    }
    return {
      kind: 'tunnel',
      until,
      ended: faults.guarded<[EgressOutcome], void>(
        ({ bytesOut, bytesIn, durationMs }) =>
          conclude({ ...call, verdict: judged.verdict, bytesOut, bytesIn, durationMs }),
        () => {},
      ),
    };
  }

  /** The answer has ended: only now is it known what the call did. */
  function conclude(call: Call): Until {
    const { verdict, findings } = guard.after(call);
    const until = publish(findings, call);
    record(verdict === call.verdict ? call : { ...call, verdict });
    return until;
  }
}
