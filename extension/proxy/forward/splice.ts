import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type BodyReader, ChunkedReader, CloseReader, LengthReader, MalformedBody, NO_BODY } from '../http1/body.ts';
import { type AnswerHead, endOfHead, MalformedHead, parseAnswerHead } from '../http1/head.ts';
import { Outlet } from '../outlet.ts';
import type { Dialer } from './dial.ts';
import type {
  AnswerReceiver,
  ForwardedRequest,
  Forwarder,
  ForwardFailure,
  RequestWriter,
  Target,
} from './forwarder.ts';
import type { Slots } from './slots.ts';

export interface Splice extends Forwarder {
  /** Dials, and keeps the connection for the request that is expected. A target that cannot be reached is left to that request. */
  prepare(target: Target): void;
  /** Closes one idle connection, if there is any. */
  yieldOne(): void;
  close(): void;
}

/** Judged by the wall clock when a socket is taken: timers stand still in a freeze, and the other side may have gone meanwhile. */
const IDLE_MS = 10_000;
const IDLE_PER_TARGET = 64;
/** Idle for longer, milliseconds: its end may have come meanwhile and wait to be read in this very turn of the event loop (after a freeze, mostly). */
const MAY_HAVE_ENDED_MS = 100;
/** RFC 9110 §9.2.1: repeating these asks for nothing twice. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Heads and bodies go as they came to a warm upstream connection, with only framing watched. */
export function createSplice(dialer: Dialer, slots: () => Slots): Splice {
  const idle = new Map<string, Connection[]>();
  let closed = false;

  function takeIdle(key: string): Connection | null {
    const list = idle.get(key);
    if (list === undefined) return null;
    for (let connection = list.pop(); connection !== undefined; connection = list.pop()) {
      const age = Date.now() - connection.idleSince;
      if (connection.alive && age >= 0 && age < IDLE_MS) return connection;
      connection.destroy();
    }
    idle.delete(key);
    return null;
  }

  function keep(connection: Connection): void {
    const list = idle.get(connection.key) ?? [];
    idle.set(connection.key, list);
    connection.idleSince = Date.now();
    if (closed || list.length >= IDLE_PER_TARGET) connection.destroy();
    else list.push(connection);
  }

  function forget(connection: Connection): void {
    const list = idle.get(connection.key);
    const at = list?.indexOf(connection) ?? -1;
    if (at !== -1) list?.splice(at, 1);
    if (list?.length === 0) idle.delete(connection.key);
  }

  const home: Home = { keep, forget, release: () => slots().release() };
  const keyOf = ({ scheme, serverName, host, port }: Target) => `${scheme} ${serverName} ${host} ${port}`;
  function dial(target: Target, then: (connection: Connection) => void): () => void {
    return slots().acquire(() => {
      const { scheme, host, port } = target;
      const socket = scheme === 'https' ? dialer.secure(target, ['http/1.1']) : dialer.plain(host, port);
      then(new Connection(keyOf(target), target, socket, home));
    });
  }

  return {
    prepare(target) {
      if (!closed) dial(target, () => {});
    },
    forward(request, answer) {
      const exchange = new Exchange(request, answer, (then) => dial(request.target, then));
      const key = keyOf(request.target);
      const waiting = request.isolate ? undefined : idle.get(key)?.at(-1);
      if (waiting !== undefined && Date.now() - waiting.idleSince > MAY_HAVE_ENDED_MS) {
        setImmediate(() => {
          try {
            exchange.start(takeIdle(key));
          } catch {
            // Here nobody above would catch it: it ends this exchange and not the process.
            exchange.lost(false, null);
          }
        });
      } else exchange.start(request.isolate ? null : takeIdle(key));
      return exchange;
    },
    yieldOne() {
      for (const list of idle.values()) {
        const oldest = list.shift();
        if (oldest !== undefined) return oldest.destroy();
      }
    },
    close() {
      closed = true;
      for (const list of [...idle.values()]) for (const connection of [...list]) connection.destroy();
    },
  };
}

interface Home {
  keep(connection: Connection): void;
  forget(connection: Connection): void;
  release(): void;
}

/** One upstream connection: carries one exchange at a time. */
class Connection {
  readonly key: string;
  readonly socket: Socket | TLSSocket;
  readonly outlet: Outlet;
  readonly #home: Home;
  idleSince = 0;
  /** True where it has been idle: the other side may have closed it meanwhile. */
  used = false;
  ready = false;
  #exchange: Exchange | null = null;
  #ended = false;
  #failure: NodeJS.ErrnoException | null = null;

