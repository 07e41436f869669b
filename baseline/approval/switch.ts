import { BaselineError } from '../model/baseline-error.ts';

/** What every switch in a store says: who turned it, when and why. */
export interface Turned {
  /** RFC 3339, UTC. */
  readonly from: string;
  readonly by: string | null;
  readonly reason: string;
}

/** Its fields, of which only those of `Turned` are known to be good. `fault` throws. */
export function readTurned(text: string, format: string, fault: Fault): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('it is no JSON');
  }
  if (typeof value !== 'object' || value === null) return fault('an object was expected');
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields.format !== format) fault(`its format was expected to be ${format}`);
  if (!isLine(fields.reason) || (fields.by !== null && !isLine(fields.by)))
    fault('by and reason were expected, a line each');
  if (!isTime(fields.from)) fault('from was expected, a time in UTC');
  return fields;
}

export type Fault = (what: string) => never;

/** One sentence: `source` is what a person would look for. */
export const faultOf =
  (kind: 'break-glass' | 'isolation', source: string): Fault =>
  (what) => {
    throw new BaselineError(kind, `${source} is no ${kind} switch: ${what}`);
  };

/** RFC 3339 in UTC, as we write it: Date.parse takes much else. */
export const isTime = (text: unknown): text is string =>
  typeof text === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text) &&
  !Number.isNaN(Date.parse(text));

/** They are shown in logs and on terminals. */
export const isLine = (text: unknown): text is string =>
  typeof text === 'string' && /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u.test(text);
