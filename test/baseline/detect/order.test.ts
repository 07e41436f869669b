import { describe, expect, it } from 'vitest';
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

it('is told at each step that follows another than ever, with one key', () => {
  const learner = createLearner();
  for (let n = 0; n < 14 * 24; n++) for (const one of run(n, 'abcd')) learner.observe(one);
  const judge = createJudge(learner.document().functions.resize!);
  const found = run(14 * 24, 'acbd').flatMap((one) => judge.after(one));
  expect(found.map(({ severity }) => severity)).toEqual(['medium', 'medium', 'medium']);
  expect(new Set(found.map(({ key }) => key)).size).toBe(1);
});

it('is nothing where it is that of all runs', () => {
  expect(told('abcc', 'abc')).toBe(0);
});

describe('where one call is answered with an error for the first time', () => {
  /** What is told of a run of three steps whose second one failed, after which it went on with these. */
  function wentOn(given: Partial<Call>, rest: string): string[] {
    const learner = createLearner();
    for (let n = 0; n < 14 * 24; n++) for (const one of run(n, 'abc')) learner.observe(one);
    const judge = createJudge(learner.document().functions.resize!);
    const [first, second] = run(14 * 24, 'ab');
    const calls = [first!, { ...second!, ...given }, ...run(14 * 24, `ab${rest}`).slice(2)];
    return calls
      .flatMap((one) => judge.after(one))
      .filter(({ detector }) => detector === 'order')
      .map(({ reason }) => reason);
  }
  const throttled = { errorCode: 'ProvisionedThroughputExceededException', status: 400 };

  it('because the service was too busy, nothing is told: it is tried again, or gone on from', () => {
    expect(wentOn(throttled, 'c')).toEqual([]);
    expect(wentOn(throttled, 'bc')).toEqual([]);
    expect(wentOn({ status: 503 }, 'c')).toEqual([]);
  });

  it('nor is another step hidden by that', () => {
    expect(wentOn(throttled, 'ac')).not.toEqual([]);
  });

  it('for another reason, it is told with that', () => {
    const [reason] = wentOn({ errorCode: 'ConditionalCheckFailedException', status: 400 }, 'c');
    expect(reason).toMatch(
      /^dynamodb:PutItem on table\/c came right after dynamodb:PutItem on table\/b, answered with ConditionalCheckFailedException, which never happened in about \d+ invocations; normal is dynamodb:PutItem on table\/c next, and no error$/,
    );
  });
});
