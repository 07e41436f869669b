import { createHmac, hash } from 'node:crypto';

/** What SigV4 signs of a request (AWS General Reference, "Create a signed AWS API request"). */
export interface Signable {
  readonly method: string;
  /** Path as on the wire, percent-encoded, without the query. */
  readonly path: string;
  /** Query as on the wire, without `X-Amz-Signature`. */
  readonly query: string;
  /** Fields in order as received; pseudo-header fields of HTTP/2 too. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Lower case, sorted, as in SignedHeaders. */
  readonly signed: readonly string[];
  /** Hex SHA-256 of the body, or one of the words that stand for it (`UNSIGNED-PAYLOAD`, `STREAMING-…`). */
  readonly payload: string;
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

export const canonicalRequest = (request: Signable, rule: PathRule): string =>
  `${opening(request, rule)}${fieldsOf(request.headers, request.signed)}${closing(request)}`;

/**
 * The canonical request before and after the value of one of its fields, which stands in it once: what two keys sign of one request differs in the session token
 * only, so that the rest is made once.
 */
export function canonicalAround(request: Signable, rule: PathRule, name: string): [before: string, after: string] {
  const { headers, signed } = request;
  const at = signed.indexOf(name);
  return [
    `${opening(request, rule)}${fieldsOf(headers, signed.slice(0, at))}${name}:`,
    `\n${fieldsOf(headers, signed.slice(at + 1))}${closing(request)}`,
  ];
}

export const stringToSign = (request: Signable, rule: PathRule, scope: Scope): string =>
  signedText(scope, scopeText(scope), canonicalRequest(request, rule));

/** `named`: the scope as a text, where it is at hand. */
export const signedText = (scope: Scope, named: string, canonical: string): string =>
  `${algorithmOf(scope)}\n${scope.time}\n${named}\n${hashOf(canonical)}`;

const opening = ({ method, path, query }: Signable, rule: PathRule): string =>
  `${method}\n${canonicalPath(path, rule)}\n${canonicalQuery(query)}\n`;

const closing = ({ signed, payload }: Signable): string => `\n${signed.join(';')}\n${payload}`;

function fieldsOf(headers: Signable['headers'], names: readonly string[]): string {
  let text = '';
  for (const name of names) text += `${name}:${canonicalField(headers, name)}\n`;
  return text;
}

const scratch = Buffer.allocUnsafeSlow(16 * 1024);

/** Fields are octets, as Latin-1 text: they are signed as they are on the wire. */
function hashOf(canonical: string): string {
  if (canonical.length > scratch.length) return sha256(Buffer.from(canonical, 'latin1'));
  return sha256(scratch.subarray(0, scratch.write(canonical, 'latin1')));
}

/** Values of one name joined in order, outer space removed, inner runs of spaces folded. */
function canonicalField(headers: Signable['headers'], name: string): string {
  let joined: string | null = null;
  for (const [key, value] of headers) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    const plain = canonicalValue(value);
    joined = joined === null ? plain : `${joined},${plain}`;
  }
  return joined ?? '';
}

export function canonicalValue(value: string): string {
  // Not trim(): that takes A0 for space, which ends the UTF-8 of some letters.
  const isOuter = value.charCodeAt(0) <= 0x20 || value.charCodeAt(value.length - 1) <= 0x20;
  const plain = isOuter ? value.replace(/^[ \t]+|[ \t]+$/g, '') : value;
  return plain.includes('  ') ? plain.replace(/ {2,}/g, ' ') : plain;
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
