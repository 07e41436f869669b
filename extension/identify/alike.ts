import type { Endpoint } from './endpoint.ts';
import type { Facts } from './facts.ts';
import type { Fields } from './fields.ts';
import { own } from './own.ts';
import type { Identification, NamedRequest, RequestHead } from './request.ts';
import type { Signature } from './signature.ts';

/**
 * Heads that came before. A function sends the same few again and again, but for their signature, their time and the like, so nearly every head has been read already. Two heads are alike
 * where they are equal in all that naming can see: of the fields in `VARYING` it sees the name only, here and wherever else (`sighted`).
 */
export class Alikes {
  readonly #kept: Alike[] = [];

  find(head: RequestHead, account: string | null): Alike | null {
    const kept = this.#kept;
    for (let i = 0; i < kept.length; i++) {
      const alike = kept[i]!;
      if (!alike.is(head, account)) continue;
      // One place forward: those that come often gather at the front
      if (i > 0) {
        kept[i] = kept[i - 1]!;
        kept[i - 1] = alike;
      }
      return alike;
    }
    return null;
  }

  keep(alike: Alike): void {
    if (this.#kept.length >= MOST) this.#kept.pop();
    this.#kept.unshift(alike);
  }
}

/** What a head says whatever its target is. */
export interface HeadReading {
  readonly fields: Fields;
  readonly host: string;
  readonly hostname: string;
  /** Never one that stands in the query. */
  readonly signature: Signature;
  readonly endpoint: Endpoint | null;
  readonly facts: Readonly<Facts>;
}

export class Alike {
  /** What naming sees of all of them. */
  readonly head: RequestHead;
  readonly reading: HeadReading;
  readonly #account: string | null;
  readonly #names: readonly string[];
  /** Null where the value is not looked at; of `authorization` what stands before the signature. */
  readonly #values: readonly (string | null)[];
  readonly #authorization: number;
  #last: RequestHead['headers'];
  /** The target that was last named, and what it was named. */
  #target = '';
  #found: Identification | null = null;

  /** `head` as `sighted` made it. */
  constructor(head: RequestHead, account: string | null, reading: HeadReading) {
    this.head = head;
    this.reading = reading;
    this.#account = account;
    this.#last = head.headers;
    this.#names = head.headers.map(([name]) => name);
    this.#authorization = this.#names.findIndex((name) => name.toLowerCase() === AUTHORIZATION);
    this.#values = head.headers.map(([name, value], i) =>
      i === this.#authorization
        ? value.slice(0, value.lastIndexOf(SIGNATURE) + SIGNATURE.length)
        : isVarying(name)
          ? null
          : value,
    );
  }

  is(head: RequestHead, account: string | null): boolean {
    const own = this.head;
    const { headers } = head;
    const names = this.#names;
    const values = this.#values;
    if (
      headers.length !== names.length ||
      head.method !== own.method ||
      head.sni !== own.sni ||
      head.connect !== own.connect ||
      head.authority !== own.authority ||
      head.scheme !== own.scheme ||
      account !== this.#account
    )
      return false;
    const last = this.#last;
    for (let i = 0; i < names.length; i++) {
      const field = headers[i]!;
      // The proxy gives a line that comes again for a host as the same field.
      if (field === last[i]) continue;
      const [name, value] = field;
      if (name !== names[i]) return false;
      const known = values[i]!;
      if (i === this.#authorization) {
        // `startsWith` goes from character to character.
        if (value.slice(0, known.length) !== known || !isSignature(value, known.length)) return false;
      } else if (known !== null && value !== known) return false;
    }
    this.#last = headers;
    return true;
  }

  foundFor(target: string): Identification | null {
    return target === this.#target ? this.#found : null;
  }

  /** Keeps it, and gives it back as the next one will get it. */
  found(target: string, found: Identification): Identification {
    if (target.length > LONGEST_TARGET) return found;
    this.#target = target;
    this.#found = found.kind === 'named' ? found : withMemory(found);
    return this.#found;
  }
}

type ByBody = Extract<Identification, { kind: 'body' }>;

/** Who polls a queue or reads a parameter sends one body again and again. */
function withMemory(found: ByBody): ByBody {
  const last = new Uint8Array(LONGEST_BODY);
  let length = -1;
  let named: NamedRequest | null = null;
  return {
    kind: 'body',
    cap: found.cap,
    name(body, truncated) {
      if (truncated || body.length > LONGEST_BODY) return found.name(body, truncated);
      if (named !== null && body.length === length && isSame(body, last)) return named;
      named = found.name(body, false);
      length = body.length;
      last.set(body);
      return named;
    },
  };
}

/** `last` may go on behind. */
function isSame(body: Uint8Array, last: Uint8Array): boolean {
  for (let i = 0; i < body.length; i++) if (body[i] !== last[i]) return false;
  return true;
}

/** Functions show a few dozen at most. Whoever makes up more of them has each read. */
const MOST = 64;
const MOST_FIELDS = 48;
const LONGEST = 4_096;
const LONGEST_TARGET = 2_048;
const LONGEST_BODY = 512;

const AUTHORIZATION = 'authorization';
const SIGNATURE = 'Signature=';

/** Fields that are new with each request, of whose values nothing is read: no operation, no resource, no signer. A test holds them against the catalog. */
export const VARYING: ReadonlySet<string> = new Set([
  'date',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-amz-decoded-content-length',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-client-token',
  'content-length',
  'content-md5',
  'range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'user-agent',
  'x-amz-user-agent',
  'x-amzn-trace-id',
  'traceparent',
  'tracestate',
  'baggage',
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-datadog-tags',
]);

/** As clients spell them, which is nearly always in one way. */
const spelled = new Map<string, boolean>();

function isVarying(name: string): boolean {
  let varying = spelled.get(name);
  if (varying === undefined) {
    varying = VARYING.has(name.toLowerCase());
    if (spelled.size >= 512) spelled.clear();
    spelled.set(own(name), varying);
  }
  return varying;
}

/**
 * The head without what naming may not look at, in strings of its own (those that came are parts of a whole head, with its session token). Null for one that is not worth keeping, or whose
 * signature does not stand where signers put it.
 */
export function sighted(head: RequestHead): RequestHead | null {
  const { headers } = head;
  if (headers.length > MOST_FIELDS || !head.target.startsWith('/')) return null;
  let length = 0;
  const seen: [string, string][] = [];
  for (const [name, value] of headers) {
    const varying = isVarying(name);
    let kept = varying ? '' : value;
    if (!varying && name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) {
      const at = value.lastIndexOf(SIGNATURE) + SIGNATURE.length;
      if (at < SIGNATURE.length || !isSignature(value, at)) return null;
      kept = `${value.slice(0, at)}${'0'.repeat(64)}`;
    }
    length += name.length + kept.length;
    if (length > LONGEST) return null;
    seen.push([own(name), own(kept)]);
  }
  return { ...head, headers: seen };
}

/** The rest of the field, from `from` on: hexadecimal digits, which are part of nothing else that is looked for in it. */
export function isSignature(field: string, from: number): boolean {
  const { length } = field;
  if (length - from < 64 || length - from > 160) return false;
  for (let at = from; at < length; at++) {
    const code = field.charCodeAt(at);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
}
