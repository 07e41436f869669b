import type { KeyObject } from 'node:crypto';
import { BaselineError } from '../model/read.ts';
import { checkSignature, type Signature } from './signature.ts';

/**
 * The switch for an emergency: while it holds, block mode only alerts. It lies beside the approved baselines of a fleet, says who turned it and why, and ends by
 * itself, so that what was opened in a hurry does not stay open.
 */
export interface BreakGlass {
  readonly format: typeof BREAK_GLASS;
  /** RFC 3339, UTC. */
  readonly from: string;
  /** At most LONGEST_MS after `from`. */
  readonly until: string;
  readonly by: string | null;
  readonly reason: string;
  /** Only these, by name; null for the whole fleet. */
  readonly functions: readonly string[] | null;
  readonly signature?: Signature;
}

export const BREAK_GLASS = 'rolefence.break-glass/1';
export const LONGEST_MS = 7 * 24 * 60 * 60 * 1_000;

/** BaselineError with one sentence where it is none, or, with a key, where its signature does not hold. `source` is what a person would look for. */
export function readBreakGlass(text: string, source: string, key: KeyObject | null): BreakGlass {
  const fault = (what: string): never => {
    throw new BaselineError('break-glass', `${source} is no break-glass switch: ${what}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('it is no JSON');
  }
  if (typeof value !== 'object' || value === null) return fault('an object was expected');
  const { format, from, until, by, reason, functions } = value as Partial<Record<keyof BreakGlass, unknown>>;
  if (format !== BREAK_GLASS) fault(`its format was expected to be ${BREAK_GLASS}`);
  const [begin, end] = [from, until].map((one) => (typeof one === 'string' ? Date.parse(one) : Number.NaN));
  if (!(begin! <= end! && end! - begin! <= LONGEST_MS)) fault('from and until were expected, at most seven days apart');
  if (!isLine(reason) || (by !== null && !isLine(by))) fault('by and reason were expected, a line each');
  const named = Array.isArray(functions) && functions.every((name) => typeof name === 'string');
  if (functions !== null && !named) fault('functions was expected: null, or a list of names');
  const check = key === null ? null : checkSignature(value, key);
  if (check !== null && check.kind !== 'good')
    fault(`${check.reason}, and ROLEFENCE_BASELINE_KEY asks for a signature`);
  return value as BreakGlass;
}

/** They are shown in logs and on terminals. */
export const isLine = (text: unknown): text is string =>
  typeof text === 'string' && /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u.test(text);

/** Until when it holds for this function, in epoch milliseconds; null where it does not, or not at that time. */
export function opensUntil({ from, until, functions }: BreakGlass, fn: string, now: number): number | null {
  if (functions !== null && !functions.includes(fn)) return null;
  const end = Date.parse(until);
  return Date.parse(from) <= now && now < end ? end : null;
}
