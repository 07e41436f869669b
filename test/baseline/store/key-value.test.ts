import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Key, keyOf, keyText } from '../../../baseline/store/key-value.ts';

describe('the keys of a store', () => {
  it('are read back as they were written', () => {
    const of = (kind: Key['kind'], ...parts: (string | null)[]) =>
      fc.record({ kind: fc.constant(kind), part: fc.constantFrom(...parts) });
    const any = fc.oneof(
      of('approved', null),
      of('candidate', null, '1', 'f'),
      of('learned', '0', 'f'),
      of('history', '0', '20261125190812'),
    );
    fc.assert(
      fc.property(any, fc.string({ minLength: 1 }), ({ kind, part }, name) => {
        // A name that ends like a part could be read in two ways; Lambda's names have no such mark.
        if (name.includes('#')) return;
        const key: Key = { kind, function: name, part };
        expect(keyOf(keyText(key))).toEqual(key);
      }),
    );
  });

  it('are none where a kind has no such part', () => {
    for (const text of [
      'approved#f#1',
      'candidate#f#0',
      'candidate#f#12',
      'learned#f',
      'learned#f#10',
      'history#f',
      'history#f#ab',
      'x#f',
    ])
      expect(keyOf(text)?.function).not.toBe('f');
  });
});
