import { describe, expect, it } from 'vitest';
import { riskOfEach } from '../../../baseline/detect/risk.ts';
import { capOf } from '../../../baseline/detect/tail.ts';
import { type AreLargest, Largest } from '../../../baseline/model/largest.ts';

/** Without a date. */
const of = (values: readonly number[]) => ({ values, days: [] });

const SEVERAL = of([900, 800, 700, 650, 600, 560, 530, 500].map((kilobytes) => kilobytes * 1_000));

it('leaves the less room the less often the function does the thing', () => {
  const capIn = (all: number) => capOf(SEVERAL, 'bytes', { invocations: 200, all, things: 6, long: true }).cap;
  expect(capIn(20_000)).toBeLessThan(capIn(200));
});

it('leaves the more room the more things there are to be wrong about', () => {
  const capOfOne = (things: number) => capOf(SEVERAL, 'bytes', { invocations: 200, all: 200, things, long: true }).cap;
  expect(capOfOne(1)).toBeLessThan(capOfOne(50));
});

/** Numbers between 0 and 1, the same in each run. */
function* uniform(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (state + 0.5) / 2 ** 32;
  }
}

it.each([
  ['light', 6],
  ['heavy', 2],
])('is exceeded by sizes of a %s tail as seldom as the risk says', (_, alpha) => {
  const chance = uniform();
  const size = () => 20_000 * chance.next().value! ** (-1 / alpha);
  const INVOCATIONS = 300;
  const FUNCTIONS = 300;
  let exceeded = 0;
  for (let n = 0; n < FUNCTIONS; n++) {
    const largest = new Largest();
    for (let i = 0; i < INVOCATIONS; i++) largest.addRounded(size(), i >> 5);
    const { cap } = capOf(largest, 'bytes', {
      invocations: INVOCATIONS,
      all: INVOCATIONS,
      things: 1,
      long: true,
    });
    for (let i = 0; i < INVOCATIONS; i++) if (size() > cap) exceeded++;
  }
  expect(exceeded / (INVOCATIONS * FUNCTIONS)).toBeLessThanOrEqual(riskOfEach());
});

describe('what one day brought', () => {
  const AMONG = { invocations: 1_500, all: 1_500, things: 6, long: true };
  /** Each day with its values. */
  const on = (...days: readonly (readonly number[])[]): Largest => {
    const largest = new Largest();
    for (const [day, values] of days.entries()) for (const value of values) largest.add(value, day);
    return largest;
  };
  const capIn = (largest: AreLargest, invocations = AMONG.invocations) =>
    capOf(largest, 'calls', { ...AMONG, invocations });
  const WEEK = [[40, 32], [39, 33], [38, 34], [35, 31], [30], [29]];

  it('is left out where the others would have told it: one burst is no tail', () => {
    expect(capIn(on(...WEEK, [119, 97, 3]))).toEqual(capIn(on(...WEEK)));
  });

  it('is left out however many sizes it left', () => {
    const burst = Array.from({ length: 50 }, (_, n) => 400 + n * 7);
    expect(capIn(on(...WEEK, burst)).usual).toBe(40);
  });

  it('is normal where another day brought as much', () => {
    expect(capIn(on(...WEEK, [119], [97])).usual).toBe(119);
    expect(capIn(on(...WEEK, [119], [119])).usual).toBe(119);
  });

  it('is left out with another day where both stand apart from all others, but for what comes weekly', () => {
    expect(capIn(on(...WEEK, [200], [190]))).toEqual(capIn(on(...WEEK)));
    expect(capIn(on(...WEEK, [200], [], [], [], [], [], [], [190])).usual).toBe(200);
    expect(capIn(on(...WEEK, [200], [195], [190])).usual).toBe(200);
  });

  it('is left out where another day that was left out hides it', () => {
    expect(capIn(on(...WEEK, [900], [170]))).toEqual(capIn(on(...WEEK)));
  });

  it('is normal where it goes on from the others', () => {
    expect(capIn(on([60], [48], [40], [36], [33], [31], [30], [29])).usual).toBe(60);
  });

  it('is normal where there are few different values: each may come in every invocation', () => {
    expect(capIn(on([25], [7], [7], [7], [7], [7])).usual).toBe(25);
  });

  it('is normal where hardly anything is known', () => {
    expect(capIn(on([90], [4], [3], [2], [1]), 8).usual).toBe(90);
  });

  it('is each value by itself where days are not known', () => {
    expect(capIn(of([119, 40, 39, 38, 35, 34, 33, 32])).usual).toBe(40);
    expect(capIn(of([119, 97, 40, 39, 38, 35, 34, 33])).usual).toBe(119);
  });
});

it('takes what was largest on two days for an end, beyond which no tail goes on', () => {
  const open = [900, 700, 400, 300, 200, 170, 140, 120].map((kilobytes) => kilobytes * 1_000);
  const among = { invocations: 1_500, all: 1_500, things: 6, long: true };
  const capWhere = (again: number) =>
    capOf({ values: open, days: [900_000, again, 300_000].map((most, day) => ({ most, day })) }, 'bytes', among).cap;
  expect(capWhere(700_000)).toBeGreaterThan(5_000_000);
  expect(capWhere(900_000)).toBeLessThan(3_000_000);
});

it('lets numbers of entries thin out as bodies do, and not how often an invocation calls', () => {
  const largest = of([75, 30, 16, 12, 10, 9, 7]);
  const among = { invocations: 45, all: 45, things: 6, long: true };
  expect(capOf(largest, 'entries', among).cap).toBeGreaterThan(2 * capOf(largest, 'calls', among).cap);
});
