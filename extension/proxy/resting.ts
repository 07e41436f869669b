import type { Socket } from 'node:net';

/** Younger ones are left: their next request may be on its way. */
const RESTED_MS = 10_000;

/** One client connection among those that may rest. */
export interface Rest {
  /** Since when it has had nothing to do, milliseconds of the wall clock; null while it has. */
  since: number | null;
}

/** Client connections between two requests. Where others wait for a descriptor, those that have rested for longest are closed, as any server may. */
export class Resting {
  readonly #all = new Map<Socket, Rest>();

  enter(socket: Socket): Rest {
    const rest: Rest = { since: null };
    this.#all.set(socket, rest);
    return rest;
  }

  leave(socket: Socket): void {
    this.#all.delete(socket);
  }

  /** Closes so many at most. */
  dismiss(most: number): void {
    const now = Date.now();
    const rested: { socket: Socket; since: number }[] = [];
    for (const [socket, { since }] of this.#all) {
      if (since !== null && Math.abs(now - since) >= RESTED_MS) rested.push({ socket, since });
    }
    rested.sort((one, other) => one.since - other.since);
    for (const { socket } of rested.slice(0, most)) {
      this.leave(socket);
      socket.destroySoon();
    }
  }
}
