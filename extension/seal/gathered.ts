/** A part of a body whose length its beginning has told, in one piece of memory: each of its bytes is copied once, however it comes. */
export class Gathered {
  readonly bytes: Buffer;
  #filled = 0;

  /** `bytes`: as long as the part is. */
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Takes what belongs to it of `bytes` from `at` on; returns where it ended. */
  take(bytes: Buffer, at: number): number {
    const taken = bytes.copy(this.bytes, this.#filled, at);
    this.#filled += taken;
    return at + taken;
  }

  get whole(): boolean {
    return this.#filled === this.bytes.length;
  }
}

/** One part begins in the bytes in which another ends. */
const KEPT = 2;

/** Memory for one part after the other. Its pages, where it is fresh for each, cost a quarter of what the hash of the part does. */
export class PartMemory {
  #free: Buffer[] = [];
  #gone: Buffer[] = [];

  of(length: number): Buffer {
    const one = this.#free.pop();
    return (one !== undefined && one.length >= length ? one : Buffer.allocUnsafe(length)).subarray(0, length);
  }

  /** The part goes on; what has gone on stays as it is until `reuse`. */
  goes(part: Buffer): void {
    this.#gone.push(part);
  }

  reuse(): void {
    for (const part of this.#gone) if (this.#free.length < KEPT) this.#free.push(part);
    this.#gone = [];
  }
}

/** Parts as one; mostly there is one. */
export const together = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? parts[0]! : Buffer.concat(parts));
