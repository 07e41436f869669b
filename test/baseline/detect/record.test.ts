import { expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws } from '../calls.ts';

const LEARNED = 1_400;
/** Letters of 500 to 2,000 bytes. */
const ordinary = (n: number): number => 500 + ((n * 37) % 1_501);

const letter = (n: number, bytesOut: number) =>
  aws('sns', 'Publish', arn('sns', 'letters'), {
    id: `${n}`,
    invocation: `r-${n}`,
    time: new Date(Date.UTC(2026, 0, 5) + n * 900_000).toISOString(),
    bytesOut,
  });

const learner = createLearner();
for (let n = 0; n < LEARNED; n++) learner.observe(letter(n, ordinary(n)));
const baseline = learner.document().functions.resize!;

/** What is told of so many letters, by their number. */
function told(letters: number, bytesOut: (n: number) => number): (readonly [number, string])[] {
  const judge = createJudge(baseline);
  return Array.from({ length: letters }, (_, n) => n).flatMap((n) => {
    const call = letter(LEARNED + n, bytesOut(n));
    return [...judge.before(call), ...judge.after(call)].map(({ reason }) => [n, reason] as const);
  });
}

it('is told of bodies larger than all before once they come in every eighth invocation, though none of them is too large by itself', () => {
  const [[first, reason] = [Number.POSITIVE_INFINITY, '']] = told(200, (n) => (n % 8 === 0 ? 3_500 : ordinary(n)));
  expect(first).toBeLessThan(100);
  expect(reason).toMatch(
    /sns:Publish came again and again with more bytes sent in a call than ever before; normal is at most 2 KB$/,
  );
});

it('says nothing of what is the largest now and then, nor of what is hardly larger', () => {
  expect(told(1_000, (n) => (n % 200 === 0 ? 3_500 : ordinary(n)))).toEqual([]);
  expect(told(300, (n) => (n % 8 === 0 ? 2_050 : ordinary(n)))).toEqual([]);
});
