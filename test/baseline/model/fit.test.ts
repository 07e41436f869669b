import { describe, expect, it } from 'vitest';
import { fitAll, type Part } from '../../../baseline/model/fit.ts';
import { Largest } from '../../../baseline/model/largest.ts';

/** What each of the parts takes once all are fitted. */
function taken(sizes: readonly (readonly [weight: number, least: number])[], budget: number): number[] {
  const taken = sizes.map(([weight]) => weight);
  const parts = sizes.map(
    ([weight, least], at): Part => ({ weight, least, fold: (most) => void taken.splice(at, 1, most) }),
  );
  fitAll(parts, budget);
  return taken;
}

describe('parts that share a document', () => {
  it('take no more than there is, and the same once one is folded that weighed less than its least', () => {
    const among = (folded: number) =>
      [
        [1792, 224],
        [257, 190],
        [125, 190],
        [131, 28],
        [folded, 414],
      ] as const;
    const once = taken(among(387), 1074);
    expect(once.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(1074);
    expect(taken(among(Number.POSITIVE_INFINITY), 1074)).toEqual(once);
  });
});

describe('largest values that are cut', () => {
  const largest = (seen: readonly (readonly [value: number, day: number])[]) => {
    const made = new Largest();
    for (const [value, day] of seen) made.add(value, day);
    return made;
  };

  it('are the same cut before or after they are joined and written', () => {
    const seen = [
      [90, 1],
      [80, 1],
      [70, 1],
      [60, 1],
      [9, 2],
      [8, 3],
    ] as const;
    const whole = largest(seen);
    whole.keep(3);
    const first = largest(seen.slice(0, 4));
    const second = largest(seen.slice(4));
    for (const part of [first, second]) part.keep(3);
    first.join(second);
    first.keep(3);
    const texts = [whole, first].map((one) => [one.toJson(), one.daysToText(one.toJson())]);
    expect(texts[0]).toEqual([[90, 80, 70], '01']);
    expect(texts[1]).toEqual(texts[0]);
    expect(Largest.from(whole.toJson(), '01')?.toJson()).toEqual([90, 80, 70]);
  });
});
