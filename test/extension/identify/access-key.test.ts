import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountOfKey } from '../../../extension/identify/access-key.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The same bits, counted by BigInt: a one, 40 bits of account, nine of what tells the key. */
function keyOf(account: number, rest: number, kind: string): string {
  const bits = (1n << 49n) | (BigInt(account) << 9n) | BigInt(rest);
  const head = Array.from({ length: 10 }, (_, index) => ALPHABET[Number((bits >> BigInt(45 - 5 * index)) & 31n)]);
  return `${kind}${head.join('')}ABCDEF`;
}

describe('accountOfKey', () => {
  it('reads the account that an id holds', () => {
    expect(accountOfKey('ASIARTX3GSDSQFBXZO2F')).toBe('111122223333');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999_999_999 }),
        fc.integer({ min: 0, max: 511 }),
        fc.constantFrom('AKIA', 'ASIA'),
        (account, rest, kind) => {
          expect(accountOfKey(keyOf(account, rest, kind))).toBe(`${account}`.padStart(12, '0'));
        },
      ),
    );
  });

  it('knows that older ids, other kinds and other lengths hold none', () => {
    for (const id of [
      'AKIAIOSFODNN7EXAMPLE',
      'AKIAJABCDEFGHIJKLMNO',
      'AIDARTX3GSDSQFBXZO2F',
      'AKIARTX3GSDSQF',
      '',
      'placeholder',
    ]) {
      expect(accountOfKey(id)).toBeNull();
    }
    expect(accountOfKey(keyOf(1_000_000_000_000, 0, 'AKIA'))).toBeNull();
  });

  it('answers for any text', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const account = accountOfKey(id);
        expect(account === null || /^\d{12}$/.test(account)).toBe(true);
      }),
    );
  });
});
