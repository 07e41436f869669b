import type { Call } from '../../baseline/call.ts';
import type { Deviation } from '../../baseline/detect/deviation.ts';
import { createJudge, type Judge } from '../../baseline/detect/judge.ts';
import type { Finding } from '../../baseline/finding.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { entryFor } from '../../baseline/model/entry-for.ts';
import { decide, type Judgement, type Mode, reconsider, type Stance } from './decide.ts';
import { applyRules, type Rule } from './rules.ts';
import { createCaps } from './rules-caps.ts';

/** Baseline + mode → verdict, for one execution environment. It owns the state of judging; it has no socket, no clock, no environment. */
export interface Guard {
  /** What holds at that time (RFC 3339): alert in place of block while the glass is broken. */
  modeAt(time: string | null): Mode;
  /** Before the call leaves. A refused call leaves no trace in what later calls are held against. */
  before(call: Call): Judgement;
  /** When its answer has ended; `call` carries the verdict of `before`. */
  after(call: Call): Judgement;
  /** When no call will come any more: what was kept back until the next one would show more, with the call that it is about. */
  end(): readonly Late[];
  /** The approved baseline has arrived (or, null, is not to be had, for the reason given). */
  arm(baseline: BaselineDocument | null, reason: string | null): void;
  /** The rules that people wrote (or, null, they cannot be read, for the reason given: then none holds, and it is judged as by a missing baseline). */
  rule(rules: readonly Rule[] | null, reason: string | null): void;
  /** Until then (epoch, milliseconds) block mode only alerts. */
  relax(until: number): void;
  /** Reads what is normal for this function now, so that its first call need not wait for it. */
  expect(name: string | null): void;
}

export interface Late {
  readonly call: Call;
  readonly findings: readonly Finding[];
}

/** Key of the finding that there is nothing to judge by. */
export const UNJUDGED = 'sensor: no usable baseline';

export interface GuardOptions {
  readonly mode: Mode;
  readonly onFailure: 'open' | 'closed';
  readonly newVersion: 'block' | 'alert';
}

const NORMAL: readonly Deviation[] = [];

