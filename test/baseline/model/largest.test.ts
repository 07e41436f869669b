import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { dayOf } from '../../../baseline/model/days.ts';
import type { BaselineDocument } from '../../../baseline/model/document.ts';
import { FunctionModel } from '../../../baseline/model/function-model.ts';
import { DAYS_KEPT, KEPT, Largest } from '../../../baseline/model/largest.ts';
import { readBaseline } from '../../../baseline/model/read.ts';
import { get } from '../calls.ts';

/** Few different values and days, so that they meet; day -1 is none. */
const seen = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: -1, max: 9 })), { maxLength: 120 });

const largestOf = (pairs: readonly (readonly [number, number])[]): Largest => {
  const largest = new Largest();
  for (const [value, day] of pairs) largest.add(value, day);
  return largest;
};
const told = ({ values, days }: Largest) => ({ values, days });

describe('the largest values', () => {
  it('are the largest of all, and the largest of each of the days that had the largest', () => {
    fc.assert(
      fc.property(seen, (pairs) => {
        const byDay = new Map<number, number>();
        for (const [value, day] of pairs) if (day >= 0) byDay.set(day, Math.max(value, byDay.get(day) ?? 0));
        expect(told(largestOf(pairs))).toEqual({
          values: [...new Set(pairs.map(([value]) => value))].sort((a, b) => b - a).slice(0, KEPT),
          days: [...byDay]
            .map(([day, most]) => ({ day, most }))
            .sort((a, b) => b.most - a.most || a.day - b.day)
            .slice(0, DAYS_KEPT),
        });
      }),
    );
  });

  it('join in any pieces and any number of times with one result', () => {
    fc.assert(
      fc.property(seen, fc.nat(120), (pairs, at) => {
        const pieces = [pairs.slice(0, at), pairs.slice(at)].map(largestOf);
        const joined = new Largest();
        for (const piece of [...pieces].reverse()) for (let n = 0; n < 2; n++) joined.join(piece);
        expect(told(joined)).toEqual(told(largestOf(pairs)));
      }),
    );
  });

  it('read back as they were written', () => {
    fc.assert(
      fc.property(seen, (pairs) => {
        const largest = largestOf(pairs);
        const listed = largest.toJson();
        expect(told(Largest.from(listed, largest.daysToText(listed))!)).toEqual(told(largest));
      }),
    );
  });
});

describe('a document', () => {
  const learned = (given: Partial<Call>): BaselineDocument => {
    const learner = createLearner();
    learner.observe(get('data/a', { bytesIn: 500, ...given }));
    return learner.document();
  };
  const withSize = (size: object): unknown => {
    const { format, functions } = JSON.parse(JSON.stringify(learned({ time: '2026-03-02T10:00:00.000Z' })));
    Object.assign(functions.resize.actions['s3:GetObject'].size, size);
    return { format, functions };
  };
  const sizeIn = (document: unknown) =>
    FunctionModel.from(readBaseline(document, 'b.json').functions.resize!).actions.peek('s3:GetObject')!.size;

  it('says on which day its largest values came, and nothing where no time is known', () => {
    expect(sizeIn(withSize({})).bytesIn.days).toEqual([{ day: dayOf('2026-03-02'), most: 500 }]);
    const { size } = learned({ time: null }).functions.resize!.actions['s3:GetObject']!;
    expect(size).not.toHaveProperty('days');
  });

  it('of before, which says of no day, reads as it is', () => {
    const { bytesIn } = sizeIn(withSize({ days: undefined }));
    expect(told(bytesIn)).toEqual({ values: [500], days: [] });
  });

  it.each(['0g', 'nonsense', '9ffu 0ffu 0ffu 0ffu', '0ffu 0ffu 0ffu 0ffu 0ffu'])('with days %j is refused', (days) => {
    expect(() => sizeIn(withSize({ days }))).toThrow(
      `b.json: $.functions.resize.actions["s3:GetObject"].size.days is ${JSON.stringify(days)}, expected the days of each list`,
    );
  });
});
