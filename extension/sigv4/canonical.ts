import { createHmac, hash } from 'node:crypto';
import { readFields, SignedNames } from './fields.ts';

/** What SigV4 signs of a request besides its fields (AWS General Reference, "Create a signed AWS API request"). */
export interface RequestAround {
  readonly method: string;
  /** Path as on the wire, percent-encoded, without the query. */
  readonly path: string;
  /** Query as on the wire, without `X-Amz-Signature`. */
  readonly query: string;
  /** Hex SHA-256 of the body, or one of the words that stand for it (`UNSIGNED-PAYLOAD`, `STREAMING-…`). */
  readonly payload: string;
}

/** What SigV4 signs of a request. */
export interface Signable extends RequestAround {
  /** Fields in order as received; pseudo-header fields of HTTP/2 too. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Lower case, sorted, as in SignedHeaders. */
  readonly signed: readonly string[];
}

/** `20260101/us-east-1/s3/aws4_request` and the time that goes with it. */
export interface Scope {
  /** `20260101T000000Z`. */
  readonly time: string;
  /** Null for SigV4A, which signs for a set of regions that stands in a field of its own. */
  readonly region: string | null;
  readonly service: string;
}

/**
 * How a path enters the canonical request. S3 takes it as the wire has it; all others encode it once more, most clients after removing dot segments and
 * empty ones. The server knows its own rule; a client's signature tells which one it followed.
 */
export type PathRule = 'as-is' | 'encoded' | 'normalized';

const OF_S3: readonly PathRule[] = ['as-is'];
const OF_OTHERS: readonly PathRule[] = ['normalized', 'encoded', 'as-is'];
const S3 = new Set(['s3', 's3express', 's3-outposts', 's3-object-lambda']);

export const pathRules = (service: string): readonly PathRule[] => (S3.has(service) ? OF_S3 : OF_OTHERS);

export const scopeText = ({ time, region, service }: Scope): string =>
  `${time.slice(0, 8)}/${region === null ? '' : `${region}/`}${service}/aws4_request`;

export const algorithmOf = ({ region }: Scope): string =>
  region === null ? 'AWS4-ECDSA-P256-SHA256' : 'AWS4-HMAC-SHA256';

export function canonicalRequest(request: Signable, rule: PathRule): string {
  const signed = new SignedNames(request.signed);
  const { values } = readFields(request.headers, signed);
  return `${opening(request, rule)}${linesOf(signed, values, 0, values.length)}${closing(request, signed)}`;
}

/**
 * The canonical request before and after the value of one of its fields: what two keys sign of one request differs in the session token only, so that the rest is
 * made once.
 */
export function canonicalAround(
  request: RequestAround,
  rule: PathRule,
  signed: SignedNames,
  values: readonly string[],
  place: number,
): [before: string, after: string] {
  return [
    `${opening(request, rule)}${linesOf(signed, values, 0, place)}${signed.names[place]}:`,
    `\n${linesOf(signed, values, place + 1, values.length)}${closing(request, signed)}`,
  ];
}

export const stringToSign = (request: Signable, rule: PathRule, scope: Scope): string =>
  signedText(scope, scopeText(scope), canonicalRequest(request, rule));

/** `named`: the scope as a text, where it is at hand. `canonical`: the canonical request, or its parts. */
export const signedText = (scope: Scope, named: string, ...canonical: readonly string[]): string =>
  `${algorithmOf(scope)}\n${scope.time}\n${named}\n${hashOf(canonical)}`;

const opening = ({ method, path, query }: RequestAround, rule: PathRule): string =>
  `${method}\n${canonicalPath(path, rule)}\n${canonicalQuery(query)}\n`;

const closing = ({ payload }: RequestAround, signed: SignedNames): string => `\n${signed.text}\n${payload}`;

function linesOf({ names }: SignedNames, values: readonly string[], from: number, to: number): string {
  let text = '';
  for (let place = from; place < to; place++) text += `${names[place]}:${values[place]}\n`;
  return text;
}

const scratch = Buffer.allocUnsafeSlow(16 * 1024);

/** Fields are octets, as Latin-1 text: they are signed as they are on the wire. Parts are not put together as a text first, which would be one more copy. */
function hashOf(canonical: readonly string[]): string {
  let length = 0;
  for (const part of canonical) length += part.length;
  const bytes = length > scratch.length ? Buffer.allocUnsafe(length) : scratch.subarray(0, length);
  let at = 0;
  for (const part of canonical) at += bytes.write(part, at, 'latin1');
  return sha256(bytes);
}

function canonicalPath(path: string, rule: PathRule): string {
  if (path === '/') return path;
  if (rule === 'as-is') return path === '' ? '/' : path.split('/').map(recode).join('/');
  const plain = rule === 'normalized' ? normalized(path) : path;
  return plain === '' ? '/' : plain.split('/').map(encode).join('/');
}

function normalized(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`;
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [recode(pair), ''] : [recode(pair.slice(0, at)), recode(pair.slice(at + 1))];
    })
    .sort(([a, x], [b, y]) => (a! < b! ? -1 : a! > b! ? 1 : x! < y! ? -1 : x! > y! ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Percent-encoded in the one way that SigV4 knows, however it came; what cannot be decoded stays and will match no signature. */
function recode(text: string): string {
  if (/^[A-Za-z0-9\-._~]*$/.test(text)) return text;
  try {
    return encode(decodeURIComponent(text));
  } catch {
    return text;
  }
}

/** All but the unreserved characters of RFC 3986 §2.3. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

export const sha256 = (content: string | Uint8Array): string => hash('sha256', content, 'hex');

export const hmac = (key: string | Uint8Array, content: string): Buffer =>
  createHmac('sha256', key).update(content).digest();
