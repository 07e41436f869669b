import { firstBytes, type Words } from './words.ts';

/** Bytes that are looked for where they would stand. */
export class Pattern {
  readonly length: number;
  readonly #words: Int32Array;
  readonly #rest: number;

  constructor(text: string) {
    const bytes = Buffer.from(text);
    this.length = bytes.length;
    this.#words = Int32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readInt32LE(4 * i));
    this.#rest = bytes.subarray(bytes.length & ~3).reduce((word, byte, i) => word | (byte << (8 * i)), 0);
  }

  standsAt(words: Words, at: number): boolean {
    const pattern = this.#words;
    const { length } = pattern;
    for (let i = 0; i < length; i++) if (words.at(at + 4 * i) !== pattern[i]) return false;
    return firstBytes(words.at(at + 4 * length), this.length & 3) === this.#rest;
  }
}
