import { candidateKey } from './candidate.ts';
import { type Key, type KeyValue, SLOTS, slotKey } from './key-value.ts';
import { MOST_PARTS } from './learned.ts';
import { settling } from './settling.ts';

/** What was learned of a function and waits for approval: its candidate, whether it can be read or not, and what was handed in since. */
export interface Pending {
  /** Values of the candidate; 0 where there is none. */
  readonly parts: number;
  readonly slots: number;
}

export async function pending(store: KeyValue, fn: string): Promise<Pending> {
  const [slots, parts] = await Promise.all([slotKeys(fn), partKeys(fn)].map((keys) => there(store, keys)));
  return { slots: slots!.length, parts: parts!.length };
}

/**
 * Takes all of it away. Slots go first, else a run of the aggregation in between would join them into what begins anew; of the candidate the first value goes last, which leads to the
 * others.
 */
export async function forget(store: KeyValue, fn: string): Promise<void> {
  const keys = [...slotKeys(fn), ...partKeys(fn).reverse()];
  for (const key of keys)
    await settling(store, async () => {
      const value = await store.get(key, true);
      return value === null || (await store.remove(key, value.tag)) || null;
    });
}

const slotKeys = (fn: string): Key[] => Array.from({ length: SLOTS }, (_, at) => slotKey(fn, at));
const partKeys = (fn: string): Key[] => Array.from({ length: MOST_PARTS }, (_, at) => candidateKey(fn, at));

async function there(store: KeyValue, keys: readonly Key[]): Promise<Key[]> {
  const values = await Promise.all(keys.map((key) => store.get(key, true)));
  return keys.filter((_, at) => values[at] !== null);
}
