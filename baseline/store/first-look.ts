import type { Demand } from '../approval/accept.ts';
import type { BreakGlass } from '../approval/break-glass.ts';
import type { Isolation } from '../approval/isolation.ts';
import type { BaselineDocument } from '../model/document.ts';
import { accepted, createApprovals, LARGEST_TEXT } from './approved.ts';
import { BREAK_GLASS_KEY, breakGlassSwitch } from './break-glass.ts';
import { readCopy } from './cold-start.ts';
import { isolationKey, isolationSwitch } from './isolation.ts';
import { type Key, type KeyValue, keyText, type Value } from './key-value.ts';

/** What a sensor asks its store for when it starts: what it judges by, and the switches beside it. Each is as good or as bad as if it had been asked for alone. */
export interface FirstLook {
  approved(): Promise<BaselineDocument | null>;
  breakGlass(): Promise<BreakGlass | null>;
  isolation(): Promise<Isolation | null>;
}

/** What a mode has to know: nothing is judged in learn mode, and only block mode can be relaxed. */
export type Judging = 'learn' | 'alert' | 'block';

/** One request for all that this mode has to know, at the first question, where the store has such a request or a copy; else one for each. */
export function firstLook(store: KeyValue, fn: string, judging: Judging, demand: Demand): FirstLook {
  const approved: Key = { kind: 'approved', function: fn, part: null };
  const keys = [
    isolationKey(fn),
    ...(judging === 'learn' ? [] : [approved]),
    ...(judging === 'block' ? [BREAK_GLASS_KEY] : []),
  ];
  const together = readTogether(store, keys);
  const copy = keys.length < 2 ? nothing : readOnce(store, fn, demand);
  return {
    approved: async () => (await copy()) ?? createApprovals(together).load(fn, demand),
    breakGlass: async () => ((await copy()) === null ? breakGlassSwitch(together).load(demand.key) : null),
    isolation: async () => ((await copy()) === null ? isolationSwitch(together, fn).load() : null),
  };
}

const nothing = async (): Promise<null> => null;

/** What the copy holds, asked for once. Whatever is wrong with it, or with the document in it, the separate values are asked for, which are the truth. */
function readOnce(store: KeyValue, fn: string, demand: Demand): () => Promise<BaselineDocument | null> {
  if (store.oneByOne !== true) return nothing;
  let asked: Promise<BaselineDocument | null> | null = null;
  const ask = async () => {
    const text = await readCopy(store, fn, LARGEST_TEXT);
    return text === null ? null : accepted(store, text, demand);
  };
  return () => {
    asked ??= ask().catch(() => null);
    return asked;
  };
}

/** The same store, which reads these keys in one request. */
function readTogether(store: KeyValue, keys: readonly Key[]): KeyValue {
  if (store.getAll === undefined || keys.length < 2) return store;
  const getAll = store.getAll.bind(store);
  const ids = keys.map(keyText);
  let all: Promise<readonly (Value | null)[] | null> | null = null;
  return {
    ...store,
    async get(key, fresh) {
      const at = ids.indexOf(keyText(key));
      if (at < 0) return store.get(key, fresh);
      // A role that lacks the right to one of them, or to this request, may still have the others.
      all ??= getAll(keys).catch(() => null);
      const values = await all;
      return values === null ? store.get(key, fresh) : values[at]!;
    },
  };
}
