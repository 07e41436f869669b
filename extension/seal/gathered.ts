/** A part of a body whose length its beginning has told, in one piece of memory: each of its bytes is copied once, however it comes. */
export class Gathered {
  readonly bytes: Buffer;
  #filled = 0;

  constructor(length: number) {
    this.bytes = Buffer.allocUnsafe(length);
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

/** Parts as one; mostly there is one. */
export const together = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? parts[0]! : Buffer.concat(parts));