  constructor(key: string, target: Target, socket: Socket | TLSSocket, home: Home) {
    this.key = key;
    this.socket = socket;
    this.outlet = new Outlet(socket);
    this.#home = home;
    socket.once(target.scheme === 'https' ? 'secureConnect' : 'connect', () => {
      this.ready = true;
      // Dialled for a request that is still to come.
      if (this.#exchange === null) this.release(true);
      else this.#exchange.connected();
    });
    socket.on('data', (bytes: Buffer) => {
      // Bytes that nobody asked for: whatever they are, they answer no request of ours.
      if (this.#exchange === null) this.destroy();
      else this.#exchange.received(bytes);
    });
    socket.on('drain', () => this.#exchange?.drained());
    socket.on('end', () => {
      this.#ended = true;
      if (this.#exchange === null) this.destroy();
      else this.#exchange.ended();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure = error;
    });
    socket.on('close', () => {
      this.#home.forget(this);
      this.#home.release();
      this.#exchange?.lost(this.ready, this.#failure);
    });
  }

  get alive(): boolean {
    return this.ready && !this.#ended && !this.socket.destroyed && this.socket.writable;
  }

  attach(exchange: Exchange): void {
    this.#exchange = exchange;
  }

  release(reusable: boolean): void {
    this.#exchange = null;
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
    this.#exchange = null;
    for (const event of ['data', 'drain', 'end']) this.socket.removeAllListeners(event);
    return this.socket;
  }

  destroy(): void {
    this.#home.forget(this);
    this.socket.destroy();
  }
}

class Exchange implements RequestWriter {
  readonly #request: ForwardedRequest;
  readonly #answer: AnswerReceiver;
  readonly #dial: (then: (connection: Connection) => void) => () => void;
  #connection: Connection | null = null;
  #stopWaiting = () => {};
  /** What is to be written once the connection stands. */
  #queue: Buffer[] = [];
  #written = false;
  #over = false;
  #halfClosed = false;
  #paused = false;
  /** Bytes of an answer's head that has not come whole. */
  #partial: Buffer | null = null;
  #head: AnswerHead | null = null;
  #body: BodyReader = NO_BODY;
  #answered = false;
  #anyByte = false;
  #upstreamEnded = false;

  constructor(
    request: ForwardedRequest,
    answer: AnswerReceiver,
    dial: (then: (connection: Connection) => void) => () => void,
  ) {
    this.#request = request;
    this.#answer = answer;
    this.#dial = dial;
  }

  start(warm: Connection | null): void {
    // The client has gone in the turn that was waited for.
    if (this.#over) return void warm?.release(true);
    if (warm === null) {
      this.#queue.unshift(this.#request.head);
      this.#stopWaiting = this.#dial((connection) => {
        this.#connection = connection;
        connection.attach(this);
        if (this.#over) connection.destroy();
      });
      return;
    }
    this.#connection = warm;
    warm.attach(this);
    this.#queue.unshift(this.#request.head);
    this.connected();
  }

  connected(): void {
    const socket = this.#connection?.socket;
    if (socket === undefined) return;
    const queue = this.#queue;
    this.#queue = [];
    if (this.#paused) socket.pause();
    socket.write(queue.length === 1 ? (queue[0] as Buffer) : Buffer.concat(queue));
    if (this.#halfClosed) socket.end();
    if (socket.writableLength < socket.writableHighWaterMark) this.#answer.drained();
  }

  write(bytes: Buffer): boolean {
    if (this.#over) return true;
    if (this.#connection === null || !this.#connection.ready) {
      this.#queue.push(bytes);
      return false;
    }
    return this.#connection.outlet.write(bytes);
  }

  end(): void {
    this.#written = true;
    if (this.#answered) this.#conclude();
  }

  halfClose(): void {
    this.#halfClosed = true;
    if (this.#connection?.ready) this.#connection.socket.end();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWaiting();
    this.#connection?.release(false);
  }

  pause(): void {
    this.#paused = true;
    this.#connection?.socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#connection?.socket.resume();
  }

  drained(): void {
    if (!this.#over) this.#answer.drained();
  }

  received(chunk: Buffer): void {
    this.#anyByte = true;
    try {
      this.#read(chunk);
    } catch (error) {
      // Anything else is a fault of ours: it ends this exchange and not the process.
      const known = error instanceof MalformedHead || error instanceof MalformedBody;
      this.#fail({ code: 'upstream-answer', cause: known ? error.message : 'a fault of the sensor' });
    }
    if (!this.#over) this.#answer.flush();
  }

  #read(chunk: Buffer): void {
    let at = 0;
    let bytes = chunk;
    while (!this.#over && at < bytes.length) {
      // Bytes after the answer: they answer no request of ours.
      if (this.#answered) {
        this.#connection?.destroy();
        return;
      }
      if (this.#head !== null) {
        at = this.#readBody(bytes, at);
        continue;
      }
      bytes = this.#partial === null ? bytes.subarray(at) : Buffer.concat([this.#partial, bytes.subarray(at)]);
      this.#partial = null;
      at = endOfHead(bytes);
      if (at === -1) {
        this.#partial = bytes;
        return;
      }
      const raw = bytes.subarray(0, at);
      const head = parseAnswerHead(raw);
      if (head.status === 101) {
        this.#upgrade(head, raw, bytes.subarray(at));
        return;
      }
      if (head.status < 200) this.#answer.interim(head, raw);
      else this.#begin(head, raw);
    }
  }

  #begin(head: AnswerHead, raw: Buffer): void {
    this.#head = head;
    const { chunked, contentLength } = head.fields;
    // RFC 9112 §6.3: what says nothing of its end ends with the connection.
    if (this.#request.method === 'HEAD' || head.status === 204 || head.status === 304) this.#body = NO_BODY;
    else if (chunked) this.#body = new ChunkedReader();
    else if (contentLength !== null) this.#body = new LengthReader(contentLength);
    else this.#body = new CloseReader();
    this.#answer.head(head, raw, this.#body instanceof CloseReader);
    if (this.#body.done) this.#finish();
  }

  #readBody(bytes: Buffer, from: number): number {
    const content = this.#answer.wantsContent ? (part: Buffer) => this.#answer.content(part) : undefined;
    const end = this.#body.take(bytes, from, content);
    if (end > from) this.#answer.data(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    if (this.#body.done) this.#finish();
    return end;
  }

  #finish(): void {
    this.#answered = true;
    this.#answer.flush();
    // First released, then told: the client's next request may follow at once and finds a warm connection.
    if (this.#written || this.#upstreamEnded) this.#conclude();
    this.#answer.end();
    if (this.#upstreamEnded && !this.#written) this.#answer.failed({ code: 'upstream-reset', cause: 'closed' });
  }

  #conclude(): void {
    if (this.#over) return;
    this.#over = true;
    const fields = this.#head?.fields;
    const persistent =
      this.#head?.minor === 1 && fields?.connection.includes('close') !== true && !(this.#body instanceof CloseReader);
    const reusable = persistent && this.#written && !this.#request.isolate && !this.#halfClosed && !this.#upstreamEnded;
    this.#connection?.release(reusable);
  }

  /** The answer came early and the upstream then closed: the rest of the request has nowhere to go. */
  #cutShort(): void {
    this.#conclude();
    if (!this.#written) this.#answer.failed({ code: 'upstream-reset', cause: 'closed' });
  }

  ended(): void {
    this.#upstreamEnded = true;
    if (this.#head !== null && this.#body instanceof CloseReader) {
      this.#finish();
      return;
    }
    if (this.#answered) {
      this.#cutShort();
      return;
    }
    this.#connection?.destroy();
  }

  /** The connection is gone. */
  lost(stood: boolean, error: NodeJS.ErrnoException | null): void {
    if (this.#over) return;
    if (this.#answered) {
      this.#cutShort();
      return;
    }
    const connection = this.#connection;
    if (connection?.used && !this.#anyByte && this.#request.bodiless && SAFE.has(this.#request.method)) {
      this.#connection = null;
      this.#upstreamEnded = false;
      this.start(null);
      return;
    }
    this.#fail({ code: stood ? 'upstream-reset' : whyUnreachable(error), cause: error?.code ?? 'closed' });
  }

  #upgrade(head: AnswerHead, raw: Buffer, rest: Buffer): void {
    this.#over = true;
    const socket = this.#connection?.surrender();
    if (socket !== undefined) this.#answer.upgraded(socket, head, raw, rest);
  }

  #fail(failure: ForwardFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#connection?.release(false);
    this.#answer.failed(failure);
  }
}

/** OpenSSL's and Node's codes for a certificate that does not verify. */
function whyUnreachable(error: NodeJS.ErrnoException | null): ForwardFailure['code'] {
  return /CERT|ALTNAME|ISSUER|SELF_SIGNED|VERIFY|_CA\b/.test(error?.code ?? '')
    ? 'upstream-certificate'
    : 'upstream-unreachable';
}
