import { joinCandidate } from './candidate.ts';
import { HAND_IN } from './hand-in.ts';
import { type Key, type KeyValue, StoreError } from './key-value.ts';
import { joinLearned, type Learned } from './learned.ts';
import { readSlot } from './slot.ts';

export interface Aggregated {
  /** Functions whose candidate has changed, sorted. */
  readonly changed: readonly string[];
  /** Functions whose slots could not be joined, with one sentence each; they are tried again by the next run, and stop no other. */
  readonly failed: readonly { readonly function: string; readonly reason: string }[];
  /** Slots whose content counts for nothing and is gone: no sensor hands in such a thing. One sentence each. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly function: string;
  /** A hexadecimal digit. */
  readonly slot: string;
  readonly reason: string;
}

/** Functions that the aggregation works on at a time. */
const AT_ONCE = 8;

/** Joins all that was handed in into the candidates, and empties the slots. `spent`: milliseconds, for what a slot costs. */
export function aggregator(
  store: KeyValue,
  clock: () => number,
  spent: () => number = () => performance.now(),
): () => Promise<Aggregated> {
  return async () => {
    const slots = new Map<string, Key[]>();
    for await (const key of store.list('learned')) slots.set(key.function, [...(slots.get(key.function) ?? []), key]);
    const changed: string[] = [];
    const failed: { function: string; reason: string }[] = [];
    const leftOut: LeftOut[] = [];
    const queue = turned([...slots].sort(byName), Math.floor(clock() / 1_000));
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [fn, keys] = next;
        try {
          if (await collect(fn, keys, leftOut)) changed.push(fn);
        } catch (error) {
          failed.push({ function: fn, reason: error instanceof Error ? error.message : 'unknown error' });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return {
      changed: changed.sort(),
      failed: failed.sort((a, b) => (a.function < b.function ? -1 : 1)),
      leftOut: leftOut.sort((a, b) => (`${a.function}#${a.slot}` < `${b.function}#${b.slot}` ? -1 : 1)),
    };
  };

  /** True where the candidate has changed. A slot that cannot be fetched keeps the others from nothing. */
  async function collect(fn: string, keys: readonly Key[], leftOut: LeftOut[]): Promise<boolean> {
    const taken: { key: Key; tag: string }[] = [];
    let sum: Learned | null = null;
    let missed: StoreError | null = null;
    for (const key of keys) {
      const value = await store.get(key, true).catch((error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
        missed = error;
        return null;
      });
      if (value === null) continue;
      taken.push({ key, tag: value.tag });
      const joined = join(sum, value.bytes, fn);
      if (joined.reason === null) sum = joined.learned;
      else leftOut.push({ function: fn, slot: key.part ?? '', reason: joined.reason });
    }
    const changed = sum !== null && (await joinCandidate(store, fn, sum, clock()));
    // Only now is nothing lost with them. Where one has changed since, it stays for the next time.
    for (const { key, tag } of taken) await store.remove(key, tag);
    if (missed !== null) throw missed;
    return changed;
  }

  function join(sum: Learned | null, bytes: Uint8Array, fn: string): ReturnType<typeof readSlot> {
    const began = spent();
    const slot = readSlot(bytes, fn);
    if (slot.learned === null) return slot;
    const learned = sum === null ? slot.learned : joinLearned([sum, slot.learned]);
    if (spent() - began > HAND_IN.milliseconds)
      return { learned: null, reason: `the slot takes more than ${HAND_IN.milliseconds / 1_000} s to read and join` };
    return { learned, reason: null };
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Begins elsewhere each time: a run that ends early ends before others. */
const turned = <T>(list: readonly T[], by: number): T[] => {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
};
