import { doubt } from '../doubt.ts';
import { EMPTY, MAX_DEPTH, Nodes, object, type Tree, type Want } from './tree.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads what is wanted of a CBOR item (RFC 8949, as Smithy's rpcv2Cbor uses it). Wanted keys that stand twice are doubted. */
export function readCbor(bytes: Uint8Array, want: Want): Tree {
  const reader = new Reader(bytes);
  const tree = reader.item(want, 0);
  if (reader.position !== bytes.length) invalid();
  return tree ?? null;
}

function invalid(): never {
  return doubt('a body that is not valid CBOR');
}

const BREAK = 0xff;

class Reader {
  position = 0;
  readonly #nodes = new Nodes();
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** With `want` null the item is stepped over. */
  item(want: Want | null, depth: number): Tree {
    if (depth > MAX_DEPTH) doubt('a body that is nested too deep');
    if (want !== null) this.#nodes.count();
    const initial = this.#byte();
    const major = initial >> 5;
    const info = initial & 31;
    switch (major) {
      case 0:
        return this.#argument(info);
      case 1:
        return -1 - this.#argument(info);
      case 2:
        this.#skipString(info, 2);
        return null;
      case 3:
        if (want !== null) return decode(this.#string(info));
        this.#skipString(info, 3);
        return null;
      case 4:
        return want === null ? this.#skip(info, 1, depth) : this.#list(info, want, depth);
      case 5:
        if (want !== null && want.size > 0) return this.#map(info, want, depth);
        this.#skip(info, 2, depth);
        return want === null ? null : EMPTY;
      case 6:
        this.#argument(info);
        return this.item(want, depth + 1);
      default:
        return this.#simple(info);
    }
  }

  #list(info: number, want: Want, depth: number): Tree {
    const list: Tree[] = [];
    for (let left = this.#count(info); left > 0 && !this.#ended(left); left--) list.push(this.item(want, depth + 1));
    return list;
  }

  #map(info: number, want: Want, depth: number): Tree {
    const tree = object();
    const any = want.get('*');
    for (let left = this.#count(info); left > 0 && !this.#ended(left); left--) {
      this.#nodes.count();
      const key = decode(this.#string(this.#keyInfo()));
      const wanted = want.get(key) ?? any;
      if (wanted === undefined) this.item(null, depth + 1);
      else {
        if (key in tree) doubt('a key that stands twice in the body');
        tree[key] = this.item(wanted, depth + 1);
      }
    }
    return tree;
  }

  /** Steps over a list (`width` 1) or a map (2). */
  #skip(info: number, width: 1 | 2, depth: number): null {
    for (let left = this.#count(info); left > 0 && !this.#ended(left); left--) {
      if (width === 2) this.#skipString(this.#keyInfo(), 3);
      this.item(null, depth + 1);
    }
    return null;
  }

  #keyInfo(): number {
    const initial = this.#byte();
    if (initial >> 5 !== 3) doubt('a CBOR map with a key that is no text');
    return initial & 31;
  }

  /** How many elements follow: without end where a break ends them. */
  #count(info: number): number {
    return info === 31 ? Number.POSITIVE_INFINITY : this.#argument(info);
  }

  #ended(left: number): boolean {
    return left === Number.POSITIVE_INFINITY && this.#end();
  }

  #end(): boolean {
    if (this.#bytes[this.position] !== BREAK) return false;
    this.position++;
    return true;
  }

  #byte(): number {
    const byte = this.#bytes[this.position++];
    return byte === undefined ? invalid() : byte;
  }

  #argument(info: number): number {
    if (info < 24) return info;
    const width = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : invalid();
    let value = 0;
    for (let index = 0; index < width; index++) value = value * 256 + this.#byte();
    return value;
  }

  /** Text, in one piece or in chunks of definite length (RFC 8949 §3.2.3). */
  #string(info: number): Uint8Array {
    if (info !== 31) return this.#take(this.#argument(info));
    const chunks: Uint8Array[] = [];
    while (!this.#end()) {
      this.#nodes.count();
      chunks.push(this.#take(this.#argument(this.#chunkInfo(3))));
    }
    return Buffer.concat(chunks);
  }

  #skipString(info: number, major: 2 | 3): void {
    if (info !== 31) this.#step(this.#argument(info));
    else while (!this.#end()) this.#step(this.#argument(this.#chunkInfo(major)));
  }

  #chunkInfo(major: 2 | 3): number {
    const initial = this.#byte();
    if (initial >> 5 !== major || (initial & 31) === 31) invalid();
    return initial & 31;
  }

  #take(length: number): Uint8Array {
    const start = this.position;
    this.#step(length);
    return this.#bytes.subarray(start, this.position);
  }

  #step(length: number): void {
    const end = this.position + length;
    if (end > this.#bytes.length) invalid();
    this.position = end;
  }

  #simple(info: number): Tree {
    if (info === 20) return false;
    if (info === 21) return true;
    if (info === 22 || info === 23) return null;
    const width = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : invalid();
    this.#step(width);
    return 0;
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return doubt('a body that is no UTF-8');
  }
}
