import type { Socket } from 'node:net';

/**
 * Ends connections that keep us waiting for a handshake or a head (slowloris). Age is counted in ticks of one timer, not by a clock: a freeze is one
 * tick, and nobody loses a connection for it. Bodies have no limit.
 */
export interface Reaper {
  watch(socket: Socket): void;
  unwatch(socket: Socket): void;
  close(): void;
}

const TICK_MS = 5_000;
const TICKS = 6;

export function createReaper(): Reaper {
  const ages = new Map<Socket, number>();
  const timer = setInterval(() => {
    for (const [socket, age] of ages) {
      if (age >= TICKS) {
        ages.delete(socket);
        socket.destroy();
      } else ages.set(socket, age + 1);
    }
  }, TICK_MS);
  timer.unref();
  return {
    watch: (socket) => void ages.set(socket, 0),
    unwatch: (socket) => void ages.delete(socket),
    close: () => clearInterval(timer),
  };
}
