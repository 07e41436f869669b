import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { lasting } from './slab.ts';

/** A full TLS record or TCP segment train: more of the same is likely to follow in this turn of the event loop. */
const BULK = 8 * 1024;
/** Four records, one system call. */
const BLOCK = 64 * 1024;
/** Waiting for a slow reader, for each connection; the rest waits at its source. */
const FULL = 128 * 1024;
/** Kept for whoever streams next. */
const SPARE_BLOCKS = 8;

const spare: Buffer[] = [];

/**
 * The way into one socket. Small pieces leave at once. Of a large body, what comes in one turn of the event loop leaves together: a TLS stack hands over 16 KiB at a
 * time, and a system call for each would double what a byte costs. It is put together in blocks that are used again, so that streaming leaves no garbage.
 */
export class Outlet {
  readonly #socket: Duplex;
  /** What is put together, from its begin to `#filled`. */
  #block: Buffer | null = null;
  #filled = 0;
  #scheduled = false;
  readonly #endOfTurn = () => {
    this.#scheduled = false;
    this.flush();
  };

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** `bytes` are the writer's again when this has returned. False: full, `drain` follows. */
  write(bytes: Buffer): boolean {
    if (bytes.length < BULK) {
      if (this.#block === null) this.#socket.write(lasting(bytes));
      else {
        this.#gather(bytes);
        this.flush();
      }
    } else {
      this.#gather(bytes);
      if (this.#block !== null && !this.#scheduled) {
        this.#scheduled = true;
        setImmediate(this.#endOfTurn);
      }
    }
    return this.#socket.writableLength < FULL;
  }

  #gather(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      this.#block ??= spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK);
      const copied = bytes.copy(this.#block, this.#filled, at);
      at += copied;
      this.#filled += copied;
      if (this.#filled === BLOCK) this.flush();
    }
  }

  /** What was put together leaves now: nothing more of it comes, or something else is to be written. */
  flush(): void {
    const block = this.#block;
    if (block === null) return;
    const bytes = block.subarray(0, this.#filled);
    this.#block = null;
    this.#filled = 0;
    this.#socket.write(bytes, (error) => {
      if (error == null && spare.length < SPARE_BLOCKS) spare.push(block);
    });
  }
}
