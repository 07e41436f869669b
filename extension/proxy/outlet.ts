import type { Duplex } from 'node:stream';
import { passed } from './collect.ts';

/** A full TLS record or TCP segment train: more of the same is likely to follow in this turn of the event loop. */
const BULK = 8 * 1024;
/** Written at once from here on: four records, one system call. */
const BATCH = 64 * 1024;
/** Waiting for a slow reader, for each connection; the rest waits at its source. */
const FULL = 128 * 1024;

/**
 * The way into one socket. Small pieces leave at once. Of a large body, what comes in one turn of the event loop leaves together: a TLS stack hands over 16 KiB at a
 * time, and a system call for each would double what a byte costs.
 */
export class Outlet {
  readonly #socket: Duplex;
  #corked = 0;
  #scheduled = false;
  readonly #uncork = () => {
    this.#scheduled = false;
    this.#release();
  };

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** False: full, `drain` follows. */
  write(bytes: Buffer): boolean {
    const socket = this.#socket;
    if (bytes.length >= BULK) passed(bytes.length);
    if (bytes.length >= BULK && this.#corked < BATCH) {
      if (this.#corked === 0) {
        socket.cork();
        if (!this.#scheduled) {
          this.#scheduled = true;
          setImmediate(this.#uncork);
        }
      }
      this.#corked += bytes.length;
      const room = socket.write(bytes);
      if (this.#corked >= BATCH) this.#release();
      return room || socket.writableLength < FULL;
    }
    const room = socket.write(bytes);
    this.#release();
    return room || socket.writableLength < FULL;
  }

  #release(): void {
    if (this.#corked === 0) return;
    this.#corked = 0;
    this.#socket.uncork();
  }
}
