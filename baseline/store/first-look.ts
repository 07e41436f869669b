import type { KeyObject } from 'node:crypto';
import type { Demand } from '../approval/accept.ts';
import type { BreakGlass } from '../approval/break-glass.ts';
import type { Isolation } from '../approval/isolation.ts';
import type { BaselineDocument } from '../model/document.ts';
import { createApprovals } from './approved.ts';
import { BREAK_GLASS_KEY, breakGlassSwitch } from './break-glass.ts';
import { isolationKey, isolationSwitch } from './isolation.ts';
import { type Key, type KeyValue, keyText, type Value } from './key-value.ts';

/** What a sensor asks its store for when it starts: what it judges by, and the switches beside it. Each is as good or as bad as if it had been asked for alone. */
export interface FirstLook {
  approved(demand: Demand): Promise<BaselineDocument | null>;
  breakGlass(key: KeyObject | null): Promise<BreakGlass | null>;
  isolation(): Promise<Isolation | null>;
}

/** What a mode has to know: nothing is judged in learn mode, and only block mode can be relaxed. */
export type Judging = 'learn' | 'alert' | 'block';

/** One request for all that this mode has to know, at the first question, where the store has such a request; else one for each. */
export function firstLook(store: KeyValue, fn: string, judging: Judging): FirstLook {
  const approved: Key = { kind: 'approved', function: fn, part: null };
  const keys = [
    isolationKey(fn),
    ...(judging === 'learn' ? [] : [approved]),
    ...(judging === 'block' ? [BREAK_GLASS_KEY] : []),
  ];
  const together = readTogether(store, keys);
  return {
    approved: (demand) => createApprovals(together).load(fn, demand),
    breakGlass: (key) => breakGlassSwitch(together).load(key),
    isolation: () => isolationSwitch(together, fn).load(),
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
