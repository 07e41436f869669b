import type { Access, Call, Certainty, Verdict } from './call.ts';

/** A value that is no Call record. The message names the field and what was expected; the reader of the file adds file and line. */
export class CallRecordError extends Error {
  readonly code = 'call-record';
  /** Null where the record itself is wrong. */
  readonly field: string | null;

  constructor(field: string | null, message: string) {
    super(message);
    this.name = 'CallRecordError';
    this.field = field;
  }
}

/** A Call record out of parsed JSON. Missing optional fields are read as null, unknown fields are left out. */
export function readCall(value: unknown): Call {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CallRecordError(null, `a Call record (a JSON object) was expected, not ${kindOf(value)}`);
  }
  const record = value as Record<string, unknown>;
  return {
    id: idOf(record.id),
    time: time(record.time),
    function: text(record, 'function'),
    version: text(record, 'version'),
    environment: text(record, 'environment'),
    invocation: text(record, 'invocation'),
    service: text(record, 'service'),
    operation: text(record, 'operation'),
    certainty: oneOf(record, 'certainty', CERTAINTIES) ?? 'exact',
    verdict: oneOf(record, 'verdict', VERDICTS),
    access: access(record.access),
    region: text(record, 'region'),
    account: text(record, 'account'),
    accessKeyId: text(record, 'accessKeyId'),
    ownAccessKeyId: text(record, 'ownAccessKeyId'),
    issuedAccessKeyId: text(record, 'issuedAccessKeyId'),
    prefix: text(record, 'prefix'),
    host: text(record, 'host'),
    items: number(record, 'items'),
    bytesOut: number(record, 'bytesOut'),
    bytesIn: number(record, 'bytesIn'),
    status: number(record, 'status'),
    errorCode: text(record, 'errorCode'),
    durationMs: number(record, 'durationMs'),
  };
}

export const CERTAINTIES: readonly Certainty[] = ['exact', 'ambiguous', 'unknown'];
export const VERDICTS: readonly Verdict[] = ['allow', 'alert', 'block'];

function text(record: Record<string, unknown>, field: string): string | null {
  const value = record[field];
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  throw wrong(field, 'a string', value);
}

function number(record: Record<string, unknown>, field: string): number | null {
  const value = record[field];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw wrong(field, 'a number of 0 or more', value);
}

function oneOf<T extends string>(record: Record<string, unknown>, field: string, values: readonly T[]): T | null {
  const value = record[field];
  if (value === undefined || value === null) return null;
  if (values.includes(value as T)) return value as T;
  throw wrong(field, values.join(', '), value);
}

/** Opaque: other tools number their records. */
function idOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw wrong('id', 'a string', value);
}

function time(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw wrong('time', 'a time (ISO 8601)', value);
  // The form that we write ourselves needs no parsing; times are compared as text, so all others are brought into it.
  if (isOurTime(value)) return value;
  const parsed = Date.parse(value);
  if (Number.isNaN(parsed)) throw wrong('time', 'a time (ISO 8601)', value);
  return new Date(parsed).toISOString();
}

export const isOurTime = (text: string): boolean => OUR_TIME.test(text);

const OUR_TIME = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function access(value: unknown): readonly Access[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong('access', 'a list', value);
  return value.map((item: unknown, i) => {
    if (typeof item !== 'object' || item === null) throw wrong(`access[${i}]`, 'an object', item);
    const { action, resources } = item as { action?: unknown; resources?: unknown };
    if (typeof action !== 'string') throw wrong(`access[${i}].action`, 'an IAM action', action);
    if (!Array.isArray(resources) || !resources.every((one) => typeof one === 'string')) {
      throw wrong(`access[${i}].resources`, 'a list of ARNs', resources);
    }
    return { action, resources };
  });
}

const wrong = (field: string, expected: string, value: unknown): CallRecordError =>
  new CallRecordError(field, `field ${field} is ${kindOf(value)}, expected ${expected}`);

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string'
    ? `"${value.slice(0, 40)}"`
    : typeof value === 'object'
      ? 'an object'
      : String(value);
}
