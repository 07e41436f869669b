import { doubt } from './doubt.ts';
import type { RequestHead } from './request.ts';

/** The fields of a request head that decide how it is read, each at most once. */
export interface Fields {
  readonly host: string | null;
  readonly authorization: string | null;
  readonly target: string | null;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  readonly smithyProtocol: string | null;
  readonly regionSet: string | null;
}

/** Fields that identification or the service behind reads as one value: a second one could be what the service takes. */
const SINGLE = [
  'host',
  'authorization',
  'x-amz-target',
  'content-type',
  'content-encoding',
  'content-length',
  'smithy-protocol',
  'x-amz-region-set',
  'x-amz-security-token',
  'x-amz-date',
  'x-amz-copy-source',
  'x-amzn-query-mode',
  'transfer-encoding',
];

/** Fields by which some servers take another method or path than the request line's. */
const REROUTING = ['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-url', 'x-rewrite-url'];

/** By name: what a field is for us, -1 where nothing. */
const PLACES = new Map([...SINGLE, ...REROUTING].map((name, index) => [name, index]));

/** Names as clients spell them, which is nearly always in one way. */
const spelled = new Map<string, number>();

function placeOf(name: string): number {
  let place = spelled.get(name);
  if (place === undefined) {
    place = PLACES.get(name.toLowerCase()) ?? (PLACES.has(plain(name)) ? UNUSUAL : -1);
    if (spelled.size >= 512) spelled.clear();
    spelled.set(name, place);
  }
  return place;
}

/** As some servers read it: CGI turns hyphens into underscores, and lenient parsers take off white space. */
const plain = (name: string): string => name.trim().toLowerCase().replaceAll('_', '-');

const UNUSUAL = 1_000;

export function readFields(head: RequestHead): Fields {
  const values: (string | null)[] = [null, null, null, null, null, null, null, null];
  let seen = 0;
  for (const [name, value] of head.headers) {
    const place = placeOf(name);
    if (place < 0) continue;
    if (place === UNUSUAL) doubt('a field in an unusual spelling');
    if (place >= SINGLE.length) doubt(`a ${name.toLowerCase()} field`);
    const bit = 1 << place;
    // Codings of the transfer are a list, which may stand in several fields.
    if ((seen & bit) !== 0 && place !== TRANSFER_ENCODING) doubt(`two ${SINGLE[place]} fields`);
    seen |= bit;
    if (place < values.length) values[place] = value;
  }
  // RFC 9112 §6.3: a message with both may be an attempt at request smuggling.
  if ((seen & BOTH_LENGTHS) === BOTH_LENGTHS) doubt('both content-length and transfer-encoding');
  return {
    host: values[0]!,
    authorization: values[1]!,
    target: values[2]!,
    contentType: values[3]!,
    contentEncoding: values[4]!,
    smithyProtocol: values[6]!,
    regionSet: values[7]!,
  };
}

const TRANSFER_ENCODING = SINGLE.indexOf('transfer-encoding');
const BOTH_LENGTHS = (1 << TRANSFER_ENCODING) | (1 << SINGLE.indexOf('content-length'));

/** The value of a field that must not stand twice; null where it is absent. `name` is lower case. */
export function field(head: RequestHead, name: string): string | null {
  let found: string | null = null;
  for (const [key, value] of head.headers) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    if (found !== null) doubt(`two ${name} fields`);
    found = value;
  }
  return found;
}
