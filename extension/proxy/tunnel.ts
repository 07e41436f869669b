import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Bytes both ways, each direction ending for itself, with back-pressure. `ended` is called once, when both sides have closed. */
export function joinDuplex(client: Duplex, upstream: Duplex, ended: (bytesOut: number, bytesIn: number) => void): void {
  let bytesOut = 0;
  let bytesIn = 0;
  let open = 2;
  const closed = () => {
    if (--open === 0) ended(bytesOut, bytesIn);
  };
  lead(client, upstream, (bytes) => {
    bytesOut += bytes;
  });
  lead(upstream, client, (bytes) => {
    bytesIn += bytes;
  });
  client.on('close', closed);
  upstream.on('close', closed);
  if (client.destroyed) upstream.destroy();
  if (upstream.destroyed) client.destroy();
}

function lead(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
  let whole = false;
  from.on('data', (bytes: Buffer) => {
    count(bytes.length);
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => {
    whole = true;
    to.end();
  });
  from.on('error', () => {});
  // Closed without an end: a reset, and the other side is to see one too.
  from.on('close', () => (whole ? to.end() : reset(to)));
  from.resume();
}

/** The TCP connection below a TLS one, for resets: TLS has none of its own. */
const below = new WeakMap<Duplex, Socket>();

export function carriedBy(stream: Duplex, socket: Socket): void {
  below.set(stream, socket);
}

/** Breaks a connection off so that its other end cannot take it for a whole answer. */
export function reset(stream: Duplex): void {
  const socket = below.get(stream) ?? (stream as Partial<Socket>);
  try {
    socket.resetAndDestroy?.();
  } catch {
    // Not TCP, or gone already.
  }
  stream.destroy();
}
