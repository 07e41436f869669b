import type { AnswerSummary, NamedRequest } from './request.ts';

/** What is read of an answer: its status, its fields and the first bytes of its body. */
export interface Answer {
  /** Null where none came. */
  readonly status: number | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** Answers are read on the way out of a Lambda: what inflates to more than this is no error and no credential. */
const MAX_INFLATED = 256 * 1024;

/** Codes are identifiers: whatever else stands in their place is content, and content must not reach a record. */
const CODE = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/**
 * The error code and, where the operation issues credentials, the key id that was issued. The body may be cut off anywhere, so it is searched, not
 * parsed. Never throws.
 */
export function summarizeAnswer(named: NamedRequest, answer: Answer): AnswerSummary {
  const failed = (answer.status ?? 0) >= 400;
  if (!failed && !named.issuesCredentials) return NOTHING;
  const text = bodyText(answer);
  return {
    errorCode: failed ? errorCode(answer, text) : null,
    issuedAccessKeyId: failed ? null : issuedKey(text),
  };
}

const NOTHING: AnswerSummary = { errorCode: null, issuedAccessKeyId: null };

function errorCode(answer: Answer, text: string): string | null {
  // Services that once spoke the query protocol send its code along, and SDKs prefer it (Smithy awsQueryCompatible).
  const query = header(answer, 'x-amzn-query-error')?.split(';')[0];
  const candidates = [query, header(answer, 'x-amzn-errortype'), inJson(text), inXml(text), inCbor(answer, text)];
  for (const candidate of candidates) {
    const code = plain(candidate);
    if (code !== null) return code;
  }
  return null;
}

/** `aws.protocoltests#FooError:http://…` is FooError (Smithy restJson1, error shape IDs). */
function plain(code: string | null | undefined): string | null {
  if (code === null || code === undefined) return null;
  const bare = code.slice(code.lastIndexOf('#', code.indexOf(':') < 0 ? undefined : code.indexOf(':')) + 1);
  const name = bare.split(':')[0]!.trim();
  return CODE.test(name) ? name : null;
}

const inJson = (text: string): string | null =>
  /"__type"\s*:\s*"([^"\\]{1,256})"/.exec(text)?.[1] ??
  (/^\s*\{/.test(text) ? (/"(?:code|Code)"\s*:\s*"([^"\\]{1,256})"/.exec(text)?.[1] ?? null) : null);

const inXml = (text: string): string | null => /<(?:\w+:)?Code>\s*([^<\s]{1,256})\s*</.exec(text)?.[1] ?? null;

function inCbor(answer: Answer, text: string): string | null {
  return isCbor(answer) ? cborText(text, '__type') : null;
}

/** The text that follows a key in CBOR (RFC 8949 §3, major type 3 with a definite length below 64 KiB). */
function cborText(text: string, key: string): string | null {
  const at = text.indexOf(String.fromCharCode(0x60 | key.length) + key);
  if (at < 0) return null;
  let start = at + 1 + key.length;
  const initial = text.charCodeAt(start++);
  let length = initial & 31;
  if (initial >> 5 !== 3 || length > 25) return null;
  if (length === 24) length = text.charCodeAt(start++);
  else if (length === 25) {
    length = text.charCodeAt(start) * 256 + text.charCodeAt(start + 1);
    start += 2;
  }
  return text.slice(start, start + length);
}

const isCbor = (answer: Answer): boolean => header(answer, 'content-type')?.includes('cbor') === true;

const KEY =
  /(?:["<]|[\x60-\x77])[aA]ccessKeyId(?:"\s*:\s*"|>\s*|[\x60-\x77]|\x78.)(A[KS]IA[A-Z0-9]{12,124})(?![A-Z0-9])/;

const issuedKey = (text: string): string | null => KEY.exec(text)?.[1] ?? null;

function bodyText(answer: Answer): string {
  let { body } = answer;
  if (header(answer, 'content-encoding')?.trim().toLowerCase() === 'gzip') {
    try {
      // Few answers are, and loading it takes five milliseconds of a start.
      const { constants, gunzipSync } = process.getBuiltinModule('node:zlib');
      body = gunzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_INFLATED });
    } catch {
      return '';
    }
  }
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
}

function header(answer: Answer, name: string): string | null {
  for (const [key, value] of answer.headers) {
    if (key.length === name.length && key.toLowerCase() === name) return value;
  }
  return null;
}
