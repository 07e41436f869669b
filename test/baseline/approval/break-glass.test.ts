import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BREAK_GLASS, opensUntil, readBreakGlass } from '../../../baseline/approval/break-glass.ts';
import { signDocument } from '../../../baseline/approval/signature.ts';

const FROM = '2026-11-25T10:00:00.000Z';
const UNTIL = '2026-11-25T14:00:00.000Z';
const good = { format: BREAK_GLASS, from: FROM, until: UNTIL, by: 'ann', reason: 'release 41', functions: null };
const at = (time: string) => Date.parse(time);

describe('a broken glass', () => {
  it('opens from its beginning to its end', () => {
    const read = readBreakGlass(JSON.stringify(good), 'store', null);
    expect(opensUntil(read, 'resize', at(FROM))).toBe(at(UNTIL));
    expect(opensUntil(read, 'resize', at(UNTIL) - 1)).toBe(at(UNTIL));
    expect(opensUntil(read, 'resize', at(UNTIL))).toBeNull();
    expect(opensUntil(read, 'resize', at(FROM) - 1)).toBeNull();
  });

  it('opens only the functions that it names', () => {
    const read = readBreakGlass(JSON.stringify({ ...good, functions: ['resize'] }), 'store', null);
    expect(opensUntil(read, 'resize', at(FROM))).not.toBeNull();
    expect(opensUntil(read, 'billing', at(FROM))).toBeNull();
  });

  it('needs a signature where a key is demanded, by that key and over all of it', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const other = generateKeyPairSync('ed25519').privateKey;
    const signed = { ...good, signature: signDocument(good, privateKey) };
    const read = (value: object) => readBreakGlass(JSON.stringify(value), 'store', publicKey);
    expect(read(signed).reason).toBe('release 41');
    expect(() => read(good)).toThrow('store is no break-glass switch: it is not signed');
    expect(() => read({ ...good, signature: signDocument(good, other) })).toThrow('signed with another key');
    expect(() => read({ ...signed, until: '2026-11-26T14:00:00.000Z' })).toThrow('its signature does not match');
  });

  it.each([
    ['{', 'it is no JSON'],
    ['null', 'an object was expected'],
    [JSON.stringify({ ...good, format: 'rolefence.baseline/1' }), 'its format was expected to be'],
    [JSON.stringify({ ...good, until: 'tomorrow' }), 'from and until were expected'],
    [JSON.stringify({ ...good, until: '2027-11-25T14:00:00.000Z' }), 'at most seven days apart'],
    [JSON.stringify({ ...good, from: UNTIL, until: FROM }), 'from and until were expected'],
    [JSON.stringify({ ...good, reason: 'a\u001b[2Jb' }), 'a line each'],
    [JSON.stringify({ ...good, functions: 'resize' }), 'functions was expected'],
  ])('is none where it is %s', (text, sentence) => {
    expect(() => readBreakGlass(text, 'store', null)).toThrow(sentence);
  });
});
