import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Honoured, type Use, useOf } from '../../../extension/seal/honoured.ts';
import { Marks, markOf } from '../../../extension/seal/marks.ts';

const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);
const MINUTE = 60_000;
const signature = (number: number) => createHash('sha256').update(`${number}`).digest('hex');
const use = (call: string | null, number = 1, signedAt = NOW): Use => useOf(signature(number), signedAt, call);

describe('a signature that AWS has honoured', () => {
  it('is used up at once where it covers the number of its call', () => {
    const honoured = new Honoured();
    expect(honoured.had(use(''), NOW, 0)).toBe(false);
    honoured.add(use(''), NOW, 0);
    expect(honoured.had(use(''), NOW, 0)).toBe(true);
    expect(honoured.had(use('', 2), NOW, 0)).toBe(false);
  });

  it('is used up at once by the call of its number and try, and by another one a minute later', () => {
    const honoured = new Honoured();
    honoured.add(use('a attempt=1'), NOW, 0);
    expect(honoured.had(use('a attempt=1'), NOW, 0)).toBe(true);
    for (const twin of ['b attempt=1', 'a attempt=2']) {
      expect(honoured.had(use(twin), NOW + MINUTE, 0)).toBe(false);
      expect(honoured.had(use(twin), NOW + MINUTE + 1_000, 0)).toBe(true);
    }
  });

  it.each([
    ['have no number', () => null],
    ['have numbers that are not signed', (n: number) => `${n} attempt=1`],
  ])('may be that of twins that wait for one another in a queue, and %s', (_, number) => {
    const honoured = new Honoured();
    for (let wave = 0; wave < 8; wave++) {
      const at = NOW + wave * 20_000;
      expect(honoured.had(use(number(wave)), at, 0)).toBe(false);
      honoured.add(use(number(wave)), at, 0);
    }
    expect(honoured.had(use(number(9)), NOW + 7 * 20_000 + MINUTE + 1_000, 0)).toBe(true);
  });

  it.each([0, 40 * MINUTE])(
    'is no twin’s any more five minutes after it was signed, however often it comes: skew %s',
    (skew) => {
      const honoured = new Honoured();
      const one = use(null, 1, NOW + skew);
      for (let at = NOW; at <= NOW + 5 * MINUTE; at += 50_000) {
        expect(honoured.had(one, at, skew)).toBe(false);
        honoured.add(one, at, skew);
      }
      expect(honoured.had(one, NOW + 5 * MINUTE + 1_000, skew)).toBe(true);
    },
  );

  it('is no older for a clock that is put back', () => {
    const honoured = new Honoured();
    honoured.add(use(null), NOW, 0);
    expect(honoured.had(use(null), NOW - 1_000, 0)).toBe(false);
  });

  it.each([
    ['signed now', 0, 0],
    ['signed by a clock that is fast', 14 * MINUTE, 0],
    ['signed by a clock that is slow', -14 * MINUTE, 0],
    ['signed by AWS’s clock, which is ahead', 40 * MINUTE, 40 * MINUTE],
    ['signed by AWS’s clock, which is behind', -40 * MINUTE, -40 * MINUTE],
  ])('is known for as long as AWS would honour it again: %s', (_, ahead, skew) => {
    const honoured = new Honoured();
    const one = use('', 1, NOW + ahead);
    honoured.add(one, NOW, skew);
    const until = NOW + ahead - skew + 15 * MINUTE;
    for (let at = NOW; at <= until; at += MINUTE) {
      honoured.add(use('', at, at + skew), at, skew);
      expect(honoured.had(one, at, skew)).toBe(true);
    }
  });

  it('is forgotten after it', () => {
    const honoured = new Honoured();
    honoured.add(use(''), NOW, 0);
    honoured.add(use('', 2, NOW + 31 * MINUTE), NOW + 31 * MINUTE, 0);
    expect(honoured.had(use(''), NOW + 31 * MINUTE, 0)).toBe(false);
  });
});

describe('marks', () => {
  it('know what was added and when, and nothing else, however many there are', () => {
    const added = fc.array(fc.tuple(fc.nat(4_000), fc.nat(2_000)), { minLength: 1, maxLength: 6_000 });
    fc.assert(
      fc.property(added, (all) => {
        const marks = new Marks();
        const known = new Map<number, number>();
        for (const [number, seconds] of all) {
          marks.add(markOf(signature(number), ''), seconds);
          known.set(number, seconds);
        }
        for (let number = 0; number < 4_000; number++) {
          const since = known.get(number);
          const age = marks.age(markOf(signature(number), ''), 2_040);
          if (age !== (since === undefined ? null : 2_040 - since)) throw new Error(`${number}: ${age} of ${since}`);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('tell calls of one signature apart', () => {
    const marks = new Marks();
    marks.add(markOf(signature(1), 'a'), 5);
    expect(marks.age(markOf(signature(1), 'a'), 6)).toBe(1);
    for (const other of ['', 'b', 'aa']) expect(marks.age(markOf(signature(1), other), 6)).toBeNull();
  });

  it('begin anew where the largest table is full', () => {
    const marks = new Marks();
    const mark = (at: number) => ({ high: Math.imul(at + 1, 0x9e3779b1), low: at << 12 });
    const room = 2 ** 20 * 0.75;
    for (let at = 0; at < room; at++) marks.add(mark(at), 0);
    expect([0, room - 1].map((at) => marks.age(mark(at), 1))).toEqual([1, 1]);
    marks.add(mark(room), 0);
    expect([0, room - 1, room].map((at) => marks.age(mark(at), 1))).toEqual([null, null, 1]);
  });
});
