import type { KeyObject } from 'node:crypto';
import { type BreakGlass, readBreakGlass } from '../approval/break-glass.ts';
import type { Key, KeyValue } from './key-value.ts';
import { type Switch, storeSwitch } from './switch.ts';

/** The switch that turns a fleet from block to alert, in its store. */
export interface BreakGlassSwitch extends Pick<Switch<BreakGlass>, 'turn' | 'end'> {
  /** BaselineError, one sentence, where what is there cannot be trusted. */
  load(key: KeyObject | null): Promise<BreakGlass | null>;
}

export const BREAK_GLASS_KEY: Key = { kind: 'break-glass', function: 'fleet', part: null };

export function breakGlassSwitch(store: KeyValue): BreakGlassSwitch {
  const one = storeSwitch<BreakGlass>(store, BREAK_GLASS_KEY);
  return { ...one, load: (key) => one.load((text, source) => readBreakGlass(text, source, key)) };
}
