import type { Socket } from 'node:net';

/** Younger ones are left: their next request may be on its way. */
const RESTED_MS = 10_000;

/** Client connections between two requests. Where others wait for a descriptor, those that have rested for longest are closed, as any server may. */
export class Resting {
  /** Oldest first. */
  readonly #since = new Map<Socket, number>();

  rest(socket: Socket): void {
    this.#since.delete(socket);
    this.#since.set(socket, Date.now());
  }

  wake(socket: Socket): void {
    this.#since.delete(socket);
  }

  /** Closes so many at most. */
  dismiss(most: number): void {
    let left = most;
    for (const [socket, since] of this.#since) {
      if (left-- <= 0 || Math.abs(Date.now() - since) < RESTED_MS) return;
      this.#since.delete(socket);
      socket.destroySoon();
    }
  }
}
