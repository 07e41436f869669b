import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FORMAT, type FunctionBaseline } from '../../../baseline/model/document.ts';
import { unitText } from '../../../baseline/names/unit-hash.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { slotKey } from '../../../baseline/store/key-value.ts';
import { resized } from '../calls.ts';
import { memory } from './memory.ts';

const FN = 'resize';
const learned = (from: number, to: number): FunctionBaseline => {
  const learner = createLearner();
  for (let n = from; n < to; n++) for (const one of resized(`p${n}`, `run ${n}`)) learner.observe(one);
  return learner.document().functions[FN]!;
};
const pack = (baseline: object) => gzipSync(JSON.stringify({ format: FORMAT, functions: { [FN]: baseline } }));

/** A hundred and twenty-eight invocations with small hashes, which did nothing of note. */
const chosen = (first: number, each = 1) => ({
  order: { steps: ['x:y'], follows: { again: {} } },
  sample: Array.from({ length: 128 }, (_, at) => `${unitText(Math.round(first + at * each))} 0*1kk`),
});

async function fleetOf(...rounds: readonly Readonly<Record<number, object>>[]) {
  const { store } = memory();
  const leftOut: object[] = [];
  for (const round of rounds) {
    for (const [at, baseline] of Object.entries(round)) await store.put(slotKey(FN, Number(at)), pack(baseline), null);
    leftOut.push(...(await createFleet(store).aggregate()).leftOut);
  }
  return { leftOut, sample: (await createFleet(store).candidate(FN))!.functions[FN]!.sample };
}

const kept = (sample: readonly string[], honest: FunctionBaseline) => {
  const units = new Set(honest.sample.map((line) => line.slice(0, 6)));
  return sample.filter((line) => units.has(line.slice(0, 6))).length;
};

describe('sampled invocations that were made up', () => {
  const honest = learned(0, 1_000);

  it('push out few of those that stand in the candidate, however often they come, and are told', async () => {
    const { leftOut, sample } = await fleetOf({ 0: honest }, { 3: chosen(0) }, { 3: chosen(500), 9: chosen(900) });
    expect(kept(sample, honest)).toBeGreaterThan(100);
    expect(leftOut).toMatchObject([
      { slot: '3', whole: false, reason: expect.stringMatching(/no room for 11\d sampled invocations$/) },
      { slot: '3', whole: false, reason: 'the candidate has no room for 128 sampled invocations' },
      { slot: '9', whole: false, reason: 'the candidate has no room for 128 sampled invocations' },
    ]);
  });

  it.each([
    ['at the same time', [{ 0: chosen(0), 9: honest }]],
    ['afterwards', [{ 0: chosen(0) }, { 9: honest }]],
  ])('push out as few of those that are handed in %s', async (_, rounds) => {
    const { sample } = await fleetOf(...rounds);
    expect(kept(sample, honest)).toBeGreaterThan(100);
  });

  it('do not come in for being said to be of billions', async () => {
    const { leftOut, sample } = await fleetOf({ 0: honest }, { 3: { ...chosen(0), invocations: [1, 'f'.repeat(64)] } });
    expect(kept(sample, honest)).toBeGreaterThan(100);
    expect(leftOut).toMatchObject([{ slot: '3', reason: expect.stringContaining('sampled invocations') }]);
  });

  it('nor for what was said before', async () => {
    const said = { invocations: [1, 'f'.repeat(64)] };
    const { sample } = await fleetOf(
      { 0: honest },
      { 3: { ...chosen(0), ...said } },
      { 3: { ...chosen(200), ...said } },
    );
    expect(kept(sample, honest)).toBeGreaterThan(100);
  });

  it('leave many of them where they are as many as can be', async () => {
    const dense = chosen(0, 2 ** 36 / 2_000);
    const { sample } = await fleetOf({ 0: honest }, ...Array.from({ length: 5 }, (_, at) => ({ [at]: dense })));
    expect(kept(sample, honest)).toBeGreaterThan(30);
  });
});

it('sampled invocations of all slots are those of all invocations, in whatever pieces they come', async () => {
  const slots = Array.from({ length: 8 }, (_, at) => learned(at * 150, (at + 1) * 150));
  const { leftOut, sample } = await fleetOf({ 0: slots[0]! }, { 1: slots[1]!, 2: slots[2]! }, { ...slots.slice(3) });
  expect(leftOut).toEqual([]);
  // Calls that are made anew have other times
  const untimed = (lines: readonly string[]) => lines.map((line) => line.replace(/ @\w+/, ''));
  expect(untimed(sample)).toEqual(untimed(learned(0, 1_200).sample));
});
