import type { Access } from '../call.ts';
import type { Words } from './words.ts';

export interface Known {
  readonly text: string;
  /** Of a resource: lists in which it stood alone, each with another action. */
  lists: (readonly Access[])[];
}

/**
 * Strings that were read last, found by their bytes: what repeats becomes the same string again, which makes every later look-up in a map cheap, too. One a place, by hash: whatever
 * comes, it takes no more.
 */
export class KnownStrings {
  readonly #known: (Known | undefined)[];
  /** Of each place the bytes of its string, four at a time. */
  readonly #words: Int32Array;

  /** `places`: a power of two. */
  constructor(places: number) {
    this.#known = Array.from({ length: places });
    this.#words = new Int32Array(places * WORDS);
  }

  /** The string of `length` plain bytes that begins at `from`; `rest` is what remains of its last four. */
  read(words: Words, from: number, length: number, hash: number, rest: number): Known {
    const place = (hash ^ (hash >>> 15)) & (this.#known.length - 1);
    const known = this.#known[place];
    const kept = this.#words;
    const first = place * WORDS;
    const whole = length & ~3;
    if (known !== undefined && known.text.length === length) {
      let i = 0;
      while (i < whole && words.at(from + i) === kept[first + (i >> 2)]) i += 4;
      if (i === whole && kept[first + (i >> 2)] === rest) return known;
    }
    const fresh = { text: words.bytes.toString('latin1', from, from + length), lists: NONE };
    if (length >= LONGEST) return fresh;
    this.#known[place] = fresh;
    for (let i = 0; i < whole; i += 4) kept[first + (i >> 2)] = words.at(from + i);
    kept[first + (whole >> 2)] = rest;
    return fresh;
  }
}

const NONE: (readonly Access[])[] = [];
const WORDS = 64;
/** Bytes: longer ones are read anew each time. */
const LONGEST = 4 * WORDS;
