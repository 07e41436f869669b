import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { FORMAT } from '../../../baseline/model/document.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { slotKey } from '../../../baseline/store/key-value.ts';
import type { Slot } from '../../../baseline/store/slot.ts';
import { memory } from './memory.ts';

const FN = 'resize';

/** Mock: a reader of slots with a fault. Of version `poison` it takes a step that no document may have; there is no real one left to try. */
vi.mock('../../../baseline/store/slot.ts', async (original) => {
  const { readSlot } = await original<typeof import('../../../baseline/store/slot.ts')>();
  return {
    readSlot: (bytes: Uint8Array, fn: string): Slot => {
      const slot = readSlot(bytes, fn);
      if (slot.learned?.model.versions.has('poison') === true) slot.learned.model.follows.steps.get('start');
      return slot;
    },
  };
});

const slot = (version: string) =>
  gzipSync(JSON.stringify({ format: FORMAT, functions: { [FN]: { versions: { [version]: 1 } } } }));

const versionsAfter = async (slots: Readonly<Record<number, string>>) => {
  const { store } = memory();
  await store.put(slotKey(FN, 0), slot('known'), null);
  await createFleet(store).aggregate();
  for (const [at, version] of Object.entries(slots)) await store.put(slotKey(FN, Number(at)), slot(version), null);
  const aggregated = await createFleet(store).aggregate();
  const document = await createFleet(store).candidate(FN);
  return { ...aggregated, versions: Object.keys(document!.functions[FN]!.versions) };
};

describe('a slot with which a candidate could not be read any more', () => {
  const leftOut = (at: string) => ({
    function: FN,
    slot: at,
    whole: true,
    reason: 'a candidate with it could not be read any more',
  });

  it('is left out and told, and all else is learned', async () => {
    const { versions, changed, ...told } = await versionsAfter({ 1: '1', 4: 'poison', 9: '9' });
    expect(told).toEqual({ failed: [], full: [], leftOut: [leftOut('4')] });
    expect([changed, versions]).toEqual([[FN], ['1', '9', 'known']]);
  });

  it('changes nothing where nothing else was handed in', async () => {
    const { versions, changed, leftOut: told } = await versionsAfter({ 4: 'poison', 5: 'poison' });
    expect(told).toEqual([leftOut('4'), leftOut('5')]);
    expect([changed, versions]).toEqual([[], ['known']]);
  });
});
