import { joinCandidate } from './candidate.ts';
import { type FetchedSlot, handedIn, type LeftOut } from './handed-in.ts';
import { type Key, type KeyValue, StoreError } from './key-value.ts';

export interface Aggregated {
  /** Functions whose candidate has changed, sorted. */
  readonly changed: readonly string[];
  /** Functions whose slots could not be joined, with one sentence each; they are tried again by the next run, and stop no other. */
  readonly failed: readonly { readonly function: string; readonly reason: string }[];
  /** Slots that count for nothing or in part. */
  readonly leftOut: readonly LeftOutOf[];
  readonly full: readonly FullOf[];
}

export interface LeftOutOf extends LeftOut {
  readonly function: string;
}

/** A candidate that can hold no more of something since this run. */
export interface FullOf {
  readonly function: string;
  readonly what: readonly string[];
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
    const leftOut: LeftOutOf[] = [];
    const full: FullOf[] = [];
    const queue = turned([...slots].sort(byName), Math.floor(clock() / 1_000));
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [fn, keys] = next;
        try {
          const found = await collect(fn, keys);
          if (found.changed) changed.push(fn);
          for (const one of found.leftOut) leftOut.push({ function: fn, ...one });
          if (found.filled.length > 0) full.push({ function: fn, what: found.filled });
          if (found.missed !== null) throw found.missed;
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
      full: full.sort((a, b) => (a.function < b.function ? -1 : 1)),
    };
  };

  /** `missed`: why a slot could not be fetched, which keeps the others from nothing. */
  async function collect(fn: string, keys: readonly Key[]) {
    const slots: (FetchedSlot & { readonly key: Key; readonly tag: string })[] = [];
    let missed: StoreError | null = null;
    for (const key of keys) {
      const value = await store.get(key, true).catch((error: unknown) => {
        if (!(error instanceof StoreError)) throw error;
        missed = error;
        return null;
      });
      if (value !== null) slots.push({ key, slot: key.part ?? '', ...value });
    }
    slots.sort((a, b) => (a.slot < b.slot ? -1 : 1));
    const joined = await joinCandidate(store, fn, (known, care) => handedIn(fn, known, slots, spent, care), clock());
    // Only now is nothing lost with them. Where one has changed since, it stays for the next time.
    for (const { key, tag } of slots) await store.remove(key, tag);
    return { ...joined, missed };
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** Begins elsewhere each time: a run that ends early ends before others. */
const turned = <T>(list: readonly T[], by: number): T[] => {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
};
