import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { Turn } from '../activity.ts';
import type { ForwardFailure } from '../forward/forwarder.ts';
import { type Gateway, inspect, plainAnswer, reportFailure } from '../gateway.ts';
import type { Decision, Refusal, Settled } from '../inspector.ts';
import { readLent } from '../lent-reads.ts';
import { Outlet } from '../outlet.ts';
import { ExchangeRecord, forgo } from '../record.ts';
import type { Rest } from '../resting.ts';
import { lasting } from '../slab.ts';
import { reset } from '../tunnel.ts';
import { Answer, type Answered } from './answer.ts';
import { type BodyReader, MalformedBody, NO_BODY } from './body.ts';
import { type Arrived, Departure } from './departure.ts';
import { endOfHead, HeadMemory, parseRequestHead, rejectEarly } from './head.ts';
import { HeldRequest } from './held-request.ts';
import { MalformedHead } from './malformed.ts';
import { requestBody } from './message-body.ts';
import { inspectedHead, type Origin, routeOf } from './origin.ts';
import { joined } from './pieces.ts';
import { refusalOf } from './refusal.ts';
import { CONTINUE } from './rewrite.ts';

/** What is read and thrown away behind a refusal, so that the client gets to read the answer. */
const DRAIN = 8 * 1024 * 1024;

/** Serves the HTTP/1 requests of one client connection, strictly one after the other. */
export function serveHttp1(gateway: Gateway, socket: Socket, origin: Origin, first: Buffer | null): void {
  new ClientConnection(gateway, socket, origin).start(first);
}

type Stage = 'head' | 'waiting' | 'holding' | 'relaying' | 'draining' | 'over';

/** Reads requests and has each judged. `Departure` is the way on, `Answer` the way back. */
class ClientConnection implements Answered {
  readonly socket: Socket;
  readonly outlet: Outlet;
  readonly #gateway: Gateway;
  readonly #origin: Origin;
  readonly #turn: Turn;
  readonly #memory: HeadMemory;
  readonly #rest: Rest;
  #stage: Stage = 'head';
  /** What has come and is not read yet. */
  #pending: Buffer | null = null;
  closing = false;
  #clientEnded = false;
  #drained = 0;

  // Of the request that is being read or answered.
  #arrived: Arrived | null = null;
  #body: BodyReader = NO_BODY;
  #held: HeldRequest | null = null;
  /** Null where it is not forwarded (yet). */
  #departure: Departure | null = null;
  #answered = false;
  #startedAt = 0;
  awaitsContinue = false;
  continued = false;
  readonly endsAlike: boolean;

  constructor(gateway: Gateway, socket: Socket, origin: Origin) {
    this.#gateway = gateway;
    this.socket = socket;
    this.outlet = new Outlet(socket);
    this.#origin = origin;
    this.#turn = new Turn(gateway.activity);
    this.#memory = origin.kind === 'fixed' ? gateway.heads.of(origin.target) : new HeadMemory();
    this.#rest = gateway.resting.enter(socket);
    this.endsAlike = origin.kind === 'fixed' && origin.local === true;
  }

