import { describe, expect, it } from 'vitest';
import { generate } from '../../../bench/detection/generate/generate.ts';
import { poisoned, shortened } from '../../../bench/detection/labelled-set.ts';
import { run } from '../../../bench/detection/run.ts';
import { score } from '../../../bench/detection/score.ts';

const all = process.env.ROLEFENCE_TEST_ALL !== undefined;

describe('the generated set', () => {
  it('is the same for a seed, another for another, and labels what it holds', { timeout: 300_000 }, () => {
    const set = generate(1, 'held-out');
    const again = generate(1, 'held-out');
    expect(again.test.length).toBe(set.test.length);
    expect(again.test[1000]).toEqual(set.test[1000]);
    expect([...again.labels]).toEqual([...set.labels]);
    expect(generate(2, 'held-out').test[1000]).not.toEqual(set.test[1000]);
    const tiers = new Set([...set.attacks.values()].map(({ tier }) => tier));
    expect([...tiers].sort()).toEqual(['blatant', 'mimic', 'resource', 'volume']);
    const inTraining = set.train.filter(({ id }) => set.labels.get(id!)?.attack != null);
    expect(inTraining).toEqual([]);
    for (const name of set.attacks.keys())
      expect([...set.labels.values()].some(({ attack }) => attack === name)).toBe(true);
  });
});

/** Minutes of work: what must hold of detection whatever is changed, with some room below what was measured. */
describe.skipIf(!all)('detection (ROLEFENCE_TEST_ALL)', () => {
  it.each([
    ['open', 1],
    ['held-out', 1],
    ['random', 2],
  ] as const)(
    'finds and refuses what it must, and little else: %s, seed %i',
    {
      timeout: 600_000,
    },
    (half, seed) => {
      const set = generate(seed, half);
      const share = (part: number, of: number) => part / of;
      const check = (given: typeof set, least: number, groups: number) => {
        const ran = run(given);
        const scored = score(given, ran.findings, ran.refusals);
        const tier = (name: string) => scored.tiers.get(name)!;
        expect(share(tier('blatant').detected, tier('blatant').attacks)).toBe(1);
        expect(share(tier('all').detected, tier('all').attacks)).toBeGreaterThanOrEqual(least);
        expect(scored.falseGroupsPer1000).toBeLessThanOrEqual(groups);
        return { scored, tier };
      };
      const { scored, tier } = check(set, 0.97, 1);
      expect(scored.refusedOrdinaryPerMillion).toBeLessThanOrEqual(20);
      expect(share(tier('blatant').refused, tier('blatant').attacks)).toBeGreaterThanOrEqual(0.99);
      expect(share(tier('resource').refused, tier('resource').attacks)).toBeGreaterThanOrEqual(0.95);
      check(shortened(set, 1), 0.85, 3);
      check(poisoned(set, 30), 0.9, 1.5);
    },
  );
});
