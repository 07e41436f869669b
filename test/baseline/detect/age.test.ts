import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { FunctionBaseline } from '../../../baseline/model/document.ts';
import { mergeBaselines } from '../../../baseline/model/merge.ts';
import { additions } from '../../../baseline/store/additions.ts';
import { call, get, put, uuid } from '../calls.ts';

const time = (day: number, hour = 9) => new Date(Date.UTC(2026, 0, 5 + day, hour)).toISOString();
const iso = (day: number) => time(day).slice(0, 10);
/** What the function does on one day with a name of another. */
const read = (day: number, of = day, given: Partial<Call> = {}): Call =>
  get(`lake/raw/${iso(of)}/${uuid(day * 100 + of)}.csv`, { invocation: `run ${day} ${of}`, time: time(day), ...given });

function learned(calls: readonly Call[]): FunctionBaseline {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  return learner.document().functions.resize!;
}

const told = (baseline: FunctionBaseline, ...calls: readonly Call[]) => {
  const judge = createJudge(baseline);
  return calls
    .flatMap((one) => [...judge.before(one), ...judge.after(one)])
    .filter(({ detector }) => detector === 'age')
    .map(({ reason, kind }) => `${kind}: ${reason}`);
};

const fortnight = Array.from({ length: 14 }, (_, day) => day);
const ofToday = learned(fortnight.map((day) => read(day)));
const LATER = 20;

describe('a name of another day than usual', () => {
  it('is told with what is usual, as unusual', () => {
    expect(told(ofToday, read(LATER, LATER - 4))).toEqual([
      'unusual: s3:GetObject in lake on what is named for 2026-01-21, 4 days before the run; normal is the day itself',
    ]);
  });

  it('is told three days, a month and a year back, and ahead', () => {
    for (const age of [3, 31, 365, -3]) expect(told(ofToday, read(LATER, LATER - age))).toHaveLength(1);
  });

  it('is none around midnight, whatever the zone', () => {
    for (const age of [-2, -1, 0, 1, 2]) expect(told(ofToday, read(LATER, LATER - age))).toEqual([]);
  });

  it('is yesterday’s copy deleted where only what is a month old is', () => {
    const expired = learned(fortnight.map((day) => read(day, day - 31)));
    expect(told(expired, read(LATER, LATER - 31), read(LATER, LATER - 40))).toEqual([]);
    expect(told(expired, read(LATER, LATER - 1))).toHaveLength(1);
  });

  it('is told beyond what a function that goes back for weeks allows', () => {
    const back = learned(fortnight.flatMap((day) => [0, 1, 4, 9, 20].map((age) => read(day, day - age))));
    expect(told(back, read(LATER, LATER - 27), read(LATER, LATER - 50))).toEqual([]);
    expect(told(back, read(LATER, LATER - 365))).toHaveLength(1);
  });

  it('is told in months where names are of months', () => {
    const month = (day: number, of: string) =>
      put(`bills/${of}/${uuid(day)}.pdf`, { invocation: `m ${day}`, time: time(day) });
    const monthly = learned(fortnight.map((day) => month(day, '2026-01')));
    expect(told(monthly, month(LATER, '2025-12'))).toEqual([]);
    expect(told(monthly, month(LATER, '2025-01'))).toEqual([
      'unusual: s3:PutObject in bills on what is named for 2025-01, 12 months before the run; normal is the month itself',
    ]);
  });

  it('is told of a folder that is listed', () => {
    const list = (day: number, of: number) =>
      call({
        operation: 'ListObjectsV2',
        prefix: `raw/dt=${iso(of)}/`,
        access: [{ action: 's3:ListBucket', resources: ['arn:aws:s3:::lake'] }],
        invocation: `list ${day}`,
        time: time(day),
      });
    const lists = learned(fortnight.map((day) => list(day, day)));
    expect(told(lists, list(LATER, LATER))).toEqual([]);
    expect(told(lists, list(LATER, LATER - 9))).toHaveLength(1);
  });

  it('is told though one day of learning had the same: it may have been an intruder', () => {
    const hidden = learned([...fortnight.map((day) => read(day)), read(5, -60), read(5, -200)]);
    expect(told(hidden, read(LATER, LATER - 65))).toHaveLength(1);
  });
});

describe('the ages of dates say nothing', () => {
  it('where one day after another brought another', () => {
    const any = learned([...fortnight.map((day) => read(day)), read(5, -60), read(9, 1)]);
    expect(told(any, read(LATER, LATER - 400))).toEqual([]);
  });

  it('where few days were seen', () => {
    expect(told(learned([0, 1, 2].map((day) => read(day))), read(LATER, LATER - 40))).toEqual([]);
  });

  it('at a time that nobody knows', () => {
    expect(told(ofToday, read(LATER, LATER - 40, { time: null }))).toEqual([]);
  });

  it('of a name that stays and grows older by itself', () => {
    const model = learned(fortnight.map((day) => read(day, 8)));
    expect(told(model, read(300, 8))).toEqual([]);
  });

  it('by what AWS refused', () => {
    const refused = fortnight.map((day) => read(day, day - 60, { errorCode: 'AccessDenied', status: 403 }));
    const baseline = learned([...refused, ...fortnight.map((day) => read(day))]);
    expect(told(baseline, read(LATER, LATER - 60))).toHaveLength(1);
  });

  it('where the document, or one that it was merged with, does not tell them', () => {
    const { ages, ...older } = ofToday;
    expect(ages).toEqual({ 's3:GetObject arn:aws:s3:::lake/': 'd0:*' });
    const merged = mergeBaselines(
      [ofToday, older].map((resize) => ({ format: 'rolefence.baseline/1', functions: { resize } })),
    ).functions.resize!;
    for (const baseline of [older, merged]) expect(told(baseline, read(LATER, LATER - 40))).toEqual([]);
    // What somebody hands in takes nothing away
    expect(additions(older).ages).toEqual({});
  });
});

it('days in two documents are those of one', () => {
  const halves = [fortnight.slice(0, 2), fortnight.slice(1, 4)].map((days) => learned(days.map((day) => read(day))));
  const merged = mergeBaselines(halves.map((resize) => ({ format: 'rolefence.baseline/1', functions: { resize } })));
  expect(merged.functions.resize).toEqual(learned(fortnight.slice(0, 4).map((day) => read(day))));
});
