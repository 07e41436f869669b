import { type Isolation, readIsolation } from '../approval/isolation.ts';
import type { Key, KeyValue } from './key-value.ts';
import { type Switch, storeSwitch } from './switch.ts';

/** The switch that shuts one function in, in its fleet's store. */
export interface IsolationSwitch extends Pick<Switch<Isolation>, 'turn' | 'end'> {
  /** BaselineError, one sentence, where what is there cannot be read. */
  load(): Promise<Isolation | null>;
}

export const isolationKey = (fn: string): Key => ({ kind: 'isolation', function: fn, part: null });

export function isolationSwitch(store: KeyValue, fn: string): IsolationSwitch {
  const one = storeSwitch<Isolation>(store, isolationKey(fn));
  return { ...one, load: () => one.load((text, source) => readIsolation(text, source, fn)) };
}
