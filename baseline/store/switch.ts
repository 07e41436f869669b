import { gzipSync } from 'node:zlib';
import type { Key, KeyValue } from './key-value.ts';
import { unzip } from './learned.ts';
import { settling } from './settling.ts';

/** A document at one place in the store that people turn, and that sensors read at cold start. */
export interface Switch<T> {
  /** Null where it was not turned. `read` throws, one sentence, where what is there cannot be trusted. */
  load(read: (text: string, source: string) => T): Promise<T | null>;
  /** In place of whatever is there. */
  turn(value: T): Promise<void>;
  /** False where there was none. */
  end(): Promise<boolean>;
}

export function storeSwitch<T>(store: KeyValue, at: Key): Switch<T> {
  const written = (work: (tag: string | null) => Promise<boolean>) =>
    settling(store, async () => (await work((await store.get(at, true))?.tag ?? null)) || null);
  return {
    async load(read) {
      const value = await store.get(at);
      const source = `${store.name} ${at.kind}`;
      return value === null ? null : read(unzip(value.bytes, source), source);
    },
    async turn(value) {
      await written((tag) => store.put(at, gzipSync(JSON.stringify(value)), tag));
    },
    async end() {
      let was = false;
      await written(async (tag) => {
        was = tag !== null;
        return tag === null || store.remove(at, tag);
      });
      return was;
    },
  };
}
