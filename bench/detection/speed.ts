/**
 * What learning and judging cost: `node bench/detection/speed.ts`. Calls of the generated set in batches of a thousand, so that the clock is not what is
 * measured; medians and the slowest hundredth of the batches in microseconds a call. The budget is 10 µs each.
 */
import { createJudge, type Judge } from '../../baseline/detect/judge.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { generate } from './generate/generate.ts';

const BATCH = 1_000;
const set = generate(1);

function batches<T>(items: readonly T[], work: (item: T) => void): { median: number; slow: number; perSecond: number } {
  const times: number[] = [];
  for (let from = 0; from + BATCH <= items.length; from += BATCH) {
    const started = process.cpuUsage();
    for (let i = from; i < from + BATCH; i++) work(items[i]!);
    const { user, system } = process.cpuUsage(started);
    times.push((user + system) / BATCH);
  }
  const sum = times.reduce((a, b) => a + b, 0);
  times.sort((a, b) => a - b);
  return {
    median: times[times.length >> 1]!,
    slow: times[Math.floor(times.length * 0.99)]!,
    perSecond: Math.round((1e6 * times.length) / sum),
  };
}

const print = (name: string, { median, slow, perSecond }: ReturnType<typeof batches>) =>
  console.log(
    `${name.padEnd(10)} ${median.toFixed(2)} µs a call (median of batches), ${slow.toFixed(2)} in the slowest hundredth, ${perSecond} calls a second`,
  );

const learner = createLearner();
print(
  'learning',
  batches(set.train, (call) => learner.observe(call)),
);
const judges = new Map<string, Judge>();
for (const [name, baseline] of Object.entries(learner.document().functions)) judges.set(name, createJudge(baseline));
print(
  'judging',
  batches(set.test, (call) => {
    const judge = judges.get(call.function!)!;
    judge.before(call);
    judge.after(call);
  }),
);
