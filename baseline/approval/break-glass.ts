import type { KeyObject } from 'node:crypto';
import { checkSignature, type Signature } from './signature.ts';
import { faultOf, isTime, readTurned, type Turned } from './switch.ts';

/**
 * The switch for an emergency: while it holds, block mode only alerts. It lies beside the approved baselines of a fleet, says who turned it and why, and ends by
 * itself, so that what was opened in a hurry does not stay open.
 */
export interface BreakGlass extends Turned {
  readonly format: typeof BREAK_GLASS;
  /** At most LONGEST_MS after `from`. */
  readonly until: string;
  /** Only these, by name; null for the whole fleet. */
  readonly functions: readonly string[] | null;
  readonly signature?: Signature;
}

export const BREAK_GLASS = 'rolefence.break-glass/1';
export const LONGEST_MS = 7 * 24 * 60 * 60 * 1_000;

/** BaselineError with one sentence where it is none, or, with a key, where its signature does not hold. `source` is what a person would look for. */
export function readBreakGlass(text: string, source: string, key: KeyObject | null): BreakGlass {
  const fault = faultOf('break-glass', source);
  const value = readTurned(text, BREAK_GLASS, fault);
  const { from, until, functions } = value;
  const [begin, end] = [from, until].map((one) => (isTime(one) ? Date.parse(one) : Number.NaN));
  if (!(begin! <= end! && end! - begin! <= LONGEST_MS)) fault('from and until were expected, at most seven days apart');
  const named = Array.isArray(functions) && functions.every((name) => typeof name === 'string');
  if (functions !== null && !named) fault('functions was expected: null, or a list of names');
  const check = key === null ? null : checkSignature(value, key);
  if (check !== null && check.kind !== 'good')
    fault(`${check.reason}, and ROLEFENCE_BASELINE_KEY asks for a signature`);
  return value as unknown as BreakGlass;
}

/** Until when it holds for this function, in epoch milliseconds; null where it does not, or not at that time. */
export function opensUntil({ from, until, functions }: BreakGlass, fn: string, now: number): number | null {
  if (functions !== null && !functions.includes(fn)) return null;
  const end = Date.parse(until);
  return Date.parse(from) <= now && now < end ? end : null;
}