export function createGuard(options: GuardOptions): Guard {
  let document: BaselineDocument | null = null;
  let missing = 'no baseline is configured';
  let judged: string | null | undefined;
  let judge: Judge | null = null;
  let versions: ReadonlySet<string> = new Set();
  let latest: Call | null = null;
  let told = false;
  let rules: readonly Rule[] = [];
  let caps = createCaps(rules);
  let unreadable: string | null = null;
  let unreadableTold = false;
  let relaxedUntil = Number.NEGATIVE_INFINITY;

  function modeAt(time: string | null): Mode {
    if (options.mode !== 'block' || relaxedUntil === Number.NEGATIVE_INFINITY) return options.mode;
    return time !== null && Date.parse(time) < relaxedUntil ? 'alert' : 'block';
  }

  /** The function's name can change once (a name at start, Lambda's ARN with the first event): the judge follows it. */
  function judgeOf(name: string | null): Judge | null {
    if (judged === name) return judge;
    judged = name;
    const entry = document === null ? null : entryFor(document, name);
    judge = entry === null ? null : createJudge(entry);
    versions = new Set(entry === null ? [] : Object.keys(entry.versions ?? {}));
    if (document !== null && entry === null) missing = `the baseline has no entry for function ${name ?? '(unnamed)'}`;
    return judge;
  }

  function stance(call: Call) {
    const unapproved = call.version !== null && versions.size > 0 && !versions.has(call.version);
    return { mode: modeAt(call.time), lenient: options.newVersion === 'alert' && unapproved };
  }

  return {
    modeAt,
    relax(until) {
      relaxedUntil = until;
    },
    arm(baseline, reason) {
      document = baseline;
      if (reason !== null) missing = reason;
      judged = undefined;
    },
    rule(given, reason) {
      rules = given ?? [];
      caps = createCaps(rules);
      unreadable = given === null ? reason : null;
    },
    expect: (name) => void judgeOf(name),
    before(call) {
      latest = call;
      if (options.mode === 'learn') return decide(call, NORMAL, { mode: 'learn', lenient: false });
      const own = judgeOf(call.function);
      const from = stance(call);
      if (unreadable !== null) {
        const blinded = withoutRules(call, unreadable);
        return blinded.verdict === 'block' ? blinded : join(blinded, byRules(call, own, from));
      }
      return byRules(call, own, from);
    },
    after(call) {
      if (options.mode === 'learn') return { verdict: call.verdict ?? 'allow', findings: [] };
      const own = judgeOf(call.function);
      if (own === null) return { verdict: call.verdict ?? 'allow', findings: [] };
      const from = stance(call);
      return reconsider(call, ruled(call, own.after(call), from, false), from);
    },
    end: () => (judge?.end() ?? []).map(late),
  };

  /** What is told of a call later is judged as of its own time. */
  function late(deviation: Deviation): Late {
    const call = deviation.call!;
    const deviations = ruled(call, [deviation], stance(call), false);
    return { call, findings: reconsider(latest ?? call, deviations, stance(call)).findings };
  }

  function ruled(call: Call, deviations: readonly Deviation[], from: Stance, before: boolean): readonly Deviation[] {
    if (rules.length === 0) return deviations;
    const refusing = from.mode === 'block' && !from.lenient;
    if (deviations.some((deviation) => deviation.call !== undefined))
      return deviations.flatMap((deviation) =>
        applyRules(rules, deviation.call ?? call, [deviation], { refusing, before, capped: [] }),
      );
    return applyRules(rules, call, deviations, { refusing, before, capped: before ? caps.exceededBy(call) : [] });
  }

  /** Rules hold also where there is no baseline. What a rule forbids is refused whatever version the call comes from. */
  function byRules(call: Call, own: Judge | null, from: Stance): Judgement {
    const deviations = ruled(call, own === null ? NORMAL : own.before(call), from, true);
    const forbidden = deviations.some(({ detector }) => detector === 'rule');
    const judged = decide(call, deviations, forbidden ? { ...from, lenient: false } : from);
    const whole = own === null && judged.verdict !== 'block' ? join(withoutBaseline(call), judged) : judged;
    if (whole.verdict !== 'block') caps.count(call);
    return whole;
  }

  /** Nothing to judge by: block mode follows ROLEFENCE_ON_FAILURE, alert mode never refuses; a critical finding says so. */
  function withoutBaseline(call: Call): Judgement {
    const first = !told;
    told = true;
    return blind(call, first, UNJUDGED, missing, 'calls go through unjudged');
  }

  /** What the rules forbid cannot be known: the same. */
  function withoutRules(call: Call, why: string): Judgement {
    const first = !unreadableTold;
    unreadableTold = true;
    return blind(call, first, 'sensor: rules cannot be read', why, 'no rule holds');
  }

  /** Refuses every call where ROLEFENCE_ON_FAILURE is closed in block mode; else it is told once. */
  function blind(call: Call, first: boolean, key: string, why: string, whenOpen: string): Judgement {
    const mode = modeAt(call.time);
    const refuse = mode === 'block' && options.onFailure === 'closed';
    if (!refuse && !first) return { verdict: 'allow', findings: [] };
    const deviation: Deviation = {
      detector: 'sensor',
      kind: refuse ? 'scope' : 'unusual',
      key,
      severity: 'critical',
      score: 1,
      action: null,
      resource: null,
      reason: `${why}: ${refuse ? 'calls are refused' : whenOpen} (ROLEFENCE_ON_FAILURE is ${options.onFailure})`,
      techniques: [],
      about: refuse ? 'call' : 'function',
    };
    const judgement = decide(call, [deviation], { mode, lenient: false });
    return refuse ? judgement : { verdict: 'allow', findings: judgement.findings };
  }
}

/** Two judgements of one call. */
function join(a: Judgement, b: Judgement): Judgement {
  if (a.findings.length === 0) return b;
  const verdict = a.verdict === 'block' || b.verdict === 'allow' ? a.verdict : b.verdict;
  return { verdict, findings: [...a.findings, ...b.findings] };
}
