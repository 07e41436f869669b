import { expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws } from '../calls.ts';

const run = (n: number, tables: string, invocation = `inv-${n}`): Call[] =>
  [...tables].map((name, i) =>
    aws('dynamodb', 'PutItem', arn('dynamodb', `table/${name}`), {
      invocation,
      environment: 'env-1',
      id: `${invocation} ${i}`,
      time: new Date(Date.UTC(2026, 0, 5) + n * 3_600_000 + i * 10).toISOString(),
    }),
  );

/** What is told of the order of a run, after a fortnight of runs by the hour and one that was another's. */
function told(hidden: string, tables: string): number {
  const learner = createLearner();
  for (let n = 0; n < 14 * 24; n++)
    for (const one of [...run(n, 'abc'), ...(n === 100 ? run(n, hidden, 'hidden') : [])]) learner.observe(one);
  const judge = createJudge(learner.document().functions.resize!);
  return run(14 * 24, tables)
    .flatMap((one) => judge.after(one))
    .filter(({ detector }) => detector === 'order').length;
}

it('is told of after the last step, though one run went on there while it was learned', () => {
  expect(told('abc', 'abcc')).toBe(1);
  expect(told('abcc', 'abcc')).toBe(1);
  expect(told('abcca', 'abcb')).toBe(1);
});

it('is nothing where it is that of all runs', () => {
  expect(told('abcc', 'abc')).toBe(0);
});
