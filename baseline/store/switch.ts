import { gzipSync } from 'node:zlib';
import { type Key, type KeyValue, StoreError } from './key-value.ts';
import { unzip } from './learned.ts';

/** A document at one place in the store that people turn, and that sensors read at cold start. */
export interface Switch<T> {
  /** One request. Null where it was not turned. `read` throws, one sentence, where what is there cannot be trusted. */
  load(read: (text: string, source: string) => T): Promise<T | null>;
  /** In place of whatever is there. */
  turn(value: T): Promise<void>;
  /** False where there was none. */
  end(): Promise<boolean>;
}

const ATTEMPTS = 6;

export function storeSwitch<T>(store: KeyValue, at: Key): Switch<T> {
  const settling = async (work: (tag: string | null) => Promise<boolean>): Promise<void> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++)
      if (await work((await store.get(at, true))?.tag ?? null)) return;
    throw new StoreError(store.name, 'is written by others all the time', 'conflict');
  };
  return {
    async load(read) {
      const value = await store.get(at);
      const source = `${store.name} ${at.kind}`;
      return value === null ? null : read(unzip(value.bytes, source), source);
    },
    turn: (value) => settling((tag) => store.put(at, gzipSync(JSON.stringify(value)), tag)),
    async end() {
      let was = false;
      await settling(async (tag) => {
        was = tag !== null;
        return tag === null || store.remove(at, tag);
      });
      return was;
    },
  };
}
