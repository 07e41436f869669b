/**
 * Bytes of a line, four at a time as the computer reads them (little-endian whatever it is): a quarter of the steps that single bytes take. What lies beyond the buffer is 0.
 */
export class Words {
  readonly bytes: Buffer;
  readonly #view: DataView;
  readonly #last: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#last = bytes.byteLength - 4;
  }

  at(place: number): number {
    return place <= this.#last ? this.#view.getInt32(place, true) : this.#end(place);
  }

  /** Plain bytes. `toString` asks each time which encoding is meant, which takes as long as the text does. */
  text(from: number, to: number): string {
    return (this.bytes as Latin1).latin1Slice(from, to);
  }

  /** `length` bytes of others, from `there` on, are copied to `here`; up to three that stand behind them, too. */
  copy(here: number, others: Words, there: number, length: number): void {
    for (let i = 0; i < length; i += 4) this.#view.setInt32(here + i, others.at(there + i), true);
  }

  /** How many of the next `most` bytes are those that stand at `there` in others. Eight at a time: no eight bytes of plain text are NaN or a zero, which alone would compare otherwise than bytes do. */
  alike(here: number, others: Words, there: number, most: number): number {
    const mine = this.#view;
    const theirs = others.#view;
    const eights = most - 8;
    let count = 0;
    while (count <= eights && mine.getFloat64(here + count, true) === theirs.getFloat64(there + count, true))
      count += 8;
    while (count < most) {
      const bits = this.at(here + count) ^ others.at(there + count);
      if (bits !== 0) return Math.min(most, count + firstOf(bits));
      count += 4;
    }
    return most;
  }

  #end(place: number): number {
    let word = 0;
    for (let i = 0; place + i < this.bytes.length; i++) word |= this.bytes[place + i]! << (8 * i);
    return word;
  }
}

/** What `Buffer.toString('latin1', …)` calls; not among the types of Node. */
interface Latin1 extends Buffer {
  latin1Slice(from: number, to: number): string;
}

/**
 * Not 0 where one of the four bytes is none of a plain string (a quote, a backslash, a control character, a letter beyond ASCII). The lowest bit that is set stands for the
 * first of them; bits above it may be set for nothing (a borrow goes upwards).
 */
export function unplain(word: number): number {
  const quote = word ^ QUOTES;
  const backslash = word ^ BACKSLASHES;
  return (
    (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((word - SPACES) & ~word) | word) & HIGHEST_BITS
  );
}

/** Which of four bytes the lowest bit that is set belongs to. */
export const firstOf = (bits: number): number => (31 - Math.clz32(bits & -bits)) >> 3;

/** The first so many bytes of four. */
export const firstBytes = (word: number, count: number): number => word & ((1 << (8 * count)) - 1);

const ONES = 0x01010101;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const SPACES = 0x20202020;
const HIGHEST_BITS = 0x80808080;
