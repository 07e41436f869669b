import type { Call } from '../../../baseline/call.ts';
import { createJudge, type Judge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { resized, uuid } from '../calls.ts';

export const START = Date.UTC(2026, 0, 5);
export const HOUR = 3_600_000;

export const learned = (calls: Iterable<Call>): Judge => {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  return createJudge(learner.document().functions.resize!);
};

export const work = Array.from({ length: 200 }, (_, n) =>
  resized(uuid(n), `inv-${n}`).map((one) => ({ ...one, time: new Date(START + n * HOUR).toISOString() })),
).flat();

let calls = 0;
/** The severities and keys that a call is told with, after `hours`. */
export function told(judge: Judge, one: Call, hours = 200) {
  const given = { ...one, id: `t-${calls++}`, time: new Date(START + hours * HOUR).toISOString() };
  return [...judge.before(given), ...judge.after(given)].map(({ severity, key }) => [severity, key] as const);
}
/** Four invocations of ordinary work: what is told between them is done now and then. */
export function ordinary(judge: Judge, hours: number) {
  for (let n = 0; n < 4; n++)
    for (const one of resized(uuid(9_000 + n), `ordinary-${hours}-${n}`)) told(judge, one, hours);
}
export const loud = (found: readonly (readonly [string, string])[]) =>
  found.filter(([severity]) => severity !== 'info');
