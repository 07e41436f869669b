import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Capped } from '../../../baseline/model/capped.ts';
import { Cut } from '../../../baseline/model/cut.ts';
import { unitHash } from '../../../baseline/names/unit-hash.ts';

const CAP = 7;
const fill = (keys: readonly string[]) => {
  const map = new Capped(CAP, () => ({ join() {} }));
  for (const key of keys) map.get(key);
  return map;
};
const sorted = (map: ReturnType<typeof fill>) => map.sorted().map(([key]) => key);
/** What stays, told the slow way. */
const lowest = (keys: readonly string[]) =>
  [...new Set(keys)]
    .sort((a, b) => unitHash(a) - unitHash(b) || (a < b ? -1 : 1))
    .slice(0, CAP)
    .sort();
/** The second and third are of one hash, and so are the last two. */
const TWINS = ['a', 'k189902', 'k224960', 'k179594', 'k461169'];

describe('a map with a cap', () => {
  const anyKeys = fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom(...TWINS)), { maxLength: 60 });

  it('keeps the keys with the smallest hash, in whatever order and how often they come', () => {
    fc.assert(
      fc.property(anyKeys, (keys) => {
        expect(sorted(fill(keys))).toEqual(lowest(keys));
        expect(sorted(fill([...keys].reverse().concat(keys)))).toEqual(lowest(keys));
        expect([...Cut.of([...new Set(keys)], CAP)].sort()).toEqual(lowest(keys));
      }),
    );
  });

  it('joins to the same set either way', () => {
    fc.assert(
      fc.property(anyKeys, anyKeys, (a, b) => {
        const [one, other] = [fill(a), fill(b)];
        one.join(fill(b));
        other.join(fill(a));
        expect(sorted(one)).toEqual(lowest([...a, ...b]));
        expect(sorted(other)).toEqual(sorted(one));
      }),
    );
  });

  it('keeps of two keys with one hash the same one, whichever came first', () => {
    expect(unitHash(TWINS[1]!)).toBe(unitHash(TWINS[2]!));
    const of = (...keys: string[]) => {
      const map = new Capped(1, () => ({ join() {} }));
      for (const key of keys) map.get(key);
      return sorted(map);
    };
    expect(of(TWINS[1]!, TWINS[2]!)).toEqual(of(TWINS[2]!, TWINS[1]!));
  });
});
