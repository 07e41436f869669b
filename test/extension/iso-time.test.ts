import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoTime } from '../../extension/iso-time.ts';

it('tells a time as Date does, whatever was told before', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4_102_444_800_000 }), { minLength: 1, maxLength: 20 }), (times) => {
      for (const time of times.flatMap((one) => [one, one + 1, one + 999]))
        expect(isoTime(time)).toBe(new Date(time).toISOString());
    }),
  );
});
