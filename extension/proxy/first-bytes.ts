import type { Socket } from 'node:net';
import type { Gateway } from './gateway.ts';

/** Gathers first bytes until `taken` returns true; `ended` where the client ends before. */
export function gather(
  gateway: Gateway,
  socket: Socket,
  taken: (all: Buffer) => boolean,
  ended: () => void = () => socket.end(),
): void {
  let all: Buffer = Buffer.alloc(0);
  let done = false;
  socket.on('data', (bytes: Buffer) => {
    all = all.length === 0 ? bytes : Buffer.concat([all, bytes]);
    try {
      done = taken(all);
      if (done) all = Buffer.alloc(0);
    } catch {
      // One connection's fault ends that connection only.
      gateway.inspector.fault({ code: 'proxy', message: 'a connection was closed after a fault of the sensor' });
      socket.destroy();
    }
  });
  const end = () => done || ended();
  socket.once('end', end);
  // It may have ended while nobody listened.
  if (socket.readableEnded) end();
  socket.resume();
}

/** Whoever reads next finds what comes from now on. */
export function stopReading(socket: Socket): void {
  socket.removeAllListeners('data');
  socket.removeAllListeners('end');
  socket.pause();
}
