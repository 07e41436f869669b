import { expect } from 'vitest';
import { type Key, type KeyValue, keyOf, keyText, StoreError } from '../../../baseline/store/key-value.ts';

/** A store in memory; a fake, for what no real one does when asked: values of a given size at most, runs that are cut off. */
export function memory(largest: number | null = null) {
  const values = new Map<string, { bytes: Uint8Array; tag: string }>();
  let tag = 0;
  let left = Number.POSITIVE_INFINITY;
  const requests: string[] = [];
  const ask = (operation: string, key: Key): string => {
    if (left-- <= 0) throw new StoreError('memory', 'cannot be reached', 'cut off');
    requests.push(`${operation} ${keyText(key)}`);
    return keyText(key);
  };
  const store: KeyValue = {
    name: 'memory',
    largest,
    get: async (key) => values.get(ask('get', key)) ?? null,
    async put(key, bytes, before) {
      const at = ask('put', key);
      if ((values.get(at)?.tag ?? null) !== before) return false;
      if (largest !== null) expect(bytes.length).toBeLessThanOrEqual(largest);
      values.set(at, { bytes, tag: `${++tag}` });
      return true;
    },
    async remove(key, before) {
      const at = ask('remove', key);
      return values.get(at)?.tag === before && values.delete(at);
    },
    async *list(kind) {
      for (const at of [...values.keys()]) {
        const key = keyOf(at)!;
        if (key.kind === kind) yield key;
      }
    },
  };
  return {
    store,
    values,
    requests,
    cutAfter(count: number) {
      left = count;
    },
  };
}
