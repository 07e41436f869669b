import { createServer, type Server, type Socket } from 'node:net';
import { type Copier, createCopier } from './handle-copy.ts';

export interface ListenerOptions {
  /** On 127.0.0.1; 0 takes any. */
  readonly port: number;
  /** Connections at once. What comes beyond waits with the kernel until there is room. */
  readonly most: number;
  /** Connections that come by another way and count with these. */
  readonly others: () => number;
  /** Where they cannot be made to wait: beyond these they are dropped. */
  readonly limit: number;
  /** Somebody may be waiting: asked at once and every second while nothing is accepted. */
  readonly pressed: () => void;
  readonly fault: () => void;
}

export interface Listener {
  readonly port: number;
  /** Those that are open. */
  readonly sockets: ReadonlySet<Socket>;
  /** Stops listening and ends what is open. */
  close(): Promise<void>;
}

const BACKLOG = 1_024;
/** More than an ordinary function has: from here on a copy of the handle is made ready. */
const MANY = 8;
const PREPARE_MS = 100;
/** Accepted again when this part of all is free. */
const ROOM = 16;
const PRESS_MS = 1_000;

/**
 * Listens on loopback. Node accepts whatever comes and then drops what is too much; so before that the listening handle is closed, while a copy of it keeps the socket, and
 * with it those who wait. Where no copy can be had (handle-copy.ts), what is too much is dropped.
 */
export async function listenOn(options: ListenerOptions, serve: (socket: Socket) => void): Promise<Listener> {
  const { most, limit, others, pressed, fault } = options;
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let copier: Copier | null = null;
  /** Never accepts; its copies do. */
  let keeper: (object & { close?(): void }) | null = null;
  let preparing = false;
  let pressing: NodeJS.Timeout | null = null;
  let closed = false;
  let empty = () => {};

  const isFull = () => sockets.size + others() >= most;
  const hasRoom = () => server === null && sockets.size + others() <= most - Math.ceil(most / ROOM);

  function accepted(socket: Socket): void {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (hasRoom()) resume();
      if (sockets.size === 0) empty();
    });
    if (sockets.size >= MANY) prepare();
    if (isFull()) pause();
    serve(socket);
  }

  function open(made: Server): void {
    made.on('error', fault);
    // Dropped beyond this, where it cannot be paused.
    made.maxConnections = keeper === null ? limit : limit * 2;
    server = made;
  }

  /**
   * Ready before it is needed: making a copy takes a few turns of the event loop, each of which accepts one more. To load what makes it took longer on a busy machine than a flood needs
   * to come, and what was too much was dropped.
   */
  function prepare(): void {
    if (preparing || closed) return;
    preparing = true;
    const copies = async () => {
      const handle = handleOf(server);
      if (handle === null) throw new Error('not listening');
      copier = await createCopier();
      keeper = await copier.copy(handle);
      if (server !== null) server.maxConnections = limit * 2;
      if (isFull()) pause();
      if (closed) keeper.close?.();
    };
    copies().catch(() => {});
  }

  function pause(): void {
    if (keeper === null || server === null || closed) return;
    server.close();
    server = null;
    pressed();
    pressing = setInterval(() => (hasRoom() ? resume() : pressed()), PRESS_MS);
    pressing.unref();
  }

  function resume(): void {
    if (keeper === null || copier === null || closed || pressing === null) return;
    clearInterval(pressing);
    pressing = null;
    copier.copy(keeper).then(
      (handle) => {
        if (closed) return void (handle as { close?(): void }).close?.();
        const made = createServer({ allowHalfOpen: true, noDelay: true }, accepted);
        made.listen(handle, BACKLOG);
        open(made);
        if (isFull()) pause();
      },
      // The keeper itself goes on accepting, and from now on what is too much is dropped.
      () => {
        const made = createServer({ allowHalfOpen: true, noDelay: true }, accepted);
        made.listen(keeper as object, BACKLOG);
        keeper = null;
        open(made);
      },
    );
  }

  const first = createServer({ allowHalfOpen: true, noDelay: true }, accepted);
  await new Promise<void>((resolve, reject) => {
    first.once('error', reject);
    first.listen({ host: '127.0.0.1', port: options.port, backlog: BACKLOG }, () => {
      first.removeListener('error', reject);
      resolve();
    });
  });
  open(first);
  // Once the start is over.
  setTimeout(prepare, PREPARE_MS).unref();
  const address = first.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : options.port,
    sockets,
    async close() {
      closed = true;
      if (pressing !== null) clearInterval(pressing);
      const ended = new Promise<void>((resolve) => {
        empty = resolve;
      });
      server?.close();
      keeper?.close?.();
      copier?.close();
      if (sockets.size === 0) return;
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}

/** Node's listening handle; null where it has none, or is not where it always was. */
function handleOf(server: Server | null): object | null {
  return (server as unknown as { _handle?: object | null } | null)?._handle ?? null;
}
