import { describe, expect, it, vi } from 'vitest';
import { Capped } from '../../../baseline/model/capped.ts';
import { unitHash } from '../../../baseline/names/unit-hash.ts';
import { readOrigins } from '../../../baseline/store/origins.ts';

let hashed = 0;
/** The real hash, counted: whoever hashes without end is stopped. */
vi.mock('../../../baseline/names/unit-hash.ts', async (original) => {
  const real = await original<typeof import('../../../baseline/names/unit-hash.ts')>();
  return {
    ...real,
    unitHash(text: string) {
      if (++hashed > 10_000_000) throw new Error('hashes again and again');
      return real.unitHash(text);
    },
  };
});

const MANY = 100_000;
const KEPT = 20_000;
const keys = Array.from({ length: MANY }, (_, i) => `["a","b","${i}"]`);
const byHash = () => {
  const hashes = new Map(keys.map((key) => [key, unitHash(key)]));
  return [...keys].sort((a, b) => hashes.get(a)! - hashes.get(b)!);
};

describe('a hundred thousand origins in one slot', () => {
  // The worst order: each key takes the place of another.
  it('are cut to those with the smallest hash, and each is hashed once or twice', () => {
    const worst = byHash().reverse();
    const nonsense = Array.from({ length: 1_000 }, (_, i) => [`none of ours ${i}`, '*|*|*']);
    const value = Object.fromEntries([...nonsense, ...worst.map((key) => [key, 'e1|1|x'])]);
    hashed = 0;
    const origins = readOrigins(value);
    expect(hashed).toBeLessThanOrEqual(2 * MANY);
    expect(new Set([...origins.entries()].map(([key]) => key))).toEqual(new Set(worst.slice(-KEPT)));
    expect(origins.peek(worst.at(-1)!)!.toText()).toBe('e1|1|x');
  });

  it('cost a map with a cap no more either', () => {
    const worst = byHash().reverse();
    hashed = 0;
    const map = new Capped(KEPT, () => ({ join() {} }));
    for (const key of worst) map.get(key);
    expect(hashed).toBeLessThanOrEqual(2 * MANY);
    expect(new Set([...map.entries()].map(([key]) => key))).toEqual(new Set(worst.slice(-KEPT)));
  });
});
