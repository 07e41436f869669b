import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedHash } from '../../../extension/sigv4/keyed-hash.ts';

describe('a keyed hash', () => {
  it('is the HMAC of Node, for any key of a block and any text, one after the other', () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 300, maxLength: 2_000 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), texts, (bytes, all) => {
        const key = Buffer.from(bytes);
        const hash = new KeyedHash(key);
        const wanted = all.map((text) => createHmac('sha256', key).update(text).digest('hex'));
        expect(all.map((text) => hash.of(text))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });
});
