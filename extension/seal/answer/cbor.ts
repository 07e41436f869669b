import { type AnswerDocument, type IssuedKeys, keysOf, type Scalar, UnclearAnswer } from './keys.ts';

/** A text of the document: where its item begins and ends, and what it says. */
interface Text {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

/** Deeper than any model of AWS. */
const DEEPEST = 64;

/** Smithy rpcv2Cbor: RFC 8949. Lengths of maps and lists count items, so that a text can be replaced without touching what holds it. */
export function cborDocument(content: Buffer): AnswerDocument {
  const reader = new Reader(content);
  reader.item(0);
  if (reader.at !== content.length) throw new UnclearAnswer('bytes follow the CBOR item');
  const { issued, texts: found } = reader;
  return {
    issued,
    replace(texts) {
      const parts: Buffer[] = [];
      let from = 0;
      for (const text of found) {
        const other = texts.get(text.value);
        if (other === undefined) continue;
        parts.push(content.subarray(from, text.from), encodedText(other));
        from = text.to;
      }
      return Buffer.concat([...parts, content.subarray(from)]);
    },
  };
}

class Reader {
  readonly issued: IssuedKeys[] = [];
  readonly texts: Text[] = [];
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Text or number, null for all else. */
  item(depth: number): Scalar {
    if (depth > DEEPEST) throw new UnclearAnswer('CBOR that is nested too deeply');
    const from = this.at;
    const initial = this.#take(1)[0]!;
    const major = initial >> 5;
    const info = initial & 31;
    if (major === 7) return this.#simple(info);
    const length = info === 31 ? null : this.#length(info);
    switch (major) {
      case 0:
        return length;
      case 1:
        return length === null ? null : -1 - length;
      case 2:
        this.#string(2, length);
        return null;
      case 3: {
        const value = this.#string(3, length).toString('utf8');
        this.texts.push({ from, to: this.at, value });
        return value;
      }
      case 4:
        this.#repeat(length, () => void this.item(depth + 1));
        return null;
      case 5:
        this.#map(length, depth);
        return null;
      default:
        // A tag: a timestamp is one.
        return this.item(depth + 1);
    }
  }

  #map(length: number | null, depth: number): void {
    const members: [string, Scalar][] = [];
    this.#repeat(length, () => {
      const name = this.item(depth + 1);
      members.push([String(name), this.item(depth + 1)]);
    });
    const keys = keysOf(members);
    if (keys !== null) this.issued.push(keys);
  }

  #repeat(length: number | null, each: () => void): void {
    if (length === null) {
      while (this.#bytes[this.at] !== 0xff) each();
      this.at++;
      return;
    }
    if (length > this.#bytes.length) throw new UnclearAnswer('a CBOR length beyond its end');
    for (let i = 0; i < length; i++) each();
  }

  #string(major: number, length: number | null): Buffer {
    if (length !== null) return this.#take(length);
    const parts: Buffer[] = [];
    while (this.#bytes[this.at] !== 0xff) {
      const initial = this.#take(1)[0]!;
      if (initial >> 5 !== major || (initial & 31) === 31) throw new UnclearAnswer('a broken CBOR string');
      parts.push(this.#take(this.#length(initial & 31)));
    }
    this.at++;
    return Buffer.concat(parts);
  }

  #simple(info: number): Scalar {
    if (info === 26) return this.#take(4).readFloatBE(0);
    if (info === 27) return this.#take(8).readDoubleBE(0);
    if (info === 24 || info === 25) this.#take(info - 23);
    else if (info > 24) throw new UnclearAnswer('a broken CBOR item');
    return null;
  }

  #length(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.#take(1)[0]!;
    if (info === 25) return this.#take(2).readUInt16BE(0);
    if (info === 26) return this.#take(4).readUInt32BE(0);
    if (info === 27) return Number(this.#take(8).readBigUInt64BE(0));
    throw new UnclearAnswer('a broken CBOR item');
  }

  #take(length: number): Buffer {
    const end = this.at + length;
    if (!(end <= this.#bytes.length)) throw new UnclearAnswer('CBOR that ends too early');
    const bytes = this.#bytes.subarray(this.at, end);
    this.at = end;
    return bytes;
  }
}

function encodedText(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const head = bytes.length < 24 ? [0x60 | bytes.length] : [0x79, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}
