import { doubt } from '../doubt.ts';
import { byteAt, invalid, keyEnd, numberEnd, PLAIN, spaceEnd, stringEnd } from './json-grammar.ts';
import { lengthBit, type Plan, planOf } from './json-plan.ts';
import { decode, latin1, standsAt, word } from './json-text.ts';
import { EMPTY, MAX_DEPTH, Nodes, object, type Tree, type Want } from './tree.ts';

/**
 * Reads what is wanted of a JSON text and steps over the rest, in one pass. Strict (RFC 8259): what a lenient parser would take in another way
 * is doubted, and so is a wanted member that stands twice, or in two spellings that differ in case only.
 */
export function readJson(bytes: Uint8Array, want: Want): Tree {
  const reader = new Reader(bytes);
  reader.space();
  const tree = reader.value(want, 0);
  reader.space();
  if (reader.position !== bytes.length) invalid();
  return tree;
}

/** What closes each container that is being stepped over. One for all: stepping over is never interrupted. */
const ENDS = new Uint8Array(MAX_DEPTH + 1);

class Reader {
  position = 0;
  readonly #nodes = new Nodes();
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  space(): void {
    this.position = spaceEnd(this.#bytes, this.position);
  }

  value(want: Want, depth: number): Tree {
    if (depth > MAX_DEPTH) doubt('a body that is nested too deep');
    this.#nodes.count();
    switch (byteAt(this.#bytes, this.position)) {
      case 0x7b:
        if (want.size === 0) {
          this.#skip(depth);
          return EMPTY;
        }
        return this.#object(want, depth);
      case 0x5b: {
        const list: Tree[] = [];
        this.position++;
        this.space();
        if (byteAt(this.#bytes, this.position) === 0x5d) {
          this.position++;
          return list;
        }
        for (;;) {
          list.push(this.value(want, depth + 1));
          if (this.#next(0x5d)) return list;
        }
      }
      case 0x22:
        return this.string();
      case 0x74:
      case 0x66:
      case 0x6e:
        return this.#word(byteAt(this.#bytes, this.position));
      default: {
        const start = this.position;
        this.position = numberEnd(this.#bytes, start);
        return Number(latin1(this.#bytes, start, this.position));
      }
    }
  }

  #object(want: Want, depth: number): Tree {
    const tree = object();
    const plan = planOf(want);
    this.position++;
    this.space();
    if (byteAt(this.#bytes, this.position) === 0x7d) {
      this.position++;
      return tree;
    }
    for (;;) {
      if (byteAt(this.#bytes, this.position) !== 0x22) invalid();
      const key = this.#keyOf(plan);
      this.space();
      if (byteAt(this.#bytes, this.position) !== 0x3a) invalid();
      this.position++;
      this.space();
      const wanted = key === null ? undefined : (want.get(key) ?? plan.any);
      if (wanted === undefined) {
        if (key !== null) {
          this.#nodes.count();
          if (plan.folded.has(key.toLowerCase())) doubt('a key of the body in an unusual spelling');
        }
        this.#skip(depth + 1);
      } else {
        if (key! in tree) doubt('a key that stands twice in the body');
        tree[key!] = this.value(wanted, depth + 1);
      }
      if (this.#next(0x7d)) return tree;
      if (byteAt(this.#bytes, this.position) !== 0x22) invalid();
    }
  }

  /** The key at hand; null for one whose length alone says that it is not wanted, in whatever case. */
  #keyOf(plan: Plan): string | null {
    if (plan.any !== undefined) return this.string();
    const bytes = this.#bytes;
    const start = this.position + 1;
    let at = start;
    let high = 0;
    for (let byte = byteAt(bytes, at); PLAIN[byte] === 1; byte = byteAt(bytes, ++at)) high |= byte;
    // Escapes and letters beyond ASCII have other lengths than what they stand for.
    if (byteAt(bytes, at) === 0x22 && high < 0x80) {
      const length = at - start;
      if ((plan.lengths & lengthBit(length)) === 0) {
        this.position = at + 1;
        return null;
      }
      for (const wanted of plan.wanted) {
        if (wanted.bytes.length !== length || !standsAt(bytes, start, wanted.bytes)) continue;
        this.position = at + 1;
        return wanted.name;
      }
    }
    return this.string();
  }

  /** After an element: true at the end of the container, false after a comma. */
  #next(end: number): boolean {
    this.space();
    const byte = byteAt(this.#bytes, this.position++);
    if (byte === end) return true;
    if (byte !== 0x2c) invalid();
    this.space();
    return false;
  }

  string(): string {
    const bytes = this.#bytes;
    const start = this.position + 1;
    let at = start;
    let high = 0;
    let hash = 0;
    let byte = byteAt(bytes, at);
    while (PLAIN[byte] === 1) {
      high |= byte;
      hash = (Math.imul(hash, 31) + byte) | 0;
      byte = byteAt(bytes, ++at);
    }
    if (byte === 0x22) {
      this.position = at + 1;
      return high < 0x80 ? word(bytes, start, at, hash) : decode(bytes.subarray(start, at));
    }
    this.position = stringEnd(bytes, start - 1);
    try {
      return JSON.parse(decode(bytes.subarray(start - 1, this.position))) as string;
    } catch {
      return invalid();
    }
  }

  /** Steps over one value, checking the grammar all the way. Nothing is made of it, however large it is. */
  #skip(base: number): void {
    const bytes = this.#bytes;
    const ends = ENDS;
    let depth = 0;
    let at = this.position;
    for (;;) {
      const first = byteAt(bytes, at);
      if (first === 0x22) at = stringEnd(bytes, at);
      else if (first === 0x7b || first === 0x5b) {
        at = spaceEnd(bytes, at + 1);
        // Both kinds of bracket are closed by what stands two places after what opens them.
        if (byteAt(bytes, at) === first + 2) at++;
        else {
          if (base + depth >= MAX_DEPTH) doubt('a body that is nested too deep');
          ends[depth++] = first + 2;
          if (first === 0x7b) at = keyEnd(bytes, at);
          continue;
        }
      } else if (first <= 0x39) at = numberEnd(bytes, at);
      else {
        this.position = at;
        this.#word(first);
        at = this.position;
      }
      for (;;) {
        if (depth === 0) {
          this.position = at;
          return;
        }
        at = spaceEnd(bytes, at);
        const byte = byteAt(bytes, at++);
        if (byte === 0x2c) {
          at = spaceEnd(bytes, at);
          if (ends[depth - 1] === 0x7d) at = keyEnd(bytes, at);
          break;
        }
        if (byte !== ends[--depth]) invalid();
      }
    }
  }

  #word(first: number | undefined): Tree {
    if (first === 0x74) return this.#literal('true', true);
    if (first === 0x66) return this.#literal('false', false);
    return first === 0x6e ? this.#literal('null', null) : invalid();
  }

  #literal<T>(word: string, value: T): T {
    for (let index = 0; index < word.length; index++) {
      if (byteAt(this.#bytes, this.position + index) !== word.charCodeAt(index)) invalid();
    }
    this.position += word.length;
    return value;
  }
}
