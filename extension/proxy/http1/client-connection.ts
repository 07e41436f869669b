import type { Socket } from 'node:net';
import type { ForwardFailure, RequestWriter, Target } from '../forward/forwarder.ts';
import { type Gateway, inspect, plainAnswer, reportFailure } from '../gateway.ts';
import type { BodyRewriter, Decision, Inspection, Refusal } from '../inspector.ts';
import { Outlet } from '../outlet.ts';
import { ExchangeRecord } from '../record.ts';
import { reset } from '../tunnel.ts';
import { Answer, type Answered } from './answer.ts';
import { type BodyReader, MalformedBody, NO_BODY } from './body.ts';
import { endOfHead, type HeadMemory, MalformedHead, parseRequestHead, type RequestHead1, rejectEarly } from './head.ts';
import { HeldRequest } from './held-request.ts';
import { requestBody } from './message-body.ts';
import { inspectedHead, type Origin, routeOf } from './origin.ts';
import { adjoined, joined } from './pieces.ts';
import { refusalOf } from './refusal.ts';
import { CONTINUE, requestHeadOf, rewrittenHeadOf } from './rewrite.ts';
import { rewritten, rewrittenEnd } from './rewritten-body.ts';

/** What is read and thrown away behind a refusal, so that the client gets to read the answer. */
const DRAIN = 8 * 1024 * 1024;
/** A body held in parts of no more than this goes out with its head. */
const ONE_WRITE = 64 * 1024;

/** Serves the HTTP/1 requests of one client connection, strictly one after the other. */
export function serveHttp1(gateway: Gateway, socket: Socket, origin: Origin, first: Buffer | null): void {
  new ClientConnection(gateway, socket, origin).start(first);
}

type Stage = 'head' | 'holding' | 'relaying' | 'draining' | 'over';

/** Reads requests, has each judged, and leads it on; `Answer` is the way back. */
class ClientConnection implements Answered {
  readonly socket: Socket;
  readonly outlet: Outlet;
  readonly #gateway: Gateway;
  readonly #origin: Origin;
  #stage: Stage = 'head';
  /** What has come and is not read yet. */
  #pending: Buffer | null = null;
  closing = false;
  #clientEnded = false;
  /** What has come after a pause, for the rest of this turn of the event loop. */
  #waiting: Buffer | null = null;
  #drained = 0;
  readonly #lines: HeadMemory = [];

