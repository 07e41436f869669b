/** What of Lambda's platform events is of use here (Lambda developer guide, Telemetry API event schema 2022-12-13 and 2025-01-29). */
export type PlatformEvent =
  /** `trace`: the value of X-Amzn-Trace-Id that the function gets, too; null where there is none. */
  | { readonly type: 'start'; readonly requestId: string; readonly trace: string | null }
  /** The function has answered, failed or run out of time. `at`: epoch, milliseconds. */
  | { readonly type: 'runtimeDone'; readonly requestId: string; readonly at: number };

const REQUEST_ID = /^[\w-]{1,64}$/;
const LONGEST_TRACE = 512;

/** Events of other kinds, and what is not as the schema has it, are left out. Never throws. */
export function readPlatformEvents(text: string): PlatformEvent[] {
  let batch: unknown;
  try {
    batch = JSON.parse(text);
  } catch {
    return [];
  }
  return Array.isArray(batch) ? batch.flatMap((one) => readEvent(one) ?? []) : [];
}

function readEvent(one: unknown): PlatformEvent | null {
  const { type, time, record } = fieldsOf(one);
  const { requestId, tracing } = fieldsOf(record);
  if (typeof requestId !== 'string' || !REQUEST_ID.test(requestId)) return null;
  if (type === 'platform.start') return { type: 'start', requestId, trace: traceOf(tracing) };
  if (type !== 'platform.runtimeDone' || typeof time !== 'string') return null;
  const at = Date.parse(time);
  return Number.isNaN(at) ? null : { type: 'runtimeDone', requestId, at };
}

function traceOf(tracing: unknown): string | null {
  const { type, value } = fieldsOf(tracing);
  return type === 'X-Amzn-Trace-Id' && typeof value === 'string' && value.length <= LONGEST_TRACE ? value : null;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
