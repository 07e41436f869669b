import type { OnReadOpts, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { HeadMemory } from '../http1/head.ts';
import { lentReads } from '../lent-reads.ts';
import { Outlet } from '../outlet.ts';
import { lasting } from '../slab.ts';
import type { Target } from './forwarder.ts';

/** What a connection carries, one at a time. */
export interface Carried {
  /** The connection stands. */
  connected(): void;
  /** `bytes` are lent: the next read overwrites them. */
  received(bytes: Buffer): void;
  drained(): void;
  /** The other side sends nothing more. */
  ended(): void;
  /** The connection is gone; `stood` where it was ever ready. */
  lost(stood: boolean, error: NodeJS.ErrnoException | null): void;
}

/** Where connections are kept between two uses, and counted. */
export interface Home {
  keep(connection: UpstreamConnection): void;
  forget(connection: UpstreamConnection): void;
  release(): void;
}

/** One upstream connection: carries one exchange at a time. */
export class UpstreamConnection {
  readonly key: string;
  readonly socket: Socket | TLSSocket;
  readonly outlet: Outlet;
  /** Of the answers that came from where it leads. */
  readonly memory: HeadMemory;
  readonly #home: Home;
  idleSince = 0;
  /** True where it has been idle: the other side may have closed it meanwhile. */
  used = false;
  ready = false;
  #carried: Carried | null = null;
  #ended = false;
  #surrendered = false;
  #failure: NodeJS.ErrnoException | null = null;

  /** `connect` may leave `onread` alone: then the socket's `data` events do. */
  constructor(
    key: string,
    target: Target,
    memory: HeadMemory,
    connect: (onread: OnReadOpts) => Socket | TLSSocket,
    home: Home,
  ) {
    this.key = key;
    this.memory = memory;
    const reads = lentReads((bytes) => {
      // Whoever has taken the socket over knows of events only.
      if (this.#surrendered) return this.socket.push(lasting(bytes));
      this.#received(bytes);
      return true;
    });
    const socket = connect(reads);
    this.socket = socket;
    this.outlet = new Outlet(socket);
    this.#home = home;
    socket.once(target.scheme === 'https' ? 'secureConnect' : 'connect', () => {
      this.ready = true;
      // Dialled for a request that is still to come.
      if (this.#carried === null) this.release(true);
      else this.#carried.connected();
    });
    socket.on('data', (bytes: Buffer) => this.#received(bytes));
    socket.on('drain', () => this.#carried?.drained());
    socket.on('end', () => {
      this.#ended = true;
      if (this.#carried === null) this.destroy();
      else this.#carried.ended();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure = error;
    });
    socket.on('close', () => {
      this.#home.forget(this);
      this.#home.release();
      this.#carried?.lost(this.ready, this.#failure);
    });
  }

  #received(bytes: Buffer): void {
    // Bytes that nobody asked for: whatever they are, they answer no request of ours.
    if (this.#carried === null) this.destroy();
    else this.#carried.received(bytes);
  }

  get alive(): boolean {
    return this.ready && !this.#ended && !this.socket.destroyed && this.socket.writable;
  }

  attach(carried: Carried): void {
    this.#carried = carried;
  }

  release(reusable: boolean): void {
    this.#carried = null;
    if (!reusable || !this.alive) {
      this.destroy();
      return;
    }
    this.used = true;
    if (this.socket.isPaused()) this.socket.resume();
    this.#home.keep(this);
  }

  /** Hands the socket over to another use; still counted until it closes. */
  surrender(): Socket {
    this.#carried = null;
    this.#surrendered = true;
    for (const event of ['data', 'drain', 'end']) this.socket.removeAllListeners(event);
    return this.socket;
  }

  destroy(): void {
    this.#home.forget(this);
    this.socket.destroy();
  }
}
