import type { RequestHead } from '../../extension/identify/request.ts';
import { InputError } from '../errors.ts';

/** A request as somebody has recorded it. */
export interface CapturedRequest {
  /** As it came, for the record to repeat. */
  readonly id: string | number | null;
  readonly head: RequestHead;
  readonly body: Uint8Array;
}

const NO_BODY = new Uint8Array(0);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** One line `{method,url,headers,bodyBase64}`. Throws InputError with the field and what was expected; no value is quoted: it may hold a signature. */
export function readRequest(text: string, file: string, line: number): CapturedRequest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError(file, line, 'not valid JSON: a request {method,url,headers,bodyBase64} was expected', {
      cause,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError(file, line, `${kindOf(value)}, expected a request {method,url,headers,bodyBase64}`);
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const wrong = (field: string, expected: string, found: unknown): InputError =>
    new InputError(file, line, `field ${field} is ${kindOf(found)}, expected ${expected}`);

  const { id = null, method, url, bodyBase64 = null } = fields;
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') throw wrong('id', 'a string', id);
  if (typeof method !== 'string' || !METHOD.test(method)) throw wrong('method', 'an HTTP method', method);
  if (typeof url !== 'string' || url === '') throw wrong('url', 'a URL, or a path beside a Host field', url);
  const optional = (field: 'sni' | 'connect'): string | null => {
    const found = fields[field] ?? null;
    if (found !== null && typeof found !== 'string') throw wrong(field, 'a string', found);
    return found;
  };
  return {
    id,
    head: headOf(method, url, readHeaders(fields.headers ?? null, wrong), optional('sni'), optional('connect')),
    body: bodyBase64 === null ? NO_BODY : readBody(bodyBase64, wrong),
  };
}

type Wrong = (field: string, expected: string, found: unknown) => InputError;
type Header = readonly [name: string, value: string];

function readHeaders(value: unknown, wrong: Wrong): Header[] {
  if (value === null) return [];
  if (typeof value !== 'object') throw wrong('headers', 'an object, or a list of [name, value]', value);
  const headers: Header[] = [];
  const add = (name: string, one: unknown, field: string) => {
    if (typeof one === 'string') headers.push([name, one]);
    else if (typeof one === 'number') headers.push([name, String(one)]);
    else throw wrong(field, 'a string', one);
  };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const pair: unknown = value[i];
      if (!Array.isArray(pair) || pair.length !== 2) throw wrong(`headers[${i}]`, 'a list [name, value]', pair);
      if (typeof pair[0] !== 'string') throw wrong(`headers[${i}][0]`, 'a name', pair[0]);
      add(pair[0], pair[1], `headers[${i}][1]`);
    }
    return headers;
  }
  for (const name in value) {
    const one = (value as Record<string, unknown>)[name];
    if (typeof one === 'string') headers.push([name, one]);
    else if (Array.isArray(one)) for (let i = 0; i < one.length; i++) add(name, one[i], `${fieldOf(name)}[${i}]`);
    else add(name, one, fieldOf(name));
  }
  return headers;
}

const fieldOf = (name: string): string =>
  /^[\w-]{1,64}$/.test(name) ? `headers.${name}` : `headers[${JSON.stringify(name.slice(0, 40))}]`;

/**
 * The URL as a client puts it on the wire: inside TLS the path alone, with the host in a field of its own; plain HTTP through a proxy in full
 * (RFC 9112 §3.2). By hand, because a URL class would decode and tidy up what identification must see as it is.
 */
function headOf(
  method: string,
  url: string,
  headers: readonly Header[],
  sni: string | null,
  connect: string | null,
): RequestHead {
  const secure = /^https:\/\/([^/?#]*)/i.exec(url);
  const plain = secure === null && /^http:\/\//i.test(url);
  let authority = secure === null ? null : secure[1]!;
  const fields: Header[] = [];
  for (const header of headers) {
    if (!header[0].startsWith(':')) fields.push(header);
    // HTTP/2 captures: the rest of the pseudo-header fields stand in method and url.
    else if (header[0].toLowerCase() === ':authority') {
      if (authority === null) authority = header[1];
      else fields.push(['host', header[1]]);
    }
  }
  const rest = secure === null ? url : url.slice(secure[0].length);
  return {
    method,
    target: secure !== null && !rest.startsWith('/') && !rest.startsWith('#') ? `/${rest}` : rest,
    headers: fields,
    scheme: plain ? 'http' : 'https',
    authority,
    sni,
    connect,
  };
}

function readBody(value: unknown, wrong: Wrong): Uint8Array {
  if (typeof value === 'string' && value.length % 4 !== 1 && BASE64.test(value)) return Buffer.from(value, 'base64');
  throw wrong('bodyBase64', 'the body in base64', value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (value === '') return 'empty';
  return typeof value === 'string' ? 'some other text' : `a ${typeof value}`;
}
