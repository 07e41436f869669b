import { expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws } from '../calls.ts';

const LEARNED = 600;

/** A badge that is looked up, a record of who came, the door that opens; so many of these, in one of three environments. */
const run = (n: number, steps: number, given: Readonly<Record<string, unknown>> = {}) =>
  [
    aws('dynamodb', 'GetItem', arn('dynamodb', 'table/badges'), {}),
    aws('dynamodb', 'PutItem', arn('dynamodb', 'table/audit'), {}),
    aws('iot', 'Publish', arn('iot', 'topic/door'), {}),
  ]
    .slice(0, steps)
    .map((call, i) => ({
      ...call,
      id: `${n} ${i}`,
      invocation: `r-${n}`,
      environment: `e-${n % 3}`,
      version: '1',
      time: new Date(Date.UTC(2026, 0, 5) + n * 900_000 + i * 10).toISOString(),
      ...given,
    }));

const learner = createLearner();
// One door in fifty stays shut
for (let n = 0; n < LEARNED; n++) for (const one of run(n, n % 50 === 49 ? 2 : 3)) learner.observe(one);
const baseline = learner.document().functions.resize!;

/** What is told of so many runs: by the number of the run, which the run after it shows. */
function told(runs: number, steps: (n: number) => number, given: Readonly<Record<string, unknown>> = {}) {
  const judge = createJudge(baseline);
  return Array.from({ length: runs }, (_, n) => n)
    .flatMap((n) => run(LEARNED + n, steps(n), given))
    .flatMap((call) => [...judge.before(call), ...judge.after(call)])
    .filter(({ reason }) => reason.includes('left out'))
    .map(({ call, reason }) => [call?.invocation, reason] as const);
}

it('is told of what nearly all invocations do, once every second leaves it out, about one that did', () => {
  const [[invocation, reason] = ['', '']] = told(120, (n) => (n % 2 === 0 ? 2 : 3));
  expect(Number(invocation?.slice(2)) % 2).toBe(0);
  expect(reason).toMatch(/iot:Publish .* was left out in far more of them than usual/);
});

it('says nothing of what is left out now and then', () => {
  expect(told(1_000, (n) => (n % 40 === 0 ? 2 : 3))).toEqual([]);
});

it('says nothing of invocations in which something failed, nor of those of a version that was not learned', () => {
  expect(told(200, () => 2, { status: 400, errorCode: 'ResourceNotFoundException' })).toEqual([]);
  expect(told(200, () => 2, { version: '2' })).toEqual([]);
});

it('says nothing of invocations that overlap in one environment: none of them is over', () => {
  const judge = createJudge(baseline);
  const calls = Array.from({ length: 200 }, (_, n) => {
    const [first, second] = [run(LEARNED + 2 * n, 3), run(LEARNED + 2 * n + 1, 3)];
    return first.flatMap((call, i) => [call, second[i]!]).map((call) => ({ ...call, environment: 'e-0' }));
  }).flat();
  expect(calls.flatMap((call) => judge.after(call)).filter(({ reason }) => reason.includes('left out'))).toEqual([]);
});