  start(first: Buffer | null): void {
    const { socket } = this;
    this.#gateway.reaper.watch(socket);
    readLent(socket, (bytes) => this.#lent(bytes));
    // What was read before, or all where reads cannot be lent.
    socket.on('data', (bytes: Buffer) => this.#came(bytes));
    socket.on('drain', () => this.#departure?.resume());
    socket.on('end', () => this.#ended());
    socket.on('error', () => {});
    socket.on('close', () => this.#gone());
    // First: what is read of it may pause the socket.
    socket.resume();
    if (first !== null && first.length > 0) this.#received(first);
  }

  /** Of a body that is under way nothing is kept; all else may be. */
  #lent(bytes: Buffer): boolean {
    const { socket } = this;
    const passing = this.#stage === 'relaying' || this.#stage === 'draining';
    // What is decrypted already comes in spite of a pause: it keeps its place behind what is held. Whoever has taken the socket over knows of events only.
    if (socket.readableLength > 0 || this.#stage === 'over' || (!passing && socket.isPaused()))
      return socket.push(lasting(bytes));
    this.#came(passing ? bytes : lasting(bytes));
    return true;
  }

  #came(bytes: Buffer): void {
    this.#rest.since = null;
    this.#turn.run(() => this.#received(bytes), this.#stage === 'head' && this.#pending === null);
  }

  #received(bytes: Buffer): void {
    if (this.socket.destroyed) return;
    try {
      this.#read(bytes);
    } catch (error) {
      this.#faulted(error);
    }
  }

  #faulted(error: unknown): void {
    if (error instanceof MalformedHead || error instanceof MalformedBody) this.#malformed(error);
    else {
      this.#gateway.inspector.fault({ code: 'proxy', message: 'a connection was closed after a fault of the sensor' });
      this.socket.destroy();
    }
  }

  #read(bytes: Buffer): void {
    switch (this.#stage) {
      case 'head':
        this.#readHead(bytes);
        return;
      case 'holding':
      case 'relaying':
        this.#readBody(bytes);
        return;
      case 'waiting':
        this.#ahead(bytes);
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
      if (isFirst) this.#gateway.reaper.watch(this.socket);
      return;
    }
    this.#gateway.reaper.unwatch(this.socket);
    this.#startedAt = performance.now();
    const head = parseRequestHead(bytes, this.#memory, end);
    const { target, path } = routeOf(this.#origin, head);
    this.#answered = false;
    this.continued = false;
    const body = requestBody(head);
    this.#body = body;
    this.awaitsContinue = head.fields.expectContinue && head.minor === 1 && !body.done;
    this.closing = head.minor === 0 || head.fields.connection.includes('close');
    const inspection = inspect(this.#gateway, inspectedHead(this.#origin, head, target), target);
    if (inspection.kind !== 'later') {
      this.#inspected(inspection, { head, target, path, bodiless: body === NO_BODY, bytes, endOfHead: end, end });
      return;
    }
    this.#wait(inspection.until, () =>
      this.#inspected(inspection.again(), {
        head,
        target,
        path,
        bodiless: body === NO_BODY,
        bytes,
        endOfHead: end,
        end,
      }),
    );
  }

  /** Meanwhile nothing is read; `forgone` where the client has gone by then. */
  #wait(until: Promise<void>, then: () => void, forgone: () => void = () => {}): void {
    this.#stage = 'waiting';
    this.socket.pause();
    void until.then(() => {
      if (this.#stage !== 'waiting') return forgone();
      this.#stage = 'head';
      const more = this.#pending;
      this.#pending = null;
      this.socket.resume();
      try {
        then();
        if (more !== null) this.#received(more);
      } catch (error) {
        this.#faulted(error);
      }
    });
  }

  #inspected(inspection: Settled, arrived: Arrived): void {
    const { bytes, endOfHead: end } = arrived;
    const body = this.#body;
    let decision = inspection.kind === 'decided' ? inspection.decision : null;
    this.#arrived = arrived;
    const content: Buffer[] = [];
    // What came of the body with the head goes out with it.
    if (end < bytes.length && !body.done && decision?.kind !== 'refuse') {
      this.awaitsContinue = false;
      arrived.end = body.take(bytes, end, decision === null ? (part) => void content.push(part) : undefined);
    }
    if (inspection.kind === 'body') {
      const whole = body.done && arrived.end - end <= inspection.cap;
      if (whole) decision = inspection.decide(joined(content), false);
      else this.#hold(inspection, content, arrived);
    }
    if (decision !== null) this.#decided(decision, null);
    if (arrived.end < bytes.length) this.#received(bytes.subarray(arrived.end));
  }

