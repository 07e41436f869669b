import { crc32 } from 'node:zlib';
import { type Scope, scopeText, sha256 } from '../sigv4/canonical.ts';
import type { SignatureChain } from './reseal.ts';

/** A body whose every part is signed: parts go in with the placeholder's signatures and come out with the real ones, one part held at a time. */
export interface StreamResealer {
  /** Body bytes as they come; returns what may go on. Throws SealBroken. */
  take(bytes: Buffer): Buffer;
  /** The body is over. Throws SealBroken where it ended in the middle of a part. */
  end(): void;
}

/** The stream must not go on: its upstream is to be reset. `message` is one sentence that quotes nothing of it. */
export class SealBroken extends Error {
  readonly code = 'seal-broken';
}

/** Largest part that is held: SDKs sign parts of 64 to 128 KiB, and event frames are below 16 MiB by their own rule. */
const LARGEST_CHUNK = 1024 * 1024;
const LARGEST_FRAME = 16 * 1024 * 1024;
const EMPTY = sha256('');

/** Null for payloads whose parts are not signed: they go as they are. */
export function streamResealer(chain: SignatureChain | null): StreamResealer | null {
  if (chain === null) return null;
  if (chain.payload === 'STREAMING-AWS4-HMAC-SHA256-EVENTS') return new Events(chain);
  return new Chunks(chain);
}

/** Both chains at once: each signature covers the one before it. */
class Chain {
  readonly #chain: SignatureChain;
  #placeholder: string;
  #real: string;

  constructor(chain: SignatureChain) {
    this.#chain = chain;
    this.#placeholder = chain.placeholderSignature;
    this.#real = chain.realSignature;
  }

  get scope(): Scope {
    return this.#chain.scope;
  }

