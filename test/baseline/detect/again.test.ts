import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { FunctionBaseline } from '../../../baseline/model/document.ts';
import { arn, aws } from '../calls.ts';

const STEPS: Readonly<Record<string, readonly [operation: string, table: string]>> = {
  a: ['GetItem', 'orders'],
  b: ['PutItem', 'orders'],
  c: ['Query', 'orders'],
  d: ['DeleteItem', 'drafts'],
  e: ['DeleteItem', 'orders'],
};

/** One letter a call, a capital for one that AWS refused. */
const run = (n: number, letters: string): Call[] =>
  [...letters].map((letter, i) => {
    const [operation, table] = STEPS[letter.toLowerCase()]!;
    return aws('dynamodb', operation, arn('dynamodb', `table/${table}`), {
      invocation: `inv-${n}`,
      environment: 'env-1',
      id: `${n} ${i}`,
      time: new Date(Date.UTC(2026, 0, 5) + n * 3_600_000 + i * 10).toISOString(),
      ...(letter === letter.toLowerCase() ? {} : { status: 400, errorCode: 'ValidationException' }),
    });
  });

const FORTNIGHT = 14 * 24;
/** Steps in any order, each as often as it likes: no step has a certain one before it. */
const ORDERS = [
  'aabcde',
  'abbedc',
  'acbbd',
  'aceeb',
  'adebcc',
  'addcb',
  'bacde',
  'caeb',
  'dabcc',
  'edbac',
  'cdbaa',
  'dcba',
];
const ordinary = (n: number): string => ORDERS[n % ORDERS.length]!;

/** What is told of a run for what came again, after a fortnight of ordinary ones in which some went otherwise. */
function told(
  letters: string,
  otherwise: Readonly<Record<number, string>> = {},
  written: (learned: FunctionBaseline) => FunctionBaseline = (learned) => learned,
): readonly string[] {
  const learner = createLearner();
  for (let n = 0; n < FORTNIGHT; n++) for (const one of run(n, otherwise[n] ?? ordinary(n))) learner.observe(one);
  const judge = createJudge(written(learner.document().functions.resize!));
  // The next run shows that the last call was none of its own
  return [...run(FORTNIGHT, letters), ...run(FORTNIGHT + 1, ordinary(FORTNIGHT))]
    .flatMap((one) => judge.after(one))
    .map(({ reason }) => reason)
    .filter((reason) => reason.includes('came again'));
}

describe('a step taken up again where steps come in any order, each in one go', () => {
  it('is told, with how often it was done in one go', () => {
    expect(told('abca')).toEqual([
      expect.stringMatching(
        /GetItem .* came again after other steps; normal is all in one go, as in about \d+ invocations/,
      ),
    ]);
  });

  it('is told where it happened on one day only while it was learned', () => {
    expect(told('abca', { 100: 'abca' })).toEqual([expect.stringMatching(/too, but for \d{4}-\d\d-\d\d$/)]);
  });

  it.each([
    ['as often as it likes in one go', 'aaaabc', {}],
    ['after an error', 'aabCb', {}],
    ['tried again', 'aBbc', {}],
    ['one of several things whose turn it is again', 'adedc', {}],
    ['which happened now and then', 'abca', { 40: 'abca', 160: 'acba', 290: 'cabda' }],
    ['where others were taken up again now and then', 'abca', { 40: 'bcab', 160: 'cabdc' }],
  ])('is nothing %s', (_, letters, otherwise) => {
    expect(told(letters, otherwise)).toEqual([]);
  });

  it('is nothing where the baseline is from before it was learned', () => {
    const older = (learned: FunctionBaseline): FunctionBaseline => {
      const { again, ...follows } = learned.order.follows;
      expect(again).toEqual({});
      return { ...learned, order: { ...learned.order, follows } };
    };
    expect(told('abca', {}, older)).toEqual([]);
  });
});
