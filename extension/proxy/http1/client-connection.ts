import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Turn } from '../activity.ts';
import { type Gateway, inspect, plainAnswer } from '../gateway.ts';
import { readLent } from '../lent-reads.ts';
import { Outlet } from '../outlet.ts';
import type { Rest } from '../resting.ts';
import { lasting } from '../slab.ts';
import { MalformedBody, NO_BODY } from './body.ts';
import { ClientRequest, type Connected, type Stage } from './client-request.ts';
import { endOfHead, HeadMemory, parseRequestHead, rejectEarly } from './head.ts';
import { MalformedHead } from './malformed.ts';
import { requestBody } from './message-body.ts';
import { inspectedHead, type Origin, routeOf } from './origin.ts';
import { refusalOf } from './refusal.ts';

/** What is read and thrown away behind a refusal, so that the client gets to read the answer. */
const DRAIN = 8 * 1024 * 1024;

/** Serves the HTTP/1 requests of one client connection, strictly one after the other. */
export function serveHttp1(gateway: Gateway, socket: Socket, origin: Origin, first: Buffer | null): void {
  new ClientConnection(gateway, socket, origin).start(first);
}

/** Reads what comes, and knows what it belongs to. What becomes of one request is a `ClientRequest`. */
class ClientConnection implements Connected {
  readonly gateway: Gateway;
  readonly socket: Socket;
  readonly outlet: Outlet;
  readonly origin: Origin;
  readonly #turn: Turn;
  readonly #memory: HeadMemory;
  readonly #rest: Rest;
  stage: Stage = 'head';
  closing = false;
  clientEnded = false;
  /** The one that is being read or answered. */
  #request: ClientRequest | null = null;
  /** What has come and is not read yet. */
  #pending: Buffer | null = null;
  #drained = 0;

  constructor(gateway: Gateway, socket: Socket, origin: Origin) {
    this.gateway = gateway;
    this.socket = socket;
    this.outlet = new Outlet(socket);
    this.origin = origin;
    this.#turn = new Turn(gateway.activity);
    this.#memory = origin.kind === 'fixed' ? gateway.heads.of(origin.target) : new HeadMemory();
    this.#rest = gateway.resting.enter(socket);
  }

