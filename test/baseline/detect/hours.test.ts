import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { Schedule } from '../../../baseline/detect/schedule.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { FunctionBaseline } from '../../../baseline/model/document.ts';
import { evidence } from '../../../baseline/model/evidence.ts';
import { Seen } from '../../../baseline/model/seen.ts';
import { unitHash } from '../../../baseline/names/unit-hash.ts';
import { get, uuid } from '../calls.ts';

const at = (day: number, hour: number, minute = 0) => ({
  time: new Date(Date.UTC(2026, 0, 5 + day, hour, minute)).toISOString(),
});
const run = (day: number, hour: number, minute = 0): Call =>
  get(`in/${uuid(day * 24 + hour)}.csv`, { invocation: `${day} ${hour}:${minute}`, ...at(day, hour, minute) });

function learned(runs: readonly Call[]): FunctionBaseline {
  const learner = createLearner();
  for (const one of runs) learner.observe(one);
  return learner.document().functions.resize!;
}

/** What is told of a run a day after a fortnight. */
const told = (baseline: FunctionBaseline, hour: number, minute = 0): readonly string[] =>
  createJudge(baseline)
    .after(run(14, hour, minute))
    .map(({ reason }) => reason);

const days = Array.from({ length: 14 }, (_, day) => day);
const nightly = days.map((day) => run(day, 2, 5));

describe('a run at an hour at which the function never runs', () => {
  it('is told where it runs at the same hours day after day', () => {
    expect(told(learned(nightly), 13, 14)).toEqual([
      'This function ran at 13:14 UTC; normal is 02:00 to 03:00 UTC, day after day',
    ]);
  });

  it('is told once in an invocation', () => {
    const judge = createJudge(learned(nightly));
    const calls = [run(14, 13), { ...run(14, 13), id: 'second' }];
    expect(calls.map((one) => judge.after(one).length)).toEqual([1, 0]);
  });

  it('is nothing within an hour, as clocks are put forward and back', () => {
    expect([1, 2, 3].flatMap((hour) => told(learned(nightly), hour))).toEqual([]);
    const late = days.map((day) => run(day, 23, 50));
    expect(told(learned(late), 0)).toEqual([]);
    expect(told(learned(late), 2)).toHaveLength(1);
  });

  it('is told though the same happened on one day while it was learned', () => {
    expect(told(learned([...nightly, run(6, 13)]), 13)).toHaveLength(1);
  });

  it('says nothing where it ran at odd hours on several days', () => {
    expect(told(learned([...nightly, run(6, 13), run(9, 17)]), 20)).toEqual([]);
  });

  it('is told where odd days were so few among so many invocations that the risk allows it', () => {
    const invocations = new Seen();
    for (let n = 0; n < 30_000; n++) invocations.add({ unit: unitHash(`often-${n}`), day: 20_458 + (n % 14) });
    const often = (...odd: Call[]) => ({ ...learned([...nightly, ...odd]), invocations: evidence(invocations) });
    expect(told(often(run(6, 13), run(9, 17)), 20)).toHaveLength(1);
    expect(told(often(...[1, 6, 9, 12].map((day) => run(day, 7 + day))), 22)).toEqual([]);
  });

  it('says nothing of a function that was watched for some days only', () => {
    expect(told(learned(nightly.slice(0, 5)), 13)).toEqual([]);
  });

  it('says nothing where the document does not tell of hours, nor where a person put the hour into it', () => {
    const { hours, ...older } = learned(nightly);
    expect(told(older, 13)).toEqual([]);
    expect(told({ ...older, hours: { ...hours, '13:00': [] } }, 13)).toEqual([]);
  });
});

describe('the hours of a function', () => {
  const spans = (runs: readonly Call[]) => Schedule.of(learned(runs))?.toString() ?? null;

  it('are told in spans', () => {
    const times = [0, 7, 8, 23];
    expect(spans(days.flatMap((day) => times.map((hour) => run(day, hour))))).toBe('07:00 to 09:00, 23:00 to 01:00');
  });

  it('are no schedule where it runs in all of them', () => {
    const around = Array.from({ length: 24 }, (_, hour) => hour);
    expect(spans(days.flatMap((day) => around.map((hour) => run(day, hour))))).toBe(null);
  });
});
