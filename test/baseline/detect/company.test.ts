import { expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws } from '../calls.ts';

const phone = (kind: string, n: number, invocation: string, day: number) =>
  aws('sns', 'DeleteEndpoint', arn('sns', `endpoint/${kind}/shop/${kind}-${n}`), {
    invocation,
    time: new Date(Date.UTC(2026, 0, 5 + day)).toISOString(),
  });

/** Two hundred invocations that delete one phone of either kind each; on the given days one deletes one of each. */
const learned = (bothOn: readonly number[]) => {
  const learner = createLearner();
  for (let n = 0; n < 200; n++) learner.observe(phone(n % 2 === 0 ? 'APNS' : 'GCM', n, `inv-${n}`, Math.floor(n / 20)));
  for (const [i, day] of bothOn.entries())
    for (const kind of ['APNS', 'GCM']) learner.observe(phone(kind, 500 + i, `both-${i}`, day));
  return createJudge(learner.document().functions.resize!);
};

const twoOfOneKind = (judge: ReturnType<typeof learned>) =>
  [901, 902]
    .map((n) => phone('APNS', n, 'two', 12))
    .flatMap((one) => [...judge.before(one), ...judge.after(one)])
    .concat(judge.end())
    .filter(({ detector }) => detector === 'company');

it('a second thing is told where each invocation keeps to one', () => {
  expect(twoOfOneKind(learned([]))).not.toEqual([]);
});

it('but not where two were done now and then, in another place', () => {
  expect(twoOfOneKind(learned([3, 6, 8]))).toEqual([]);
});

it('what one day brought says nothing of the other places', () => {
  expect(twoOfOneKind(learned([3, 3, 3]))).not.toEqual([]);
});
