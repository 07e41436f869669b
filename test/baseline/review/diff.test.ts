import { expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { diffBaselines } from '../../../baseline/review/diff.ts';
import { get } from '../calls.ts';

const DAYS = Array.from({ length: 14 }, (_, day) => day);

function learned(hours: readonly number[]) {
  const learner = createLearner();
  const run = (day: number, hour: number): Call =>
    get('photos/a.jpg', {
      invocation: `${day}-${hour}`,
      time: new Date(Date.UTC(2026, 0, 5 + day, hour)).toISOString(),
    });
  for (const day of DAYS) for (const hour of hours) learner.observe(run(day, hour));
  return learner.document();
}
const nightly = learned([2]);
const always = learned(Array.from({ length: 24 }, (_, hour) => hour));
const told = (older: typeof nightly, newer: typeof nightly) =>
  diffBaselines(older, newer).map(({ change, facet, value }) => `${change} ${facet} ${value}`);

it('tells a schedule that is lost as something that is allowed now', () => {
  expect(told(nightly, always)).toEqual(['removed schedule 02:00 to 03:00', 'added schedule any hour']);
  expect(told(always, nightly)).toEqual(['added schedule 02:00 to 03:00', 'removed schedule any hour']);
  expect(told(always, always)).toEqual([]);
});

it('says nothing of hours where a function is new and has no schedule', () => {
  expect(told({ ...always, functions: {} }, always).filter((line) => line.includes('schedule'))).toEqual([]);
});
