import { Buffer } from 'node:buffer';
import type { OnReadOpts, Socket } from 'node:net';

/**
 * Connections are read into this, one after the other. With `data` events each read is a block of memory outside V8's heap, an event, and a look ahead in the next tick: a
 * tenth of what a call costs, for each of its two legs.
 */
const READ = Buffer.allocUnsafeSlow(64 * 1024);

/** For a socket that we connect. What `received` gets is lent: the next read overwrites it. False from it: nothing more is read. */
export function lentReads(received: (bytes: Buffer) => boolean): OnReadOpts {
  return { buffer: READ, callback: (length) => received(READ.subarray(0, length)) };
}

/** Where a socket of Node's holds what `onread` was given, by their descriptions. */
const PLACES = ['kBuffer', 'kBufferCb', 'kBufferGen'];
/** The same for every socket of a process, and dear to look for. */
let places: readonly symbol[] | null = null;

function findPlaces(socket: Socket): readonly symbol[] {
  const found = PLACES.flatMap(
    (name) => Object.getOwnPropertySymbols(socket).find(({ description }) => description === name) ?? [],
  );
  if (found.length === PLACES.length) places = found;
  return found;
}

/**
 * The same for a connection that was accepted, of which Node takes no `onread`: it is put where `onread` would be. Nothing of it is promised to stay: where it is not as
 * expected nothing is changed, this is false, and `data` events tell of what comes.
 */
export function readLent(socket: Socket, received: (bytes: Buffer) => boolean): boolean {
  const fields = socket as unknown as Record<symbol, unknown>;
  const [buffer, callback, generator] = places ?? findPlaces(socket);
  const handle = (socket as unknown as { _handle?: { useUserBuffer?(buffer: Uint8Array): void } })._handle;
  if (buffer === undefined || callback === undefined || generator === undefined) return false;
  if (typeof handle?.useUserBuffer !== 'function' || fields[buffer] !== null) return false;
  const reads = lentReads(received);
  handle.useUserBuffer(READ);
  fields[buffer] = READ;
  fields[callback] = reads.callback;
  return true;
}
