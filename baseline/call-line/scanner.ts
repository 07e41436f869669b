import { COMMA, DIGIT_0, DIGIT_9, END_BRACE, POINT, QUOTE, SPACE } from './bytes.ts';
import { type Known, KnownStrings } from './known.ts';
import type { Pattern } from './pattern.ts';
import { firstBytes, firstOf, unplain, Words } from './words.ts';

/** Goes through one line: each method reads what stands where it is and goes behind it, or says that it does not. */
export class Scanner {
  words = new Words(Buffer.alloc(0));
  at = 0;
  end = 0;
  readonly #names = new KnownStrings(1_024);
  readonly #resources = new KnownStrings(2_048);
  /** Of the string that was read last. */
  #hash = 0;

  /** A string without escapes; the very one that was seen before, where it was. Null where there is anything else. */
  name(): Known | null {
    return this.#known(this.#names);
  }

  /** The same of a resource: there are many more of them than of all else. */
  resource(): Known | null {
    return this.#known(this.#resources);
  }

  #known(strings: KnownStrings): Known | null {
    const from = this.at + 1;
    return this.string() ? strings.read(this.words, from, this.at - 1 - from, this.#hash) : null;
  }

  /** A string without escapes, whatever it says. */
  string(): boolean {
    const { words } = this;
    if (words.bytes[this.at] !== QUOTE) return false;
    let at = this.at + 1;
    let hash = 0;
    let word = words.at(at);
    let bits = unplain(word);
    while (bits === 0) {
      hash = Math.imul(hash ^ word, MIX);
      at += 4;
      word = words.at(at);
      bits = unplain(word);
    }
    const rest = firstOf(bits);
    at += rest;
    if (at >= this.end || words.bytes[at] !== QUOTE) return false;
    this.#hash = Math.imul(hash ^ firstBytes(word, rest), MIX);
    this.at = at + 1;
    return true;
  }

  /** The text of the string that ends here. */
  text(from: number): string {
    return this.words.text(from + 1, this.at - 1);
  }

  /** Zero or more, up to fifteen digits with a point among them: as exact as JSON's own. -1 for all else. */
  number(): number {
    const { bytes } = this.words;
    const from = this.at;
    let point = -1;
    let value = 0;
    let at = from;
    for (; ; at++) {
      const code = bytes[at]!;
      if (code >= DIGIT_0 && code <= DIGIT_9) value = value * 10 + code - DIGIT_0;
      else if (code === POINT && point < 0) point = at;
      else if (code === COMMA || code === END_BRACE || code === SPACE) break;
      else return -1;
    }
    const digits = at - from - (point < 0 ? 0 : 1);
    if (digits === 0 || digits > 15 || point === from || point === at - 1) return -1;
    if (bytes[from] === DIGIT_0 && at - from > 1 && point !== from + 1) return -1;
    this.at = at;
    return point < 0 ? value : value / TEN[at - point - 1]!;
  }

  /** This, and a colon behind it. */
  field(quoted: Pattern, colon: number): boolean {
    if (!quoted.standsAt(this.words, this.at)) return false;
    this.at += quoted.length;
    return this.take(colon);
  }

  pattern(pattern: Pattern): boolean {
    if (!pattern.standsAt(this.words, this.at)) return false;
    this.at += pattern.length;
    return true;
  }

  /** This character, with the white space around it. */
  take(code: number): boolean {
    this.space();
    if (!this.eat(code)) return false;
    this.space();
    return true;
  }

  /** This character and nothing behind it: a value ends right there. */
  eat(code: number): boolean {
    if (this.words.bytes[this.at] !== code) return false;
    this.at++;
    return true;
  }

  space(): void {
    while (this.words.bytes[this.at] === SPACE) this.at++;
  }
}

const TEN = Array.from({ length: 16 }, (_, i) => 10 ** i);
/** Odd, its bits evenly spread (the golden ratio's). */
const MIX = 0x9e3779b1;
