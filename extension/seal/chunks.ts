import { sha256 } from '../sigv4/canonical.ts';
import { Chain, SealBroken } from './chain.ts';
import { Gathered, PartMemory, together } from './gathered.ts';
import type { SignatureChain } from './signed-request.ts';
import type { StreamResealer } from './stream.ts';

/** SDKs sign chunks of 64 to 128 KiB. */
const LARGEST = 1024 * 1024;
const LONGEST_LINE = 128;
const LONGEST_TRAILERS = 16 * 1024;
const EMPTY = sha256('');
const SIGNATURE = 64;

/** aws-chunked: `SIZE;chunk-signature=SIGNATURE CRLF data CRLF`, then one of size 0 and, where announced, signed trailers. */
export class Chunks implements StreamResealer {
  readonly #chain: Chain;
  readonly #trailers: boolean;
  #stage: 'line' | 'data' | 'trailers' | 'over' = 'line';
  /** Of a line or of trailers that have not come whole. */
  #held: Buffer = Buffer.alloc(0);
  readonly #memory = new PartMemory();
  #chunk = new Gathered(Buffer.alloc(0));
  /** Of its line, CRLF included. */
  #lineLength = 0;

  constructor(chain: SignatureChain) {
    this.#chain = new Chain(chain);
    this.#trailers = chain.payload.endsWith('-TRAILER');
  }

  take(bytes: Buffer): Buffer {
    this.#memory.reuse();
    const out: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      switch (this.#stage) {
        case 'line':
          at = this.#line(bytes, at);
          break;
        case 'data':
          at = this.#chunk.take(bytes, at);
          break;
        case 'trailers':
          at = this.#trailer(bytes, at, out);
          break;
        case 'over':
          throw new SealBroken('bytes follow the last chunk');
      }
      if (this.#stage === 'data' && this.#chunk.whole) out.push(this.#signed());
    }
    return together(out);
  }

  end(): void {
    if (this.#stage !== 'over') throw new SealBroken('the body ended in the middle of its chunks');
  }

  #line(bytes: Buffer, from: number): number {
    const before = this.#held.length;
    const held = Buffer.concat([this.#held, bytes.subarray(from, from + LONGEST_LINE - before)]);
    const end = held.indexOf('\r\n', 0, 'latin1');
    if (end === -1) {
      if (held.length === LONGEST_LINE) throw new SealBroken('a chunk without a signature');
      this.#held = held;
      return bytes.length;
    }
    const size = /^([0-9A-Fa-f]{1,8});chunk-signature=[0-9a-f]{64}$/.exec(held.toString('latin1', 0, end))?.[1];
    if (size === undefined) throw new SealBroken('a chunk without a signature');
    const length = Number.parseInt(size, 16);
    if (length > LARGEST) throw new SealBroken('a chunk that is too large to be signed anew');
    this.#lineLength = end + 2;
    // After the last chunk its line's end is followed by trailers, or by the empty line that stands for none.
    const rest = length === 0 && this.#trailers ? 0 : length + 2;
    this.#chunk = new Gathered(this.#memory.of(this.#lineLength + rest));
    this.#chunk.take(held.subarray(0, this.#lineLength), 0);
    this.#held = Buffer.alloc(0);
    this.#stage = 'data';
    return from + this.#lineLength - before;
  }

  /** Signatures have one length: each is replaced in its place. */
  #signed(): Buffer {
    const { bytes } = this.#chunk;
    this.#memory.goes(bytes);
    const bare = bytes.length === this.#lineLength;
    const end = bare ? bytes.length : bytes.length - 2;
    if (!bare && bytes.toString('latin1', end) !== '\r\n') throw new SealBroken('a chunk that is longer than it says');
    const at = this.#lineLength - 2 - SIGNATURE;
    const given = bytes.toString('latin1', at, at + SIGNATURE);
    const data = bytes.subarray(this.#lineLength, end);
    const { scope } = this.#chain;
    bytes.write(this.#chain.next(given, 'AWS4-HMAC-SHA256-PAYLOAD', scope, `${EMPTY}\n${sha256(data)}`), at, 'latin1');
    if (data.length > 0) this.#stage = 'line';
    else this.#stage = this.#trailers ? 'trailers' : 'over';
    return bytes;
  }

  #trailer(bytes: Buffer, from: number, out: Buffer[]): number {
    const before = this.#held.length;
    const held = Buffer.concat([this.#held, bytes.subarray(from, from + LONGEST_TRAILERS - before)]);
    const end = held.indexOf('\r\n\r\n', 0, 'latin1');
    if (end === -1) {
      if (held.length === LONGEST_TRAILERS) throw new SealBroken('trailers that are too long');
      this.#held = held;
      return bytes.length;
    }
    const lines = held.toString('latin1', 0, end).split('\r\n');
    const last = /^x-amz-trailer-signature:([0-9a-f]{64})$/i.exec(lines.pop() ?? '');
    if (last === null) throw new SealBroken('trailers without a signature');
    const canonical = lines.map((line) => {
      const at = line.indexOf(':');
      return `${line.slice(0, at).toLowerCase()}:${line.slice(at + 1).trim()}\n`;
    });
    const rest = sha256(canonical.sort().join(''));
    const real = this.#chain.next(last[1]!, 'AWS4-HMAC-SHA256-TRAILER', this.#chain.scope, rest);
    out.push(Buffer.from(`${[...lines, `x-amz-trailer-signature:${real}`].join('\r\n')}\r\n\r\n`, 'latin1'));
    this.#held = Buffer.alloc(0);
    this.#stage = 'over';
    return from + end + 4 - before;
  }
}
