import type { RequestHead } from '../identify/request.ts';
import type { Scope } from '../sigv4/canonical.ts';
import { NotPresigned, readScope } from './offline.ts';

/**
 * A form that somebody else fills in and sends to S3 (POST Object, "POST policy"): the signature covers a policy alone, which says what the other fields may be. What it
 * permits is the upload that the policy describes, to whatever key it leaves open.
 */
export interface OfflineForm {
  /** The placeholder's. */
  readonly accessKeyId: string;
  readonly scope: Scope;
  /** Base64, as it was signed. */
  readonly policy: string;
  readonly signature: string;
  readonly sessionToken: string;
  /** ISO 8601. */
  readonly expiration: string;
  readonly conditions: readonly Condition[];
  readonly bucket: string;
  /** One that is open ends in `*`. */
  readonly key: string;
  /** The upload as it would be by PUT. */
  readonly head: RequestHead;
}

export interface Condition {
  /** As it stands in the policy. */
  readonly raw: unknown;
  /** Lower case; null for the range of lengths. */
  readonly name: string | null;
  readonly exact: boolean;
  readonly value: string;
}

/** Fields of the form that are fields of the request under another name. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['acl', 'x-amz-acl'],
  ['tagging', 'x-amz-tagging'],
]);
/** What says nothing of what is uploaded. */
const OF_THE_FORM = new Set([
  'bucket',
  'key',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-security-token',
  'success_action_redirect',
  'success_action_status',
  'redirect',
]);
const ADDRESS = /^https:\/\/([a-z0-9.-]{1,255})((?:\/[A-Za-z0-9._~-]+)?)\/?$/;
const LONGEST = 32 * 1024;

/** `{"url","fields"}`. Throws NotPresigned. */
export function readForm({ url, fields: given }: { url?: unknown; fields?: unknown }): OfflineForm {
  const [, host, path] = (typeof url === 'string' ? ADDRESS.exec(url) : null) ?? [];
  if (host === undefined || path === undefined) throw new NotPresigned('url is not the address of a bucket');
  const fields = fieldsOf(given);
  const { expiration, conditions } = policyOf(fields.get('policy') ?? '');
  // SDKs repeat what the function has said itself.
  const exactly = (name: string): string => {
    const [first, ...more] = conditions.filter((one) => one.name === name);
    if (first?.exact !== true || more.some(({ exact, value }) => !exact || value !== first.value)) {
      throw new NotPresigned(`the policy does not say exactly what ${name} is`);
    }
    return first.value;
  };
  for (const name of ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-security-token']) {
    if (exactly(name) !== fields.get(name)) throw new NotPresigned(`the policy has another ${name} than the form`);
  }
  const credential = exactly('x-amz-credential');
  const time = exactly('x-amz-date');
  const scope = readScope(credential);
  if (scope?.region === undefined || scope.service !== 's3' || exactly('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new NotPresigned('fields has no credential of SigV4 for S3');
  }
  if (!/^\d{8}T\d{6}Z$/.test(time) || time.slice(0, 8) !== scope.day) {
    throw new NotPresigned('fields has no date, or one that is not that of its credential');
  }
  const key = keyOf(conditions);
  return {
    accessKeyId: scope.accessKeyId,
    scope: { time, region: scope.region, service: scope.service },
    policy: fields.get('policy') ?? '',
    signature: fields.get('x-amz-signature') ?? '',
    sessionToken: exactly('x-amz-security-token'),
    expiration,
    conditions,
    bucket: exactly('bucket'),
    key,
    head: {
      method: 'PUT',
      target: `${path}/${escaped(key)}`,
      headers: [
        ['host', host],
        ['authorization', `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=of-a-form`],
        ...requestFields(conditions),
      ],
      scheme: 'https',
      authority: null,
      sni: host,
      connect: null,
    },
  };
}

function fieldsOf(given: unknown): Map<string, string> {
  if (typeof given !== 'object' || given === null) throw new NotPresigned('fields is not an object');
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (typeof value !== 'string' || value.length > LONGEST || fields.has(lower)) {
      throw new NotPresigned('fields has one that is no text, or one twice');
    }
    fields.set(lower, value);
  }
  return fields;
}

/** What we cannot read as S3 does must not be signed: members, conditions and operators are those that S3 documents. */
function policyOf(policy: string): { expiration: string; conditions: Condition[] } {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
  } catch {
    throw new NotPresigned('the policy is not JSON in Base64');
  }
  const { expiration, conditions, ...more } = (read ?? {}) as Record<string, unknown>;
  if (typeof expiration !== 'string' || !Array.isArray(conditions) || Object.keys(more).length > 0) {
    throw new NotPresigned('the policy has not exactly an expiration and conditions');
  }
  return { expiration, conditions: conditions.map(conditionOf) };
}

function conditionOf(raw: unknown): Condition {
  if (Array.isArray(raw) && raw.length === 3) {
    const [operator, name, value] = raw as unknown[];
    if (operator === 'content-length-range' && isLength(name) && isLength(value)) {
      return { raw, name: null, exact: false, value: '' };
    }
    if ((operator === 'eq' || operator === 'starts-with') && typeof name === 'string' && typeof value === 'string') {
      if (name.startsWith('$') && NAME.test(name.slice(1))) {
        return { raw, name: name.slice(1).toLowerCase(), exact: operator === 'eq', value };
      }
    }
  } else if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) {
    const [[name, value] = [], ...more] = Object.entries(raw);
    if (name !== undefined && NAME.test(name) && typeof value === 'string' && more.length === 0) {
      return { raw, name: name.toLowerCase(), exact: true, value };
    }
  }
  throw new NotPresigned('the policy has a condition that is none of S3’s');
}

/** Nothing that one reader folds into another name and the next does not. */
const NAME = /^[A-Za-z0-9_-]{1,128}$/;

const isLength = (given: unknown): boolean =>
  (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) ||
  (typeof given === 'string' && /^\d{1,15}$/.test(given));

/** S3 puts the name of the file that is sent in the place of a word. */
const FILENAME = '\u0024{filename}';

/**
 * All conditions must hold: what the narrowest of them leaves open is what the form does, or more. A beginning that ends in a part of S3's word for the file's name is
 * one of a key that holds the whole word.
 */
function keyOf(conditions: readonly Condition[]): string {
  const keys = conditions.filter(({ name }) => name === 'key');
  const exact = keys.find((key) => key.exact);
  if (exact !== undefined) return exact.value.replaceAll(FILENAME, '*');
  const [narrowest] = keys.map(({ value }) => value.split('$')[0]!).sort((a, b) => b.length - a.length);
  if (narrowest === undefined) throw new NotPresigned('the policy does not say what key is');
  return `${narrowest}*`;
}

function requestFields(conditions: readonly Condition[]): [string, string][] {
  return conditions.flatMap(({ name, exact, value }): [string, string][] => {
    if (name === null || OF_THE_FORM.has(name)) return [];
    const text = exact ? value : `${value}*`;
    if (!/^[\x20-\x7e]*$/.test(text)) {
      throw new NotPresigned('the policy has a condition on a field that is none of S3’s');
    }
    return [[RENAMED.get(name) ?? name, text]];
  });
}

const escaped = (key: string): string =>
  key
    .split('/')
    .map((part) =>
      encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`),
    )
    .join('/');
