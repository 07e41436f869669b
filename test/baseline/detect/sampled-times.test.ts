import { describe, expect, it } from 'vitest';
import { SampledTimes } from '../../../baseline/detect/sampled-times.ts';

/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 0, 5) / 3_600_000;
const at = (day: number, hour: number): number => MONDAY + 24 * day + hour;

/** Sampled every five hours for four weeks, so each hour of the week about once. */
const hours = Array.from({ length: 134 }, (_, n) => MONDAY + 5 * n);
function sampled(shows: (hour: number, day: number) => boolean): SampledTimes {
  const shown = (time: number) => shows((time - MONDAY) % 24, Math.floor((time - MONDAY) / 24));
  return new SampledTimes(
    hours.filter(shown),
    hours.filter((time) => !shown(time)),
  );
}
const share = (times: SampledTimes, from: number, to = from): number =>
  Math.max(0, ...times.usual(from, to).map(({ shown, not }) => shown / (shown + not)));

describe('a time has a share of its own', () => {
  it('at night, where it comes at night only', () => {
    const nightly = sampled((hour) => hour < 4);
    expect(share(nightly, at(40, 1), at(40, 3))).toBe(1);
    expect(share(nightly, at(40, 23), at(41, 2))).toBeGreaterThan(0.5);
    expect(share(nightly, at(40, 12))).toBe(0);
    expect([1, 12].map((hour) => nightly.isCommon(at(40, hour)))).toEqual([true, false]);
  });

  it('on Sundays, and on Saturday nights', () => {
    expect(
      share(
        sampled((_, day) => day % 7 === 6),
        at(41, 3),
        at(41, 20),
      ),
    ).toBe(1);
    expect(
      share(
        sampled((_, day) => day % 7 === 6),
        at(43, 12),
      ),
    ).toBe(0);
    const saturdayNights = sampled((hour, day) => day % 7 === 5 && hour > 12);
    expect(share(saturdayNights, at(40, 18))).toBe(1);
    expect(share(saturdayNights, at(37, 18))).toBeLessThan(0.5);
  });

  it('wherever it came in one piece, at no hour in particular', () => {
    const pieces = new SampledTimes(
      [at(3, 7), at(3, 7), at(9, 20), at(9, 20), at(16, 2), at(16, 2)],
      hours.filter((_, n) => n % 9 !== 3),
    );
    expect(share(pieces, at(42, 12))).toBe(1);
  });
});

describe('no time has', () => {
  it('where it never came', () => {
    expect(sampled(() => false).usual(at(40, 1), at(40, 2))).toEqual([]);
  });

  it('where it comes at any', () => {
    const times = sampled((hour, day) => (7 * hour + 3 * day) % 10 === 0);
    for (let hour = 0; hour < 24; hour += 6) expect(share(times, at(40, hour), at(40, hour + 1))).toBe(0);
  });

  it('that is as long as a week', () => {
    expect(
      share(
        sampled((hour) => hour < 4),
        at(40, 1),
        at(50, 1),
      ),
    ).toBe(0);
  });
});

describe('where times are not known', () => {
  it('all of it may have come at this one', () => {
    const unknown = new SampledTimes(
      [-1, -1],
      Array.from({ length: 100 }, () => -1),
    );
    expect(share(unknown, at(40, 1))).toBe(1);
    expect(
      share(
        sampled((hour) => hour < 4),
        -1,
      ),
    ).toBe(1);
  });
});
