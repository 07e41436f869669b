import { gzipSync } from 'node:zlib';
import { acceptApproved, type Demand } from '../approval/accept.ts';
import { serialOf } from '../approval/serial.ts';
import type { BaselineDocument } from '../model/document.ts';
import { type Key, type KeyValue, StoreError, type Value } from './key-value.ts';
import { unzip } from './learned.ts';
import { settling } from './settling.ts';

/** What people approved of one function: the newest for its sensors, and every one before it under its serial. */
export interface Approvals {
  /** Null where nothing is approved. BaselineError, one sentence, where it is not what is demanded. */
  load(fn: string, demand: Demand): Promise<BaselineDocument | null>;
  /** The newest as it stands, as text; null where nothing is approved. */
  newest(fn: string): Promise<string | null>;
  /** Functions that have something approved. */
  functions(): AsyncIterable<string>;
  /** Serials of all that was ever published, the newest first. */
  serials(fn: string): Promise<readonly number[]>;
  /** One of them as it was published; null where there is no such. */
  past(fn: string, serial: number): Promise<string | null>;
  /** Publishes a document as it stands, since a signature covers it so. StoreError where it is not newer than what is there. */
  publish(fn: string, text: string): Promise<void>;
}

/** Of what people approved, in bytes: fifty times the richest function's. A sensor must hold it. */
export const LARGEST_TEXT = 16 * 1024 * 1024;

/** BaselineError, one sentence, where it is not what is demanded. */
export const accepted = (store: KeyValue, text: string, demand: Demand): BaselineDocument =>
  acceptApproved(text, `${store.name} approved`, demand);

export function createApprovals(store: KeyValue): Approvals {
  const approvedKey = (fn: string): Key => ({ kind: 'approved', function: fn, part: null });
  const pastKey = (fn: string, serial: number): Key => ({ kind: 'history', function: fn, part: `${serial}` });
  /** No document has the serial 0: there stands the list of them, so that nobody has to scan a table for it. */
  const listKey = (fn: string): Key => pastKey(fn, 0);
  const textOf = (value: Value | null): string | null =>
    value === null ? null : unzip(value.bytes, `${store.name} approved`, LARGEST_TEXT);

  async function serials(fn: string): Promise<{ readonly known: number[]; readonly tag: string | null }> {
    const value = await store.get(listKey(fn), true);
    if (value === null) return { known: [], tag: null };
    const list = JSON.parse(unzip(value.bytes, `${store.name} history`)) as unknown;
    return { known: Array.isArray(list) ? list.filter(Number.isSafeInteger) : [], tag: value.tag };
  }

  const written = (work: () => Promise<boolean>) => settling(store, async () => (await work()) || null);

  return {
    async load(fn, demand) {
      const text = textOf(await store.get(approvedKey(fn)));
      return text === null ? null : accepted(store, text, demand);
    },
    newest: async (fn) => textOf(await store.get(approvedKey(fn), true)),
    async *functions() {
      for await (const { function: fn } of store.list('approved')) yield fn;
    },
    serials: async (fn) => (await serials(fn)).known,
    past: async (fn, serial) => (serial === 0 ? null : textOf(await store.get(pastKey(fn, serial), true))),
    async publish(fn, text) {
      const serial = serialOf(JSON.parse(text) as object);
      if (serial === null) throw new StoreError(store.name, 'takes no document without a serial', 'approve it again');
      if (Buffer.byteLength(text) > LARGEST_TEXT)
        throw new StoreError(store.name, `takes no baseline of this size: that of ${fn}`, `${text.length} characters`);
      const bytes = gzipSync(text);
      const refuseAbove = (before: string | null, upTo: number) => {
        const newest = before === null ? null : serialOf(JSON.parse(before) as object);
        if (newest !== null && newest > upTo)
          throw new StoreError(store.name, `holds a newer approved baseline of ${fn}`, `${newest}, not ${serial}`);
      };
      await written(async () => {
        const there = textOf(await store.get(pastKey(fn, serial), true));
        if (there !== null && there !== text) {
          // An older one that was signed anew is above all older.
          refuseAbove(textOf(await store.get(approvedKey(fn), true)), serial);
          throw new StoreError(store.name, `holds another document of ${fn} with this serial`, `${serial}`);
        }
        return there === text || (await store.put(pastKey(fn, serial), bytes, null));
      });
      await written(async () => {
        const { known, tag } = await serials(fn);
        if (known.includes(serial)) return true;
        const list = [...known, serial].sort((a, b) => b - a);
        return store.put(listKey(fn), gzipSync(JSON.stringify(list)), tag);
      });
      await written(async () => {
        const value = await store.get(approvedKey(fn), true);
        const before = textOf(value);
        if (before === text) return true;
        refuseAbove(before, serial - 1);
        return store.put(approvedKey(fn), bytes, value?.tag ?? null);
      });
    },
  };
}
