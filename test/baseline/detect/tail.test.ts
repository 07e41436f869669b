import { describe, expect, it } from 'vitest';
import { riskOfEach } from '../../../baseline/detect/risk.ts';
import { capOf } from '../../../baseline/detect/tail.ts';
import { Largest } from '../../../baseline/model/largest.ts';

const SEVERAL = [900, 800, 700, 650, 600, 560, 530, 500].map((kilobytes) => kilobytes * 1_000);

it('leaves the less room the less often the function does the thing', () => {
  const capIn = (all: number) => capOf(SEVERAL, 'bytes', { invocations: 200, all, things: 6, long: true }).cap;
  expect(capIn(20_000)).toBeLessThan(capIn(200));
});

it('leaves the more room the more things there are to be wrong about', () => {
  const capOfOne = (things: number) => capOf(SEVERAL, 'bytes', { invocations: 200, all: 200, things, long: true }).cap;
  expect(capOfOne(1)).toBeLessThan(capOfOne(50));
});

/** Numbers between 0 and 1, the same in each run. */
function* uniform(): Generator<number> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (state + 0.5) / 2 ** 32;
  }
}

it.each([
  ['light', 6],
  ['heavy', 2],
])('is exceeded by sizes of a %s tail as seldom as the risk says', (_, alpha) => {
  const chance = uniform();
  const size = () => 20_000 * chance.next().value! ** (-1 / alpha);
  const INVOCATIONS = 300;
  const FUNCTIONS = 300;
  let exceeded = 0;
  for (let n = 0; n < FUNCTIONS; n++) {
    const largest = new Largest();
    for (let i = 0; i < INVOCATIONS; i++) largest.addRounded(size());
    const { cap } = capOf(largest.values, 'bytes', {
      invocations: INVOCATIONS,
      all: INVOCATIONS,
      things: 1,
      long: true,
    });
    for (let i = 0; i < INVOCATIONS; i++) if (size() > cap) exceeded++;
  }
  expect(exceeded / (INVOCATIONS * FUNCTIONS)).toBeLessThanOrEqual(riskOfEach());
});

describe('the largest of some values', () => {
  const capIn = (largest: readonly number[], invocations = 1_500) =>
    capOf(largest, 'count', { invocations, all: invocations, things: 6, long: true });

  it('is left out where the others would have told it: one burst is no tail', () => {
    expect(capIn([119, 40, 39, 38, 35, 34, 33, 32])).toEqual(capIn([40, 39, 38, 35, 34, 33, 32]));
    expect(capIn([119, 97, 40, 39, 38, 35, 34, 33]).usual).toBe(40);
  });

  it('is left out with the second where they are two bursts of different size', () => {
    const usual = [9, 8.8, 8.6, 8.4, 8.2, 8, 7.8].map((tenths) => tenths * 1e5);
    const among = { invocations: 1_500, all: 1_500, things: 6, long: true };
    expect(capOf([4e6, 1.9e6, ...usual], 'bytes', among)).toEqual(capOf(usual, 'bytes', among));
  });

  it('is what it is where it goes on from the others', () => {
    expect(capIn([60, 48, 40, 36, 33, 31, 30, 29]).usual).toBe(60);
  });

  it('is normal where there are few different values: each may come in every invocation', () => {
    expect(capIn([25, 7]).usual).toBe(25);
  });

  it('is normal where hardly anything is known', () => {
    expect(capIn([90, 4, 3, 2, 1], 8).usual).toBe(90);
  });
});
