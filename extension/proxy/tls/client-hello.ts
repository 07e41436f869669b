/** What the first flight of a TLS client says before anything is encrypted (RFC 8446 §4.1.2). */
export interface ClientHello {
  /** server_name (RFC 6066 §3), lower case without a closing dot; null where the client sends none. */
  readonly serverName: string | null;
  /** application_layer_protocol_negotiation (RFC 7301), in the client's order; empty where it sends none. */
  readonly protocols: readonly string[];
}

/**
 * `partial`: more bytes are needed. `none`: these are not the first bytes of TLS. `malformed`: they begin like TLS but are not a hello that has one
 * reading; `reason` is one phrase.
 */
export type HelloReading =
  | { readonly kind: 'hello'; readonly hello: ClientHello }
  | { readonly kind: 'partial' }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly reason: string };

/** Post-quantum key shares make hellos of some 2 KiB; session tickets add a few more. */
export const LONGEST_HELLO = 64 * 1024;

const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const ALPN = 16;
const LONGEST_RECORD = 16_384;

/** Reads a hello from a connection's first bytes, whichever way they are cut into packets and records. Keeps nothing, consumes nothing. */
export function readClientHello(bytes: Buffer): HelloReading {
  if (bytes.length === 0) return { kind: 'partial' };
  if (bytes[0] !== HANDSHAKE || (bytes.length > 1 && bytes[1] !== 3)) return { kind: 'none' };
  const joined = joinRecords(bytes);
  if (joined === 'malformed') return { kind: 'malformed', reason: 'a record that is no handshake within the hello' };
  if (joined.length > 0 && joined[0] !== CLIENT_HELLO) return { kind: 'malformed', reason: 'no client hello' };
  const short = () =>
    bytes.length > LONGEST_HELLO
      ? ({ kind: 'malformed', reason: 'a client hello without end' } as const)
      : ({ kind: 'partial' } as const);
  if (joined.length < 4) return short();
  const length = joined.readUIntBE(1, 3);
  if (length > LONGEST_HELLO) return { kind: 'malformed', reason: 'a client hello without end' };
  if (joined.length < 4 + length) return short();
  try {
    return { kind: 'hello', hello: readBody(new Cursor(joined.subarray(4, 4 + length))) };
  } catch (error) {
    return { kind: 'malformed', reason: error instanceof MalformedHello ? error.message : 'a broken client hello' };
  }
}

/** The handshake message may span records (RFC 8446 §5.1). */
function joinRecords(bytes: Buffer): Buffer | 'malformed' {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] !== HANDSHAKE) return parts.length > 0 && complete(parts) ? Buffer.concat(parts) : 'malformed';
    if (at + 5 > bytes.length) break;
    const length = bytes.readUInt16BE(at + 3);
    if (bytes[at + 1] !== 3 || length === 0 || length > LONGEST_RECORD) return 'malformed';
    parts.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

/** What follows a whole hello (early data) is none of our business. */
function complete(parts: readonly Buffer[]): boolean {
  const joined = Buffer.concat(parts);
  return joined.length >= 4 && joined.length >= 4 + joined.readUIntBE(1, 3);
}

class MalformedHello extends Error {}

class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Buffer {
    if (length > this.left) throw new MalformedHello('a length beyond the end of the hello');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(octets: number): number {
    return this.take(octets).readUIntBE(0, octets);
  }

  /** A vector with a length of `octets` before it. */
  vector(octets: number): Cursor {
    return new Cursor(this.take(this.number(octets)));
  }
}

function readBody(body: Cursor): ClientHello {
  body.take(2 + 32);
  body.vector(1);
  body.vector(2);
  body.vector(1);
  let serverName: string | null = null;
  let protocols: readonly string[] = [];
  if (body.left > 0) {
    const extensions = body.vector(2);
    if (body.left > 0) throw new MalformedHello('bytes after the extensions');
    const seen = new Set<number>();
    while (extensions.left > 0) {
      const type = extensions.number(2);
      const content = extensions.vector(2);
      if (seen.has(type)) throw new MalformedHello('an extension that comes twice');
      seen.add(type);
      if (type === SERVER_NAME) serverName = readServerName(content);
      else if (type === ALPN) protocols = readProtocols(content);
    }
  }
  return { serverName, protocols };
}

function readServerName(content: Cursor): string {
  const names = content.vector(2);
  const type = names.number(1);
  const text = names.vector(2);
  if (type !== 0 || names.left > 0 || content.left > 0) throw new MalformedHello('not exactly one server name');
  const name = text.take(text.left).toString('latin1').toLowerCase().replace(/\.$/, '');
  if (name.length > 253 || !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name)) {
    throw new MalformedHello('a server name that is none');
  }
  return name;
}

function readProtocols(content: Cursor): readonly string[] {
  const list = content.vector(2);
  const protocols: string[] = [];
  while (list.left > 0) {
    const name = list.vector(1);
    protocols.push(name.take(name.left).toString('latin1'));
  }
  if (content.left > 0 || protocols.length === 0) throw new MalformedHello('a protocol list that is none');
  return protocols;
}
