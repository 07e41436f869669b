import type { Access } from '../call.ts';
import { Words } from './words.ts';

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
  /** Of each place the bytes of its string. */
  readonly #kept: Words;

  /** `places`: a power of two. */
  constructor(places: number) {
    this.#known = Array.from({ length: places });
    this.#kept = new Words(Buffer.alloc(places * LONGEST));
  }

  /** The string of `length` plain bytes that begins at `from`. */
  read(words: Words, from: number, length: number, hash: number): Known {
    const place = (hash ^ (hash >>> 15)) & (this.#known.length - 1);
    const known = this.#known[place];
    const kept = this.#kept;
    const at = place * LONGEST;
    if (known !== undefined && known.text.length === length && words.alike(from, kept, at, length) === length)
      return known;
    const fresh = { text: words.text(from, from + length), lists: NONE };
    if (length > LONGEST) return fresh;
    this.#known[place] = fresh;
    kept.copy(at, words, from, length);
    return fresh;
  }
}

const NONE: (readonly Access[])[] = [];
/** Bytes: longer ones are read anew each time. */
const LONGEST = 256;
