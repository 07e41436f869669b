import { crc32 } from 'node:zlib';
import { sha256 } from '../sigv4/canonical.ts';
import { Chain, SealBroken } from './chain.ts';
import { Gathered, together } from './gathered.ts';
import type { SignatureChain } from './signed-request.ts';
import type { StreamResealer } from './stream.ts';

/** Event frames are below 16 MiB by their own rule. */
const LARGEST = 16 * 1024 * 1024;
/** Length, length of the fields, checksum of both. */
const PRELUDE = 12;

/** `:date`, a timestamp (type 8), then `:chunk-signature`, 32 bytes (type 6): SDKs write them in this order. */
const DATE = Buffer.from('\x05:date\x08', 'latin1');
const SIGNATURE = Buffer.from('\x10:chunk-signature\x06\x00\x20', 'latin1');

/**
 * Event streams (application/vnd.amazon.eventstream): each frame carries its date and its signature in its own header fields and the event in its payload.
 * Signatures have one length, so that each is replaced in its place and only the frame's checksum follows.
 */
export class Events implements StreamResealer {
  readonly #chain: Chain;
  /** Of a prelude that has not come whole. */
  #held: Buffer = Buffer.alloc(0);
  #frame: Gathered | null = null;

  constructor(chain: SignatureChain) {
    this.#chain = new Chain(chain);
  }

  take(bytes: Buffer): Buffer {
    const out: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      at = this.#frame === null ? this.#prelude(bytes, at) : this.#frame.take(bytes, at);
      if (this.#frame?.whole !== true) continue;
      out.push(this.#signed(this.#frame.bytes));
      this.#frame = null;
    }
    return together(out);
  }

  end(): void {
    if (this.#held.length > 0 || this.#frame !== null) {
      throw new SealBroken('the body ended in the middle of a frame');
    }
  }

  #prelude(bytes: Buffer, from: number): number {
    const end = from + PRELUDE - this.#held.length;
    const held = Buffer.concat([this.#held, bytes.subarray(from, end)]);
    this.#held = held;
    if (held.length < PRELUDE) return bytes.length;
    const length = held.readUInt32BE(0);
    if (length < PRELUDE + 4 || length > LARGEST) throw new SealBroken('a frame of an impossible length');
    this.#frame = new Gathered(Buffer.allocUnsafe(length));
    this.#frame.take(held, 0);
    this.#held = Buffer.alloc(0);
    return end;
  }

  #signed(frame: Buffer): Buffer {
    const headersLength = frame.readUInt32BE(4);
    const headers = frame.subarray(PRELUDE, PRELUDE + headersLength);
    const payload = frame.subarray(PRELUDE + headersLength, frame.length - 4);
    if (PRELUDE + headersLength > frame.length - 4) throw new SealBroken('a frame of an impossible length');
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
    frame.write(real, PRELUDE + headersLength - 32, 'hex');
    frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
    return frame;
  }
}
