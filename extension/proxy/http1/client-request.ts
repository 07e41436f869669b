import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { ForwardFailure, Target } from '../forward/forwarder.ts';
import { type Gateway, plainAnswer, reportFailure } from '../gateway.ts';
import type { Decision, Refusal, Settled } from '../inspector.ts';
import type { Outlet } from '../outlet.ts';
import { ExchangeRecord, forgo } from '../record.ts';
import { lasting } from '../slab.ts';
import { reset } from '../tunnel.ts';
import { Answer, type Answered } from './answer.ts';
import { type BodyReader, NO_BODY } from './body.ts';
import { type Arrived, Departure } from './departure.ts';
import { HeldRequest } from './held-request.ts';
import type { Origin } from './origin.ts';
import { joined } from './pieces.ts';
import { refusalOf } from './refusal.ts';
import { CONTINUE } from './rewrite.ts';

/** What is done with what comes on a client's connection. */
export type Stage = 'head' | 'waiting' | 'holding' | 'relaying' | 'draining' | 'over';

/** A client's connection, as far as one of its requests concerns it. */
export interface Connected {
  readonly gateway: Gateway;
  readonly socket: Socket;
  readonly outlet: Outlet;
  readonly origin: Origin;
  stage: Stage;
  /** No further request is read behind this one. */
  closing: boolean;
  /** The client sends nothing more. */
  readonly clientEnded: boolean;
  /** Meanwhile nothing is read; `forgone` where the client has gone by then. */
  wait(until: Promise<void>, then: () => void, forgone?: () => void): void;
  received(bytes: Buffer): void;
  /** Belongs to the next request: kept until this one's answer has ended. */
  ahead(bytes: Buffer): void;
  /** There is room for more of the body. */
  drained(): void;
  /** The answer has been written and the request read. */
  next(): void;
  /** The last answer has been written. */
  finish(): void;
  faulted(error: unknown): void;
  leaves(): Buffer | null;
}

/** One request, from its head to the end of its answer. `Departure` is the way on, `Answer` the way back. */
export class ClientRequest implements Answered {
  readonly socket: Socket;
  readonly outlet: Outlet;
  readonly #connection: Connected;
  readonly #arrived: Arrived;
  readonly #startedAt: number;
  #body: BodyReader;
  #held: HeldRequest | null = null;
  /** Null where it is not forwarded (yet). */
  #departure: Departure | null = null;
  #answered = false;
  awaitsContinue: boolean;
  continued = false;
  readonly endsAlike: boolean;

  constructor(connection: Connected, arrived: Arrived, body: BodyReader, startedAt: number) {
    const { head } = arrived;
    this.#connection = connection;
    this.socket = connection.socket;
    this.outlet = connection.outlet;
    this.#startedAt = startedAt;
    this.#arrived = arrived;
    this.#body = body;
    this.awaitsContinue = head.fields.expectContinue && head.minor === 1 && !body.done;
    const { origin } = connection;
    this.endsAlike = origin.kind === 'fixed' && origin.local === true;
  }

  get target(): Target {
    return this.#arrived.target;
  }

  get method(): string {
    return this.#arrived.head.method;
  }

  /** The client has got some of its answer. */
  get begun(): boolean {
    return this.#departure?.answer.begun ?? false;
  }

  get closing(): boolean {
    return this.#connection.closing;
  }

  set closing(closing: boolean) {
    this.#connection.closing = closing;
  }

  inspected(inspection: Settled): void {
    const arrived = this.#arrived;
    const { bytes, endOfHead: end } = arrived;
    const body = this.#body;
    let decision = inspection.kind === 'decided' ? inspection.decision : null;
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
    if (arrived.end < bytes.length) this.#connection.received(bytes.subarray(arrived.end));
  }

  /** The body decides and has not come whole. */
  #hold(inspection: Extract<Settled, { kind: 'body' }>, content: readonly Buffer[], arrived: Arrived): void {
    this.#connection.stage = 'holding';
    const held = new HeldRequest(inspection, this.#connection.gateway.held, () => {
      try {
        this.#judge(held, true);
      } catch (error) {
        this.#connection.faulted(error);
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
    this.#connection.wait(
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
    this.#connection.stage = 'relaying';
    const arrived = this.#arrived;
    const rewriting = decision.rewriting ?? null;
    const record = new ExchangeRecord(decision, this.#startedAt);
    const departure = new Departure(new Answer(this, arrived.head, record, rewriting), rewriting?.body ?? null);
    this.#departure = departure;
    if (decision.isolate) this.closing = true;
    const left = departure.start(this.#connection.gateway.splice, arrived, decision, held);
    if (left === null) return;
    for (const part of left) this.#relay(departure, part);
    if (this.#body.done) departure.end();
    if (this.#connection.clientEnded) departure.halfClose();
  }

  #relay(departure: Departure, bytes: Buffer): void {
    if (!departure.write(bytes)) this.socket.pause();
  }

  readBody(bytes: Buffer): void {
    if (this.#body.done) {
      this.#connection.ahead(bytes);
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
        if (this.#answered) this.#connection.next();
      }
    }
    if (end < bytes.length && this.#connection.stage !== 'over')
      this.#connection.received(lasting(bytes.subarray(end)));
  }

  #refuse(answer: Refusal): void {
    const close = this.closing || !this.#body.done;
    this.socket.write(refusalOf(answer, this.method, close));
    this.#answered = true;
    if (close) this.#connection.finish();
    else this.#connection.next();
  }

  resume(): void {
    this.#departure?.resume();
  }

  clientEnded(): void {
    // Half a request will never be a whole one.
    if (!this.#body.done) this.socket.destroy();
    else this.#departure?.halfClose();
  }

  /** The client has gone, or what it sends must not go on. */
  abandon(): void {
    this.#held?.release();
    this.#held = null;
    this.#departure?.abandon();
  }

  // What the answer tells.

  full(): void {
    this.#departure?.pause();
  }

  drained(): void {
    this.#connection.drained();
  }

  answered(): void {
    this.#connection.gateway.activity.seen();
    this.#answered = true;
    if (this.awaitsContinue) {
      this.#departure?.cut();
      this.#connection.finish();
      return;
    }
    if (this.#body.done) this.#connection.next();
  }

  unsealable(): void {
    this.closing = true;
    this.#refuse(plainAnswer(502, 'Rolefence cannot seal the credentials in this answer'));
  }

  failed(failure: ForwardFailure): void {
    reportFailure(this.#connection.gateway, this.target.host, failure);
    this.#departure?.answer.record.end(this.#connection.clientEnded ? 'client' : 'upstream');
    this.#departure?.over();
    // The answer is whole, only the rest of the request has nowhere to go.
    if (this.#answered) {
      this.#connection.finish();
      return;
    }
    if (this.#connection.origin.kind === 'absolute' && !this.begun && failure.code === 'upstream-unreachable') {
      this.closing = true;
      this.#body = NO_BODY;
      this.#refuse(plainAnswer(502, `The host cannot be reached (${failure.cause})`));
      return;
    }
    // What a direct connection would show: SDKs take a lost connection for what may be tried again.
    reset(this.socket);
  }

  leaves(): Buffer | null {
    return this.#connection.leaves();
  }
}
