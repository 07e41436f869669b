import { createJudge, type Judge } from '../../baseline/detect/judge.ts';
import type { Finding } from '../../baseline/finding.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { serializeBaseline } from '../../baseline/model/write.ts';
import { decide, reconsider } from '../../extension/guard/decide.ts';
import type { LabelledSet } from './labelled-set.ts';

export interface Run {
  readonly document: BaselineDocument;
  /** Of the test part in alert mode: everything goes through and is judged to the end. */
  readonly findings: readonly Finding[];
  /** Those of block mode that refused a call. */
  readonly refusals: readonly Finding[];
  /** Microseconds a call, mean over the whole set. */
  readonly learning: number;
  /** Microseconds a call, median. */
  readonly judging: number;
  /** Bytes of the largest function's baseline. */
  readonly largest: number;
}

/** Learns from the training part and replays the test part in block mode, as `rolefence learn` and `rolefence replay` do. */
export function run(set: LabelledSet): Run {
  const learner = createLearner();
  const started = performance.now();
  for (const call of set.train) learner.observe(call);
  const learning = ((performance.now() - started) * 1000) / Math.max(1, set.train.length);
  const document = learner.document();
  const times = new Float64Array(set.test.length);
  const findings = replay(set, document, 'alert', times);
  const refusals = replay(set, document, 'block', null).filter((finding) => finding.blocked);
  times.sort();
  const sizes = Object.entries(document.functions).map(
    ([name, baseline]) => serializeBaseline({ format: document.format, functions: { [name]: baseline } }).length,
  );
  return {
    document,
    findings,
    refusals,
    learning,
    judging: (times[times.length >> 1] ?? 0) * 1000,
    largest: Math.max(0, ...sizes),
  };
}

function replay(
  set: LabelledSet,
  document: BaselineDocument,
  mode: 'alert' | 'block',
  times: Float64Array | null,
): Finding[] {
  const judges = new Map<string, Judge>();
  for (const [name, baseline] of Object.entries(document.functions)) judges.set(name, createJudge(baseline));
  const findings: Finding[] = [];
  const stance = { mode, lenient: false };
  for (const [i, call] of set.test.entries()) {
    const judge = judges.get(call.function ?? '');
    if (judge === undefined) continue;
    const from = performance.now();
    const before = judge.before(call);
    const decided = decide(call, before, stance);
    findings.push(...decided.findings);
    if (decided.verdict !== 'block') {
      findings.push(...reconsider({ ...call, verdict: decided.verdict }, judge.after(call), stance).findings);
    }
    if (times !== null) times[i] = performance.now() - from;
  }
  for (const judge of judges.values())
    for (const deviation of judge.end())
      findings.push(...reconsider({ ...deviation.call!, verdict: 'alert' }, [deviation], stance).findings);
  return findings;
}
