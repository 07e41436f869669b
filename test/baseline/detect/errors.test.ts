import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { get } from '../calls.ts';

const head = (n: number, run: string, given: Partial<Call> = {}): Call =>
  get(`photos/${n}.jpg`, { id: `${run} ${n}`, operation: 'HeadObject', invocation: run, ...given });
const MISSING = { status: 404 };

/** What is told of a run in which ten objects are asked for. */
function told(training: readonly Call[], given: Partial<Call>): string[] {
  const learner = createLearner();
  for (const one of training) learner.observe(one);
  const judge = createJudge(learner.document().functions.resize!);
  return Array.from({ length: 10 }, (_, n) => head(n, 'probing', given))
    .flatMap((call) => [...judge.before(call), ...judge.after(call)])
    .filter(({ detector }) => detector === 'errors')
    .map(({ reason }) => reason);
}

const found = Array.from({ length: 400 }, (_, n) => head(n % 10, `run ${Math.floor(n / 10)}`));

describe('errors of answers without a body', () => {
  it('are told where they tell of names that do not exist', () => {
    expect(told(found, MISSING)[0]).toBe(
      '5 calls of s3:GetObject in one invocation asked for what does not exist (NotFound)',
    );
  });

  it('are told where they tell of a refusal', () => {
    expect(told(found, { status: 403 })[0]).toBe(
      's3:GetObject was denied (Forbidden), which never happened to this function',
    );
  });

  it('are normal in a function that asks so whether something is there', () => {
    expect(
      told([...found, ...found.map((call) => ({ ...call, ...MISSING, invocation: `${call.invocation} b` }))], MISSING),
    ).toEqual([]);
  });
});
