import { createHash, type KeyObject } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { checkSignature } from '../approval/signature.ts';
import type { BaselineDocument } from '../model/document.ts';
import { mergeBaselines } from '../model/merge.ts';
import { BaselineError, parseBaseline } from '../model/read.ts';
import { type Key, type KeyValue, SLOTS, StoreError } from './key-value.ts';

/**
 * Baselines of a fleet. An environment joins what it learned into one of a function's few slots and writes only where that changes something; the aggregation joins
 * the slots into the candidate; a person approves it. Documents join as sets, so that loss of order, repetition and crashes do no harm, and a function's role can be
 * allowed its own slots by name: it cannot reach what is approved, nor others', nor fill the store.
 */
export interface Fleet {
  /** What sensors judge by: one request. Null where nothing is approved. With a key, BaselineError where its signature does not hold. */
  approved(fn: string, key: KeyObject | null): Promise<BaselineDocument | null>;
  /** What is known to have been learned; null where nothing is. */
  candidate(fn: string): Promise<BaselineDocument | null>;
  /** Joins a document of one environment in. Returns whether it was new, and so written: in steady state nothing is. */
  contribute(fn: string, environment: string, learned: BaselineDocument): Promise<boolean>;
  /** Joins all that was handed in into the candidates. Resolves to the functions whose candidate has changed. */
  aggregate(): Promise<readonly string[]>;
  /** Publishes an approved document, as text, since a signature covers it as it is. */
  publish(fn: string, text: string): Promise<void>;
  /** Functions with a candidate. */
  functions(): AsyncIterable<string>;
}

/** A baseline is at most 256 KB; what unpacks to more is none. */
const LARGEST = 4 * 1024 * 1024;
/** Others may write in between: that often it is tried again. */
const ATTEMPTS = 6;
/** Functions that the aggregation works on at a time. */
const AT_ONCE = 16;

export function createFleet(store: KeyValue): Fleet {
  /** As this process has seen them: an environment asks once. */
  const candidates = new Map<string, BaselineDocument | null>();
  const approvedKey = (fn: string): Key => ({ kind: 'approved', function: fn, slot: null });
  const candidateKey = (fn: string): Key => ({ kind: 'candidate', function: fn, slot: null });

  async function read(key: Key): Promise<{ document: BaselineDocument | null; tag: string | null }> {
    const value = await store.get(key);
    if (value === null) return { document: null, tag: null };
    return { document: parseBaseline(unpack(store.name, value.bytes), `${store.name} ${key.kind}`), tag: value.tag };
  }

  /** Joins into one key; true where that changed it. */
  async function joinInto(key: Key, documents: readonly BaselineDocument[]): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      // What cannot be read there (a function may have written nonsense into its own slot) is replaced by what is known to be good.
      const { document, tag } = await read(key).catch(async (error: unknown) => {
        if (!(error instanceof BaselineError)) throw error;
        return { document: null, tag: (await store.get(key))?.tag ?? null };
      });
      const joined = mergeBaselines(document === null ? documents : [document, ...documents]);
      const text = JSON.stringify(joined);
      if (document !== null && text === JSON.stringify(mergeBaselines([document]))) return false;
      if (await store.put(key, gzipSync(text), tag)) return true;
      if (attempt === ATTEMPTS) throw new StoreError(store.name, 'is written by others all the time', 'conflict');
    }
  }

  /** Joins a function's slots into its candidate and empties them; true where the candidate has changed. */
  async function collect(fn: string, keys: readonly Key[]): Promise<boolean> {
    const taken: { key: Key; tag: string }[] = [];
    const documents: BaselineDocument[] = [];
    for (const key of keys) {
      const value = await store.get(key);
      if (value === null) continue;
      taken.push({ key, tag: value.tag });
      const document = readable(store.name, value.bytes);
      // Only what it says of its own function: the slot is that function's to write.
      const own = document?.functions[fn];
      if (document !== null && own !== undefined) documents.push({ format: document.format, functions: { [fn]: own } });
    }
    const changed = documents.length > 0 && (await joinInto(candidateKey(fn), documents));
    // Only now is nothing lost with them. Where one has changed since, it stays for the next time.
    for (const { key, tag } of taken) await store.remove(key, tag);
    return changed;
  }

  return {
    async approved(fn, key) {
      const value = await store.get(approvedKey(fn));
      if (value === null) return null;
      const source = `${store.name} approved`;
      const text = unpack(store.name, value.bytes);
      const document = parseBaseline(text, source);
      if (key === null) return document;
      const check = checkSignature(JSON.parse(text) as object, key);
      if (check.kind === 'good') return document;
      throw new BaselineError('baseline-signature', `${source} is not approved: ${check.reason}`);
    },
    candidate: async (fn) => (await read(candidateKey(fn))).document,
    async contribute(fn, environment, learned) {
      // Calls before the first invocation bear the function's name, later ones its ARN: one function all the same.
      const own = mergeBaselines(
        Object.values(learned.functions).map((entry) => ({ format: learned.format, functions: { [fn]: entry } })),
      );
      if (own.functions[fn] === undefined) return false;
      let known = candidates.get(fn);
      if (known === undefined) {
        known = (await read(candidateKey(fn))).document;
        candidates.set(fn, known);
      }
      if (known !== null && JSON.stringify(mergeBaselines([known, own])) === JSON.stringify(mergeBaselines([known])))
        return false;
      const slot = createHash('sha256').update(environment).digest()[0]! % SLOTS;
      return joinInto({ kind: 'learned', function: fn, slot }, [own]);
    },
    async aggregate() {
      const slots = new Map<string, Key[]>();
      for await (const key of store.list('learned')) slots.set(key.function, [...(slots.get(key.function) ?? []), key]);
      const changed: string[] = [];
      const queue = [...slots].sort(([a], [b]) => (a < b ? -1 : 1));
      const work = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          if (await collect(...next)) changed.push(next[0]);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      changed.sort();
      return changed;
    },
    async publish(fn, text) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const before = await store.get(approvedKey(fn));
        if (await store.put(approvedKey(fn), gzipSync(text), before?.tag ?? null)) return;
      }
      throw new StoreError(store.name, 'is written by others all the time', 'conflict');
    },
    async *functions() {
      for await (const key of store.list('candidate')) yield key.function;
    },
  };
}

function readable(name: string, bytes: Uint8Array): BaselineDocument | null {
  try {
    return parseBaseline(unpack(name, bytes), name);
  } catch {
    return null;
  }
}

function unpack(name: string, bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST }).toString('utf8');
  } catch (cause) {
    throw new BaselineError('baseline-json', `${name} holds what is no compressed baseline document`, { cause });
  }
}
