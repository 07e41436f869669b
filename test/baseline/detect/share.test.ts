import { expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws, get, uuid } from '../calls.ts';

const at = (n: number) => ({ time: new Date(Date.UTC(2026, 0, 5) + n * 900_000).toISOString() });

/** An object each quarter of an hour; `failed`: that it could not be worked with is said in a topic. */
const run = (n: number, failed: boolean) => {
  const given = { invocation: `r-${n}`, ...at(n) };
  const read = get(`in/${uuid(n)}.csv`, { id: `${n} in`, ...given });
  return failed ? [read, aws('sns', 'Publish', arn('sns', 'failed'), { id: `${n} failed`, ...given })] : [read];
};

const learner = createLearner();
for (let n = 0; n < 1_400; n++) for (const one of run(n, n % 100 === 99)) learner.observe(one);
const baseline = learner.document().functions.resize!;

/** In which of so many runs something is told. */
function told(runs: number, failed: (n: number) => boolean): number[] {
  const judge = createJudge(baseline);
  return Array.from({ length: runs }, (_, n) => n).filter((n) =>
    run(1_400 + n, failed(n)).some((one) => [...judge.before(one), ...judge.after(one)].length > 0),
  );
}

it('is told of what one invocation in a hundred does, once it comes in every third', () => {
  const [first = Number.POSITIVE_INFINITY] = told(60, (n) => n % 3 === 0);
  expect(first).toBeLessThan(50);
});

it('is told again later and later as it goes on', () => {
  const [first, second, third] = told(300, () => true) as [number, number, number];
  expect(second - first).toBeGreaterThanOrEqual(first - 1);
  expect(third - second).toBeGreaterThanOrEqual(second - first);
});

it('says nothing of what stays seldom, nor of some failures in a row', () => {
  expect(told(2_000, (n) => n % 60 === 0)).toEqual([]);
  expect(told(500, (n) => n % 250 < 4)).toEqual([]);
});

it('says nothing of what environments begin with, however many start', () => {
  const judge = createJudge(baseline);
  const found = Array.from({ length: 60 }, (_, n) =>
    run(1_400 + n, true).map((one) => ({ ...one, environment: `e-${n}` })),
  )
    .flat()
    .flatMap((one) => [...judge.before(one), ...judge.after(one)]);
  expect(found).toEqual([]);
});