  /** The real signature for what `signature` signed by the placeholder's key. */
  next(signature: string, kind: string, scope: Scope, rest: string): string {
    const { sealed } = this.#chain;
    const text = (previous: string) => `${kind}\n${scope.time}\n${scopeText(scope)}\n${previous}\n${rest}`;
    if (!sealed.placeholderSigner.verifies(scope, text(this.#placeholder), signature)) {
      throw new SealBroken('a part of the body is not signed by the key of its head');
    }
    this.#placeholder = signature;
    this.#real = sealed.realSigner.sign(scope, text(this.#real));
    return this.#real;
  }
}

/** aws-chunked: `SIZE;chunk-signature=SIGNATURE CRLF data CRLF`, then one of size 0 and, where announced, signed trailers. */
class Chunks implements StreamResealer {
  readonly #chain: Chain;
  readonly #trailers: boolean;
  #held: Buffer = Buffer.alloc(0);
  #stage: 'chunks' | 'trailers' | 'over' = 'chunks';

  constructor(chain: SignatureChain) {
    this.#chain = new Chain(chain);
    this.#trailers = chain.payload.endsWith('-TRAILER');
  }

  take(bytes: Buffer): Buffer {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const out: Buffer[] = [];
    for (let part = this.#part(); part !== null; part = this.#part()) out.push(part);
    if (this.#stage === 'over' && this.#held.length > 0) throw new SealBroken('bytes follow the last chunk');
    return out.length === 1 ? out[0]! : Buffer.concat(out);
  }

  end(): void {
    if (this.#stage !== 'over') throw new SealBroken('the body ended in the middle of its chunks');
  }

  #part(): Buffer | null {
    if (this.#stage === 'chunks') return this.#chunk();
    return this.#stage === 'trailers' ? this.#trailer() : null;
  }

  #chunk(): Buffer | null {
    const held = this.#held;
    const line = held.indexOf('\r\n', 0, 'latin1');
    if (line === -1) {
      if (held.length > 128) throw new SealBroken('a chunk without a signature');
      return null;
    }
    const found = /^([0-9A-Fa-f]{1,8});chunk-signature=([0-9a-f]{64})$/.exec(held.toString('latin1', 0, line));
    if (found === null) throw new SealBroken('a chunk without a signature');
    const size = Number.parseInt(found[1]!, 16);
    if (size > LARGEST_CHUNK) throw new SealBroken('a chunk that is too large to be signed anew');
    const start = line + 2;
    // After the last chunk its line's end is followed by trailers, or by the empty line that stands for none.
    const length = size === 0 && this.#trailers ? start : start + size + 2;
    if (held.length < length) return null;
    if (length > start && held.toString('latin1', length - 2, length) !== '\r\n') {
      throw new SealBroken('a chunk that is longer than it says');
    }
    const data = held.subarray(start, start + size);
    const { scope } = this.#chain;
    const real = this.#chain.next(found[2]!, 'AWS4-HMAC-SHA256-PAYLOAD', scope, `${EMPTY}\n${sha256(data)}`);
    const head = Buffer.from(`${found[1]};chunk-signature=${real}\r\n`, 'latin1');
    const part = Buffer.concat([head, held.subarray(start, length)]);
    this.#held = held.subarray(length);
    if (size === 0) this.#stage = this.#trailers ? 'trailers' : 'over';
    return part;
  }

  #trailer(): Buffer | null {
    const end = this.#held.indexOf('\r\n\r\n', 0, 'latin1');
    if (end === -1) {
      if (this.#held.length > 16_384) throw new SealBroken('trailers that are too long');
      return null;
    }
    const lines = this.#held.toString('latin1', 0, end).split('\r\n');
    const last = /^x-amz-trailer-signature:([0-9a-f]{64})$/i.exec(lines.pop() ?? '');
    if (last === null) throw new SealBroken('trailers without a signature');
    const canonical = lines.map((line) => {
      const at = line.indexOf(':');
      return `${line.slice(0, at).toLowerCase()}:${line.slice(at + 1).trim()}\n`;
    });
    const rest = sha256(canonical.sort().join(''));
    const real = this.#chain.next(last[1]!, 'AWS4-HMAC-SHA256-TRAILER', this.#chain.scope, rest);
    const part = Buffer.from(`${[...lines, `x-amz-trailer-signature:${real}`].join('\r\n')}\r\n\r\n`, 'latin1');
    this.#held = this.#held.subarray(end + 4);
    this.#stage = 'over';
    return part;
  }
}

/** `:date`, a timestamp (type 8), then `:chunk-signature`, 32 bytes (type 6): SDKs write them in this order. */
const DATE = Buffer.from('\x05:date\x08', 'latin1');
const SIGNATURE = Buffer.from('\x10:chunk-signature\x06\x00\x20', 'latin1');

/**
 * Event streams (application/vnd.amazon.eventstream): each frame carries its date and its signature in its own header fields and the event in its payload.
 * Signatures have one length, so that each is replaced in its place and only the frame's checksum follows.
 */
class Events implements StreamResealer {
  readonly #chain: Chain;
  #held: Buffer = Buffer.alloc(0);

  constructor(chain: SignatureChain) {
    this.#chain = new Chain(chain);
  }

  take(bytes: Buffer): Buffer {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    const out: Buffer[] = [];
    for (;;) {
      if (this.#held.length < 12) break;
      const length = this.#held.readUInt32BE(0);
      if (length < 16 || length > LARGEST_FRAME) throw new SealBroken('a frame of an impossible length');
      if (this.#held.length < length) break;
      out.push(this.#frame(Buffer.from(this.#held.subarray(0, length))));
      this.#held = this.#held.subarray(length);
    }
    return out.length === 1 ? out[0]! : Buffer.concat(out);
  }

  end(): void {
    if (this.#held.length > 0) throw new SealBroken('the body ended in the middle of a frame');
  }

  #frame(frame: Buffer): Buffer {
    const headersLength = frame.readUInt32BE(4);
    const headers = frame.subarray(12, 12 + headersLength);
    const payload = frame.subarray(12 + headersLength, frame.length - 4);
    if (12 + headersLength > frame.length - 4) throw new SealBroken('a frame of an impossible length');
    const date = headers.subarray(0, DATE.length + 8);
    const mark = headers.subarray(date.length, date.length + SIGNATURE.length);
    if (
      headersLength !== date.length + SIGNATURE.length + 32 ||
      !date.subarray(0, DATE.length).equals(DATE) ||
      !mark.equals(SIGNATURE)
    ) {
      throw new SealBroken('a frame that is not signed as SDKs sign them');
    }
    const time = new Date(Number(date.readBigInt64BE(DATE.length))).toISOString().replace(/[-:]|\.\d{3}/g, '');
    const scope = { ...this.#chain.scope, time };
    const given = headers.subarray(headersLength - 32).toString('hex');
    const rest = `${sha256(date)}\n${sha256(payload)}`;
    const real = this.#chain.next(given, 'AWS4-HMAC-SHA256-PAYLOAD', scope, rest);
    frame.write(real, 12 + headersLength - 32, 'hex');
    frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
    return frame;
  }
}
