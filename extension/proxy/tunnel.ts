import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Bytes both ways, each direction ending for itself, with back-pressure. `ended` is called once, when both sides have closed. */
export function joinDuplex(
  client: Duplex,
  upstream: Duplex,
  ended: (bytesOut: number, bytesIn: number) => void,
  silentMs = SILENT_HALF_MS,
): void {
  let bytesOut = 0;
  let bytesIn = 0;
  let open = 2;
  const half = createHalfClosed(client, upstream, silentMs);
  const closed = () => {
    if (--open > 0) return;
    half.over();
    ended(bytesOut, bytesIn);
  };
  lead(client, upstream, half, (bytes) => {
    bytesOut += bytes;
  });
  lead(upstream, client, half, (bytes) => {
    bytesIn += bytes;
  });
  client.on('close', closed);
  upstream.on('close', closed);
  if (client.destroyed) upstream.destroy();
  if (upstream.destroyed) client.destroy();
}

/** So long may one side be silent after the other has ended: whether that one has gone altogether nobody is told. */
const SILENT_HALF_MS = 120_000;

interface HalfClosed {
  ended(): void;
  moved(): void;
  over(): void;
}

/** Ends a tunnel that is closed on one side and silent on the other: a client that went away must not keep two descriptors for as long as a server likes. */
function createHalfClosed(client: Duplex, upstream: Duplex, silentMs: number): HalfClosed {
  let timer: NodeJS.Timeout | null = null;
  return {
    ended() {
      timer ??= setTimeout(() => {
        reset(client);
        reset(upstream);
      }, silentMs).unref();
    },
    moved: () => timer?.refresh(),
    over: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function lead(from: Duplex, to: Duplex, half: HalfClosed, count: (bytes: number) => void): void {
  let whole = false;
  const end = () => {
    if (whole) return;
    whole = true;
    to.end();
    half.ended();
  };
  from.on('data', (bytes: Buffer) => {
    half.moved();
    count(bytes.length);
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', end);
  // It may have ended while nobody listened: while the other side was dialled.
  if (from.readableEnded) end();
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
