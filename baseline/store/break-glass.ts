import type { KeyObject } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type BreakGlass, readBreakGlass } from '../approval/break-glass.ts';
import { type Key, type KeyValue, StoreError } from './key-value.ts';
import { unzip } from './learned.ts';

/** The switch that turns a fleet from block to alert, in its store. */
export interface BreakGlassSwitch {
  /** One request. Null where it was not turned. BaselineError, one sentence, where what is there cannot be trusted. */
  load(key: KeyObject | null): Promise<BreakGlass | null>;
  /** In place of whatever is there. */
  turn(value: BreakGlass): Promise<void>;
  /** False where there was none. */
  end(): Promise<boolean>;
}

const AT: Key = { kind: 'break-glass', function: 'fleet', part: null };
const ATTEMPTS = 6;

export function breakGlassSwitch(store: KeyValue): BreakGlassSwitch {
  const settling = async (work: (tag: string | null) => Promise<boolean>): Promise<void> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++)
      if (await work((await store.get(AT, true))?.tag ?? null)) return;
    throw new StoreError(store.name, 'is written by others all the time', 'conflict');
  };
  return {
    async load(key) {
      const value = await store.get(AT);
      const source = `${store.name} break-glass`;
      return value === null ? null : readBreakGlass(unzip(value.bytes, source), source, key);
    },
    turn: (value) => settling((tag) => store.put(AT, gzipSync(JSON.stringify(value)), tag)),
    async end() {
      let was = false;
      await settling(async (tag) => {
        was = tag !== null;
        return tag === null || store.remove(AT, tag);
      });
      return was;
    },
  };
}
