import type { Call, Verdict } from '../../baseline/call.ts';
import type { Deviation } from '../../baseline/detect/deviation.ts';
import type { Finding } from '../../baseline/finding.ts';

export type Mode = 'learn' | 'alert' | 'block';

/** What the operator settled, as far as a verdict depends on it. */
export interface Stance {
  readonly mode: Mode;
  /** True where the call's version is new to the approved baseline and ROLEFENCE_NEW_VERSION is alert: its new behaviour is told, not refused. */
  readonly lenient: boolean;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

const NOTHING: readonly Finding[] = [];

/**
 * The verdict on a call that has not left yet. Pure. In learn mode everything is normal by definition. In block mode a call is refused for what
 * lies outside its scope by nature (`kind: 'scope'`), never for being statistically unusual.
 */
export function decide(call: Call, deviations: readonly Deviation[], stance: Stance): Judgement {
  if (stance.mode === 'learn' || deviations.length === 0) return { verdict: 'allow', findings: NOTHING };
  const refuse = stance.mode === 'block' && !stance.lenient && deviations.some((d) => d.kind === 'scope');
  return {
    verdict: refuse ? 'block' : 'alert',
    findings: deviations.map((d) => findingOf(call, d, refuse)),
  };
}

/** The verdict on a call that has been forwarded and answered: it can no longer be refused, only told of. */
export function reconsider(call: Call, deviations: readonly Deviation[], stance: Stance): Judgement {
  const verdict = call.verdict ?? 'allow';
  if (stance.mode === 'learn' || deviations.length === 0) return { verdict, findings: NOTHING };
  return {
    verdict: deviations.some((d) => d.call === undefined) ? 'alert' : verdict,
    findings: deviations.map((d) =>
      d.call === undefined ? findingOf(call, d, false) : toldLater(d.call, d, call.time),
    ),
  };
}

const toldLater = (call: Call, deviation: Deviation, toldAt: string | null): Finding => ({
  ...findingOf(call, deviation, false),
  ...(toldAt === call.time ? {} : { toldAt }),
});

export function findingOf(call: Call, deviation: Deviation, blocked: boolean): Finding {
  return {
    time: call.time,
    function: call.function,
    version: call.version,
    environment: call.environment,
    invocation: call.invocation,
    callId: call.id,
    scope: deviation.about,
    detector: deviation.detector,
    key: deviation.key,
    severity: deviation.severity,
    score: deviation.score,
    blocked,
    action: deviation.action,
    resource: deviation.resource,
    reason: deviation.reason,
    techniques: deviation.techniques,
  };
}
