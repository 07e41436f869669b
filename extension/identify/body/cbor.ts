import { doubt } from '../doubt.ts';
import { MAX_DEPTH, object, type Tree, type Want } from './tree.ts';

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
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** With `want` null the item is stepped over. */
  item(want: Want | null, depth: number): Tree {
    if (depth > MAX_DEPTH) doubt('a body that is nested too deep');
    const initial = this.#byte();
    const major = initial >> 5;
    const info = initial & 31;
    switch (major) {
      case 0:
        return this.#argument(info);
      case 1:
        return -1 - this.#argument(info);
      case 2:
        this.#string(info, 2);
        return null;
      case 3: {
        const chunks = this.#string(info, 3);
        return want === null ? '' : decode(chunks);
      }
      case 4:
        return this.#list(info, want, depth);
      case 5:
        return this.#map(info, want, depth);
      case 6:
        this.#argument(info);
        return this.item(want, depth + 1);
      default:
        return this.#simple(info);
    }
  }

  #list(info: number, want: Want | null, depth: number): Tree {
    const list: Tree[] = [];
    const count = info === 31 ? Number.POSITIVE_INFINITY : this.#argument(info);
    for (let index = 0; index < count; index++) {
      if (count === Number.POSITIVE_INFINITY && this.#end()) break;
      const item = this.item(want, depth + 1);
      if (want !== null) list.push(item);
    }
    return list;
  }

  #map(info: number, want: Want | null, depth: number): Tree {
    const tree = object();
    const count = info === 31 ? Number.POSITIVE_INFINITY : this.#argument(info);
    const any = want?.get('*');
    for (let index = 0; index < count; index++) {
      if (count === Number.POSITIVE_INFINITY && this.#end()) break;
      const initial = this.#byte();
      if (initial >> 5 !== 3) doubt('a CBOR map with a key that is no text');
      const chunks = this.#string(initial & 31, 3);
      const key = want === null ? '' : decode(chunks);
      const wanted = want === null ? undefined : (want.get(key) ?? any);
      if (wanted === undefined) this.item(null, depth + 1);
      else {
        if (key in tree) doubt('a key that stands twice in the body');
        tree[key] = this.item(wanted, depth + 1);
      }
    }
    return tree;
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

  /** Text or bytes, in one piece or in chunks of definite length (RFC 8949 §3.2.3). */
  #string(info: number, major: number): Uint8Array {
    if (info !== 31) return this.#take(this.#argument(info));
    const chunks: Uint8Array[] = [];
    while (!this.#end()) {
      const initial = this.#byte();
      if (initial >> 5 !== major || (initial & 31) === 31) invalid();
      chunks.push(this.#take(this.#argument(initial & 31)));
    }
    return Buffer.concat(chunks);
  }

  #take(length: number): Uint8Array {
    const end = this.position + length;
    if (end > this.#bytes.length) invalid();
    const taken = this.#bytes.subarray(this.position, end);
    this.position = end;
    return taken;
  }

  #simple(info: number): Tree {
    if (info === 20) return false;
    if (info === 21) return true;
    if (info === 22 || info === 23) return null;
    const width = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : invalid();
    this.#take(width);
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
