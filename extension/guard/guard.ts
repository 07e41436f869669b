import type { Call } from '../../baseline/call.ts';
import type { Deviation } from '../../baseline/detect/deviation.ts';
import { createJudge, type Judge } from '../../baseline/detect/judge.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { entryFor } from '../../baseline/model/entry-for.ts';
import { decide, type Judgement, type Mode, reconsider } from './decide.ts';

/** Baseline + mode → verdict, for one execution environment. It owns the state of judging; it has no socket, no clock, no environment. */
export interface Guard {
  readonly mode: Mode;
  /** Before the call leaves. A refused call leaves no trace in what later calls are held against. */
  before(call: Call): Judgement;
  /** When its answer has ended; `call` carries the verdict of `before`. */
  after(call: Call): Judgement;
  /** The approved baseline has arrived (or, null, is not to be had, for the reason given). */
  arm(baseline: BaselineDocument | null, reason: string | null): void;
}

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
  let told = false;

  /** The function's name can change once (a name at start, Lambda's ARN with the first event): the judge follows it. */
  function judgeOf(call: Call): Judge | null {
    if (judged === call.function) return judge;
    judged = call.function;
    const entry = document === null ? null : entryFor(document, call.function);
    judge = entry === null ? null : createJudge(entry);
    versions = new Set(entry === null ? [] : Object.keys(entry.versions ?? {}));
    if (document !== null && entry === null)
      missing = `the baseline has no entry for function ${call.function ?? '(unnamed)'}`;
    return judge;
  }

  function stance(call: Call) {
    const unapproved = call.version !== null && versions.size > 0 && !versions.has(call.version);
    return { mode: options.mode, lenient: options.newVersion === 'alert' && unapproved };
  }

  return {
    mode: options.mode,
    arm(baseline, reason) {
      document = baseline;
      if (reason !== null) missing = reason;
      judged = undefined;
    },
    before(call) {
      if (options.mode === 'learn') return decide(call, NORMAL, { mode: 'learn', lenient: false });
      const own = judgeOf(call);
      if (own !== null) return decide(call, own.before(call), stance(call));
      return withoutBaseline(call);
    },
    after(call) {
      if (options.mode === 'learn') return { verdict: call.verdict ?? 'allow', findings: [] };
      const own = judgeOf(call);
      return own === null
        ? { verdict: call.verdict ?? 'allow', findings: [] }
        : reconsider(call, own.after(call), stance(call));
    },
  };

  /** Nothing to judge by: block mode follows ROLEFENCE_ON_FAILURE, alert mode never refuses; a critical finding says so. */
  function withoutBaseline(call: Call): Judgement {
    const refuse = options.mode === 'block' && options.onFailure === 'closed';
    const first = !told;
    told = true;
    if (!refuse && !first) return { verdict: 'allow', findings: [] };
    const consequence = refuse ? 'calls are refused' : 'calls go through unjudged';
    const deviation: Deviation = {
      detector: 'sensor',
      kind: refuse ? 'scope' : 'unusual',
      key: 'sensor: no usable baseline',
      severity: 'critical',
      score: 1,
      action: null,
      resource: null,
      reason: `${missing}: ${consequence} (ROLEFENCE_ON_FAILURE is ${options.onFailure})`,
      techniques: [],
      about: refuse ? 'call' : 'function',
    };
    const judgement = decide(call, [deviation], { mode: options.mode, lenient: false });
    return refuse ? judgement : { verdict: 'allow', findings: judgement.findings };
  }
}
