import { createHmac, hash } from 'node:crypto';

/** SHA-256 works in blocks of 64 bytes, and so pads its key to that (RFC 2104). */
const BLOCK = 64;
/** What SigV4 signs is some 200 bytes long. */
const ROOM = 1024;

/** HMAC-SHA256 by one key, again and again: two hashes of what lies ready cost half of what an Hmac object does. */
export class KeyedHash {
  readonly #key: Buffer;
  /** The key with the inner padding, and room for a text behind it. */
  readonly #inner = Buffer.alloc(BLOCK + ROOM);
  /** The key with the outer padding, and room for the inner hash. */
  readonly #outer = Buffer.alloc(BLOCK + 32);

  /** Of no more than 64 bytes. */
  constructor(key: Buffer) {
    this.#key = key;
    for (let at = 0; at < BLOCK; at++) {
      this.#inner[at] = (key[at] ?? 0) ^ 0x36;
      this.#outer[at] = (key[at] ?? 0) ^ 0x5c;
    }
  }

  /** Hex, 64 characters. */
  of(text: string): string {
    // A character of UTF-8 has three bytes at most for each unit of a string.
    if (text.length * 3 > ROOM) return createHmac('sha256', this.#key).update(text).digest('hex');
    const end = BLOCK + this.#inner.write(text, BLOCK);
    this.#outer.write(hash('sha256', this.#inner.subarray(0, end), 'binary'), BLOCK, 'latin1');
    return hash('sha256', this.#outer, 'hex');
  }
}