  start(first: Buffer | null): void {
    const { socket } = this;
    this.gateway.reaper.watch(socket);
    readLent(socket, (bytes) => this.#lent(bytes));
    // What was read before, or all where reads cannot be lent.
    socket.on('data', (bytes: Buffer) => this.#came(bytes));
    socket.on('drain', () => this.#request?.resume());
    socket.on('end', () => this.#ended());
    socket.on('error', () => {});
    socket.on('close', () => this.#gone());
    // First: what is read of it may pause the socket.
    socket.resume();
    if (first !== null && first.length > 0) this.received(first);
  }

  /** Of a body that is under way nothing is kept; all else may be. */
  #lent(bytes: Buffer): boolean {
    const { socket } = this;
    const passing = this.stage === 'relaying' || this.stage === 'draining';
    // What is decrypted already comes in spite of a pause: it keeps its place behind what is held. Whoever has taken the socket over knows of events only.
    if (socket.readableLength > 0 || this.stage === 'over' || (!passing && socket.isPaused()))
      return socket.push(lasting(bytes));
    this.#came(passing ? bytes : lasting(bytes));
    return true;
  }

  #came(bytes: Buffer): void {
    this.#rest.since = null;
    this.#turn.run(() => this.received(bytes), this.stage === 'head' && this.#pending === null);
  }

  received(bytes: Buffer): void {
    if (this.socket.destroyed) return;
    try {
      this.#read(bytes);
    } catch (error) {
      this.faulted(error);
    }
  }

  faulted(error: unknown): void {
    if (error instanceof MalformedHead || error instanceof MalformedBody) this.#malformed(error);
    else {
      this.gateway.inspector.fault({ code: 'proxy', message: 'a connection was closed after a fault of the sensor' });
      this.socket.destroy();
    }
  }

  #read(bytes: Buffer): void {
    switch (this.stage) {
      case 'head':
        this.#readHead(bytes);
        return;
      case 'holding':
      case 'relaying':
        this.#request?.readBody(bytes);
        return;
      case 'waiting':
        this.ahead(bytes);
        return;
      case 'draining':
        this.#drained += bytes.length;
        if (this.#drained > DRAIN) this.socket.destroy();
        return;
      case 'over':
    }
  }

  #readHead(came: Buffer): void {
    const isFirst = this.#pending === null;
    const bytes = this.#pending === null ? came : Buffer.concat([this.#pending, came]);
    this.#pending = null;
    const end = endOfHead(bytes);
    if (end === -1) {
      rejectEarly(bytes);
      this.#pending = bytes;
      if (isFirst) this.gateway.reaper.watch(this.socket);
      return;
    }
    this.gateway.reaper.unwatch(this.socket);
    const startedAt = performance.now();
    const head = parseRequestHead(bytes, this.#memory, end);
    const { target, path } = routeOf(this.origin, head);
    this.closing = head.minor === 0 || head.fields.connection.includes('close');
    const body = requestBody(head);
    const arrived = { head, target, path, bodiless: body === NO_BODY, bytes, endOfHead: end, end };
    const request = new ClientRequest(this, arrived, body, startedAt);
    this.#request = request;
    const inspection = inspect(this.gateway, inspectedHead(this.origin, head, target), target);
    if (inspection.kind !== 'later') request.inspected(inspection);
    else this.wait(inspection.until, () => request.inspected(inspection.again()));
  }

  wait(until: Promise<void>, then: () => void, forgone: () => void = () => {}): void {
    this.stage = 'waiting';
    this.socket.pause();
    void until.then(() => {
      if (this.stage !== 'waiting') return forgone();
      this.stage = 'head';
      const more = this.#pending;
      this.#pending = null;
      this.socket.resume();
      try {
        then();
        if (more !== null) this.received(more);
      } catch (error) {
        this.faulted(error);
      }
    });
  }

  ahead(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#pending = this.#pending === null ? lasting(bytes) : Buffer.concat([this.#pending, bytes]);
    this.socket.pause();
  }

  #malformed(error: Error): void {
    const request = this.#request;
    const host = request?.target.host ?? (this.origin.kind === 'fixed' ? this.origin.target.host : 'unknown');
    this.gateway.inspector.malformed?.({ host, reason: error.message });
    request?.abandon();
    if (request?.begun) return void this.socket.destroy();
    this.closing = true;
    const status = error.message === 'a head that is too large' ? 431 : 400;
    const answer = plainAnswer(status, `Rolefence does not pass on ${error.message}`);
    this.socket.write(refusalOf(answer, request?.method ?? null, true));
    this.finish();
  }

  /** What still comes is read for a while, so that a reset does not take the answer from the client. */
  finish(): void {
    this.stage = 'draining';
    this.outlet.flush();
    this.socket.end();
    this.socket.resume();
    this.gateway.reaper.watch(this.socket);
    if (this.clientEnded) this.socket.destroySoon();
  }

  next(): void {
    if (this.closing || this.clientEnded) {
      this.finish();
      return;
    }
    this.stage = 'head';
    this.#request = null;
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null) {
      // Paused until then: what came later must not be read before it.
      setImmediate(() => {
        this.socket.resume();
        this.received(pending);
      });
      return;
    }
    if (this.socket.isPaused()) this.socket.resume();
    this.#rest.since = this.gateway.activity.last;
  }

  #ended(): void {
    this.#turn.finish();
    this.clientEnded = true;
    if (this.stage === 'head') return void this.socket.end();
    if (this.stage === 'draining') return void this.socket.destroySoon();
    this.#request?.clientEnded();
  }

  #gone(): void {
    this.stage = 'over';
    this.gateway.reaper.unwatch(this.socket);
    this.gateway.resting.leave(this.socket);
    this.#pending = null;
    this.#request?.abandon();
  }

  drained(): void {
    if (this.stage === 'relaying' && this.#pending === null && this.socket.isPaused()) this.socket.resume();
  }

  leaves(): Buffer | null {
    this.stage = 'over';
    this.#request = null;
    this.gateway.resting.leave(this.socket);
    for (const event of ['data', 'drain', 'end']) this.socket.removeAllListeners(event);
    return this.#pending;
  }
}
