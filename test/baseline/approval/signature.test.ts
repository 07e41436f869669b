import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, checkSignature, fingerprint, signDocument } from '../../../baseline/approval/signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const object = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => {
  const { signature: _, ...rest } = value as Record<string, unknown>;
  return JSON.parse(JSON.stringify(rest)) as Record<string, unknown>;
});
const signed = (document: object) => ({ ...document, signature: signDocument(document, privateKey) });

/** The same members in another order, at every depth. */
const shuffled = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shuffled)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, member]) => [key, shuffled(member)]),
        )
      : value;

describe('the signature of a document', () => {
  it('holds whatever the order of its members and its white space', () => {
    fc.assert(
      fc.property(object, (document) => {
        const again = JSON.parse(JSON.stringify(shuffled(signed(document)), null, 3));
        expect(checkSignature(again, publicKey)).toEqual({ kind: 'good' });
      }),
    );
  });

  it('holds no more once any member is another, is gone or is added', () => {
    fc.assert(
      fc.property(object, fc.string(), fc.jsonValue(), (document, key, value) => {
        if (key === 'signature' || key === '__proto__') return;
        const changed = { ...signed(document), [key]: value };
        const same = canonicalBytes(changed).equals(canonicalBytes(document));
        expect(checkSignature(changed, publicKey).kind).toBe(same ? 'good' : 'broken');
      }),
    );
  });

  it('is told apart from none, from one of another key, and from what is no signature', () => {
    const document = { format: 'rolefence.baseline/1', functions: {} };
    const other = generateKeyPairSync('ed25519').publicKey;
    expect(checkSignature(document, publicKey).kind).toBe('unsigned');
    expect(checkSignature(signed(document), other).kind).toBe('other-key');
    for (const signature of [null, 1, 'x', {}, { ...signed(document).signature, algorithm: 'none' }]) {
      expect(checkSignature({ ...document, signature }, publicKey).kind).toBe('broken');
    }
    const cut = { ...signed(document).signature, value: '' };
    expect(checkSignature({ ...document, signature: cut }, publicKey).kind).toBe('broken');
  });

  it('names the key by its public part', () => {
    expect(fingerprint(privateKey)).toBe(fingerprint(createPublicKey(privateKey)));
    expect(fingerprint(publicKey)).toMatch(/^[0-9a-f]{64}$/);
  });
});