  /** The body decides and has not come whole. */
  #hold(inspection: Extract<Settled, { kind: 'body' }>, content: readonly Buffer[], arrived: Arrived): void {
    this.#stage = 'holding';
    const held = new HeldRequest(inspection, this.#gateway.held, () => {
      try {
        this.#judge(held, true);
      } catch (error) {
        this.#faulted(error);
      }
    });
    this.#held = held;
    // The body must be read to be judged: nobody else can ask for it.
    if (this.awaitsContinue) {
      this.socket.write(CONTINUE);
      this.continued = true;
      this.awaitsContinue = false;
    }
    const { bytes, endOfHead, end } = arrived;
    if (end === endOfHead) return;
    for (const part of content) held.content(part);
    this.#keep(held, bytes.subarray(endOfHead, end));
  }

  #keep(held: HeldRequest, part: Buffer): void {
    const room = held.add(part);
    if (!room || this.#body.done) this.#judge(held, !room);
  }

  #judge(held: HeldRequest, truncated: boolean): void {
    this.#held = null;
    held.release();
    this.#decided(held.judge(truncated), held);
  }

  #decided(decision: Decision, held: HeldRequest | null): void {
    const { until = null } = decision;
    if (until === null) return void this.#carryOut(decision, held);
    const startedAt = this.#startedAt;
    this.#wait(
      until,
      () => this.#carryOut(decision, held),
      () => forgo(decision, startedAt),
    );
  }

  #carryOut(decision: Decision, held: HeldRequest | null): void {
    if (decision.kind === 'refuse') {
      this.#refuse(decision.answer);
      decision.ended();
      return;
    }
    this.#stage = 'relaying';
    const arrived = this.#arrived as Arrived;
    const rewriting = decision.rewriting ?? null;
    const record = new ExchangeRecord(decision, this.#startedAt);
    const departure = new Departure(new Answer(this, arrived.head, record, rewriting), rewriting?.body ?? null);
    this.#departure = departure;
    if (decision.isolate) this.closing = true;
    const left = departure.start(this.#gateway.splice, arrived, decision, held);
    if (left === null) return;
    for (const part of left) this.#relay(departure, part);
    if (this.#body.done) departure.end();
    if (this.#clientEnded) departure.halfClose();
  }

  #relay(departure: Departure, bytes: Buffer): void {
    if (!departure.write(bytes)) this.socket.pause();
  }

  #readBody(bytes: Buffer): void {
    if (this.#body.done) {
      this.#ahead(bytes);
      return;
    }
    this.awaitsContinue = false;
    const held = this.#held;
    const end = this.#body.take(bytes, 0, held === null ? undefined : (part) => held.content(part));
    const part = bytes.subarray(0, end);
    if (held !== null) this.#keep(held, part);
    else {
      const departure = this.#departure as Departure;
      this.#relay(departure, part);
      if (this.#body.done) {
        departure.end();
        if (this.#answered) this.#next();
      }
    }
    if (end < bytes.length && this.#stage !== 'over') this.#received(lasting(bytes.subarray(end)));
  }

  /** The next request came before this one's answer has ended. */
  #ahead(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#pending = this.#pending === null ? lasting(bytes) : Buffer.concat([this.#pending, bytes]);
    this.socket.pause();
  }

  #refuse(answer: Refusal): void {
    const close = this.closing || !this.#body.done;
    this.socket.write(refusalOf(answer, this.#arrived?.head.method ?? null, close));
    this.#answered = true;
    if (close) this.#finishAndClose();
    else this.#next();
  }

  #malformed(error: Error): void {
    const host = this.#arrived?.target.host ?? (this.#origin.kind === 'fixed' ? this.#origin.target.host : 'unknown');
    this.#gateway.inspector.malformed?.({ host, reason: error.message });
    this.#forgetHeld();
    this.#departure?.abandon();
    if (this.#departure?.answer.begun) return void this.socket.destroy();
    this.closing = true;
    this.#body = NO_BODY;
    const tooLarge = error.message === 'a head that is too large';
    this.#refuse(plainAnswer(tooLarge ? 431 : 400, `Rolefence does not pass on ${error.message}`));
  }

  /** The last answer has been written: what still comes is read for a while, so that a reset does not take the answer from the client. */
  #finishAndClose(): void {
    this.#stage = 'draining';
    this.outlet.flush();
    this.socket.end();
    this.socket.resume();
    this.#gateway.reaper.watch(this.socket);
    if (this.#clientEnded) this.socket.destroySoon();
  }

  #next(): void {
    if (this.closing || this.#clientEnded) {
      this.#finishAndClose();
      return;
    }
    this.#stage = 'head';
    this.#arrived = null;
    this.#departure = null;
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null) {
      // Paused until then: what came later must not be read before it.
      setImmediate(() => {
        this.socket.resume();
        this.#received(pending);
      });
      return;
    }
    if (this.socket.isPaused()) this.socket.resume();
    this.#rest.since = this.#gateway.activity.last;
  }

  #ended(): void {
    this.#turn.finish();
    this.#clientEnded = true;
    if (this.#stage === 'head') return void this.socket.end();
    if (this.#stage === 'draining') return void this.socket.destroySoon();
    // Half a request will never be a whole one.
    if (!this.#body.done) return void this.socket.destroy();
    this.#departure?.halfClose();
  }

  #gone(): void {
    this.#stage = 'over';
    this.#gateway.reaper.unwatch(this.socket);
    this.#gateway.resting.leave(this.socket);
    this.#forgetHeld();
    this.#pending = null;
    this.#departure?.abandon();
  }

  #forgetHeld(): void {
    this.#held?.release();
    this.#held = null;
  }

  // What the answer tells.

  full(): void {
    this.#departure?.pause();
  }

  drained(): void {
    if (this.#stage === 'relaying' && this.#pending === null && this.socket.isPaused()) this.socket.resume();
  }

  answered(): void {
    this.#gateway.activity.seen();
    this.#answered = true;
    if (this.awaitsContinue) {
      this.#departure?.cut();
      this.#finishAndClose();
      return;
    }
    if (this.#body.done) this.#next();
  }

  unsealable(): void {
    this.closing = true;
    this.#refuse(plainAnswer(502, 'Rolefence cannot seal the credentials in this answer'));
  }

  failed(failure: ForwardFailure): void {
    reportFailure(this.#gateway, this.#arrived?.target.host ?? 'a host', failure);
    this.#departure?.answer.record.end(this.#clientEnded ? 'client' : 'upstream');
    this.#departure?.over();
    // The answer is whole, only the rest of the request has nowhere to go.
    if (this.#answered) {
      this.#finishAndClose();
      return;
    }
    if (this.#origin.kind === 'absolute' && !this.#departure?.answer.begun && failure.code === 'upstream-unreachable') {
      this.closing = true;
      this.#body = NO_BODY;
      this.#refuse(plainAnswer(502, `The host cannot be reached (${failure.cause})`));
      return;
    }
    // What a direct connection would show: SDKs take a lost connection for what may be tried again.
    reset(this.socket);
  }

  leaves(): Buffer | null {
    this.#stage = 'over';
    this.#departure = null;
    this.#gateway.resting.leave(this.socket);
    for (const event of ['data', 'drain', 'end']) this.socket.removeAllListeners(event);
    return this.#pending;
  }
}