  // Of the request that is being read or answered.
  #head: RequestHead1 | null = null;
  /** The head as it goes upstream. */
  #raw: Buffer | null = null;
  /** The part of the body that came with the head. */
  #first: Buffer | null = null;
  #target: Target | null = null;
  #body: BodyReader = NO_BODY;
  #held: HeldRequest | null = null;
  #rewriter: BodyRewriter | null = null;
  #writer: RequestWriter | null = null;
  /** Null where it is not forwarded (yet). */
  #answer: Answer | null = null;
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
    this.endsAlike = origin.kind === 'fixed' && origin.local === true;
  }

  start(first: Buffer | null): void {
    const { socket } = this;
    this.#gateway.reaper.watch(socket);
    socket.on('data', (bytes: Buffer) => this.#arrived(bytes));
    socket.on('drain', () => this.#writer?.resume());
    socket.on('end', () => this.#ended());
    socket.on('error', () => {});
    socket.on('close', () => this.#gone());
    if (first !== null && first.length > 0) this.#received(first);
    socket.resume();
  }

  /** Lambda tells the function and us of an invocation at once: what else can be read in this turn of the event loop must be read before its first call. */
  #arrived(bytes: Buffer): void {
    const { activity } = this.#gateway;
    if (this.#waiting !== null) {
      this.#waiting = Buffer.concat([this.#waiting, bytes]);
    } else if (this.#stage === 'head' && this.#pending === null && activity.paused) {
      this.#gateway.resting.wake(this.socket);
      this.#waiting = bytes;
      setImmediate(() => this.#waited());
    } else this.#received(bytes);
    activity.seen();
  }

  #waited(): void {
    const bytes = this.#waiting;
    this.#waiting = null;
    if (bytes !== null && !this.socket.destroyed) this.#received(bytes);
  }

  #received(bytes: Buffer): void {
    this.#guarded(() => this.#read(bytes));
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof MalformedHead || error instanceof MalformedBody) this.#malformed(error);
      else {
        this.#gateway.inspector.fault({
          code: 'proxy',
          message: 'a connection was closed after a fault of the sensor',
        });
        this.socket.destroy();
      }
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
      case 'draining':
        this.#drained += bytes.length;
        if (this.#drained > DRAIN) this.socket.destroy();
        return;
      case 'over':
    }
  }

  #readHead(bytes: Buffer): void {
    this.#gateway.resting.wake(this.socket);
    const all = this.#pending === null ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#pending = null;
    const end = endOfHead(all);
    if (end === -1) {
      rejectEarly(all);
      this.#pending = all;
      if (all.length === bytes.length) this.#gateway.reaper.watch(this.socket);
      return;
    }
    this.#gateway.reaper.unwatch(this.socket);
    this.#startedAt = performance.now();
    const raw = all.subarray(0, end);
    const head = parseRequestHead(raw, this.#lines);
    const { target, path } = routeOf(this.#origin, head);
    this.#raw = requestHeadOf(raw, head, path);
    this.#head = head;
    this.#target = target;
    this.#answered = false;
    this.continued = false;
    this.#body = requestBody(head);
    this.awaitsContinue = head.fields.expectContinue && head.minor === 1 && !this.#body.done;
    this.closing = head.minor === 0 || head.fields.connection.includes('close');
    const inspection = inspect(this.#gateway, inspectedHead(this.#origin, head, target), target);
    let rest = end;
    let decision = inspection.kind === 'decided' ? inspection.decision : null;
    const content: Buffer[] = [];
    // What came of the body with the head goes out with it: one record, one system call.
    if (end < all.length && !this.#body.done && decision?.kind !== 'refuse') {
      this.awaitsContinue = false;
      rest = this.#body.take(all, end, decision === null ? (part) => void content.push(part) : undefined);
      this.#first = all.subarray(end, rest);
    }
    if (inspection.kind === 'body') {
      const whole = this.#body.done && rest - end <= inspection.cap;
      if (whole) decision = inspection.decide(joined(content), false);
      else this.#hold(inspection, content);
    }
    if (decision !== null) this.#decided(decision, null);
    if (rest < all.length) this.#received(all.subarray(rest));
  }

  /** The body decides and has not come whole. */
  #hold(inspection: Extract<Inspection, { kind: 'body' }>, content: readonly Buffer[]): void {
    this.#stage = 'holding';
    const held = new HeldRequest(inspection, this.#gateway.held, () => this.#guarded(() => this.#judge(held, true)));
    this.#held = held;
    // The body must be read to be judged: nobody else can ask for it.
    if (this.awaitsContinue) {
      this.socket.write(CONTINUE);
      this.continued = true;
      this.awaitsContinue = false;
    }
    const first = this.#first;
    this.#first = null;
    if (first === null) return;
    for (const part of content) held.content(part);
    this.#keep(held, first);
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
    const came = this.#first;
    this.#first = null;
    if (decision.kind === 'refuse') {
      this.#refuse(decision.answer);
      decision.ended();
      return;
    }
    this.#stage = 'relaying';
    const request = this.#head as RequestHead1;
    const rewriting = decision.rewriting ?? null;
    const record = new ExchangeRecord(decision, this.#startedAt);
    const answer = new Answer(this, request, record, rewriting);
    this.#answer = answer;
    this.#rewriter = rewriting?.body ?? null;
    let head = this.#raw as Buffer;
    if (rewriting !== null) head = rewrittenHeadOf(request, rewriting.target, rewriting.headers);
    record.bytesOut = head.length;
    let wire: readonly Buffer[] = held?.wire ?? (came === null ? [] : [came]);
    if (held === null || held.wireBytes <= ONE_WRITE) {
      for (const part of wire) {
        record.bytesOut += part.length;
        head = adjoined(head, rewritten(this.#rewriter, part));
      }
      wire = [];
    }
    if (decision.isolate) this.closing = true;
    const writer = this.#gateway.splice.forward(
      {
        target: this.#target as Target,
        method: request.method,
        head,
        bodiless: this.#body === NO_BODY,
        isolate: decision.isolate || request.minor === 0,
      },
      answer,
    );
    // Where the forwarder failed at once, it has told so already.
    if (answer.over) return;
    this.#writer = writer;
    for (const part of wire) this.#relay(part);
    if (this.#body.done) this.#bodyComplete();
    if (this.#clientEnded) writer.halfClose();
  }

  #relay(bytes: Buffer): void {
    if (this.#answer !== null && !this.#answer.over) this.#answer.record.bytesOut += bytes.length;
    const out = rewritten(this.#rewriter, bytes);
    if (out.length > 0 && this.#writer?.write(out) === false) this.socket.pause();
  }

  #bodyComplete(): void {
    rewrittenEnd(this.#rewriter);
    this.#writer?.end();
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
      this.#relay(part);
      if (this.#body.done) {
        this.#bodyComplete();
        if (this.#answered) this.#next();
      }
    }
    if (end < bytes.length && this.#stage !== 'over') this.#received(bytes.subarray(end));
  }

  /** The next request came before this one's answer has ended. */
  #ahead(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#pending = this.#pending === null ? bytes : Buffer.concat([this.#pending, bytes]);
    this.socket.pause();
  }

  #refuse(answer: Refusal): void {
    const close = this.closing || !this.#body.done;
    this.socket.write(refusalOf(answer, this.#head?.method ?? null, close));
    this.#answered = true;
    if (close) this.#finishAndClose();
    else this.#next();
  }

  #malformed(error: Error): void {
    const host = this.#target?.host ?? (this.#origin.kind === 'fixed' ? this.#origin.target.host : 'unknown');
    this.#gateway.inspector.malformed?.({ host, reason: error.message });
    this.#forgetHeld();
    this.#writer?.abort();
    this.#answer?.abandon();
    if (this.#answer?.begun) return void this.socket.destroy();
    this.closing = true;
    this.#body = NO_BODY;
    const tooLarge = error.message === 'a head that is too large';
    this.#refuse(plainAnswer(tooLarge ? 431 : 400, `Rolefence does not pass on ${error.message}`));
  }

  /** The last answer has been written: what still comes is read for a while, so that a reset does not take the answer from the client. */
  #finishAndClose(): void {
    this.#stage = 'draining';
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
    this.#head = null;
    this.#writer = null;
    this.#answer = null;
    const pending = this.#pending;
    this.#pending = null;
    if (this.socket.isPaused()) this.socket.resume();
    if (pending === null) this.#gateway.resting.rest(this.socket);
    else setImmediate(() => this.socket.destroyed || this.#received(pending));
  }

  #ended(): void {
    this.#waited();
    this.#clientEnded = true;
    if (this.#stage === 'head') return void this.socket.end();
    if (this.#stage === 'draining') return void this.socket.destroySoon();
    // Half a request will never be a whole one.
    if (!this.#body.done) return void this.socket.destroy();
    this.#writer?.halfClose();
  }

  #gone(): void {
    this.#stage = 'over';
    this.#gateway.reaper.unwatch(this.socket);
    this.#gateway.resting.wake(this.socket);
    this.#forgetHeld();
    this.#pending = null;
    this.#writer?.abort();
    this.#answer?.abandon();
  }

  #forgetHeld(): void {
    this.#held?.release();
    this.#held = null;
  }

  // What the answer tells.

  full(): void {
    this.#writer?.pause();
  }

  drained(): void {
    if (this.#stage === 'relaying' && this.#pending === null && this.socket.isPaused()) this.socket.resume();
  }

  answered(): void {
    this.#gateway.activity.seen();
    this.#answered = true;
    if (this.awaitsContinue) {
      this.#writer?.abort();
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
    reportFailure(this.#gateway, this.#target?.host ?? 'a host', failure);
    this.#answer?.record.end(this.#clientEnded ? 'client' : 'upstream');
    this.#writer = null;
    // The answer is whole, only the rest of the request has nowhere to go.
    if (this.#answered) {
      this.#finishAndClose();
      return;
    }
    if (this.#origin.kind === 'absolute' && !this.#answer?.begun && failure.code === 'upstream-unreachable') {
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
    this.#writer = null;
    this.#answer = null;
    for (const event of ['data', 'drain', 'end']) this.socket.removeAllListeners(event);
    return this.#pending;
  }
}
