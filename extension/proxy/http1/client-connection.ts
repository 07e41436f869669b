import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RequestHead } from '../../identify/request.ts';
import type { AnswerReceiver, ForwardFailure, RequestWriter, Target } from '../forward/forwarder.ts';
import { type Gateway, inspect, plainAnswer, reportFailure } from '../gateway.ts';
import type { BodyRewriter, Decision, Inspection, Refusal, Rewriting } from '../inspector.ts';
import { Outlet } from '../outlet.ts';
import { ExchangeRecord } from '../record.ts';
import { joinDuplex, reset } from '../tunnel.ts';
import { type BodyReader, ChunkedReader, LengthReader, MalformedBody, NO_BODY } from './body.ts';
import {
  type AnswerHead,
  endOfHead,
  LONGEST_HEAD,
  MalformedHead,
  parseRequestHead,
  type RequestHead1,
} from './head.ts';
import { HeldAnswer } from './held-answer.ts';
import { answerHeadOf, isUpgrade, requestHeadOf, rewrittenHeadOf } from './rewrite.ts';

/** Where the requests of one client connection go. */
export type Origin =
  | {
      readonly kind: 'fixed';
      readonly target: Target;
      readonly sni: string | null;
      /** host:port of the CONNECT. */
      readonly connect: string | null;
    }
  /** Plain HTTP through the proxy: each request names its own target. */
  | { readonly kind: 'absolute' };

/** What is read and thrown away behind a refusal, so that the client gets to read the answer. */
const DRAIN = 8 * 1024 * 1024;
/** What comes after a pause of so many milliseconds is mostly the first call of an invocation. */
const PAUSE_MS = 2;
/** A body held in parts of no more than this goes out with its head. */
const ONE_WRITE = 64 * 1024;
/** Chunks of a held body: SDKs send some hundred of 64 KiB. */
const MOST_PIECES = 32_768;
const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');

/** Serves the HTTP/1 requests of one client connection, strictly one after the other. */
export function serveHttp1(gateway: Gateway, socket: Socket, origin: Origin, first: Buffer | null): void {
  new ClientConnection(gateway, socket, origin).start(first);
}

type Stage = 'head' | 'holding' | 'relaying' | 'draining' | 'over';

class ClientConnection implements AnswerReceiver {
  readonly #gateway: Gateway;
  readonly #socket: Socket;
  readonly #outlet: Outlet;
  readonly #origin: Origin;
  #stage: Stage = 'head';
  /** What has come and is not read yet. */
  #pending: Buffer | null = null;
  #raw: Buffer | null = null;
  /** The part of the body that came with the head. */
  #first: Buffer | null = null;
  #head: RequestHead1 | null = null;
  #target: Target | null = null;
  #body: BodyReader = NO_BODY;
  #hold: Hold | null = null;
  #writer: RequestWriter | null = null;
  #record: ExchangeRecord | null = null;
  #rewriting: Rewriting | null = null;
  /** The answer is read as a whole before the client gets any of it. */
  #heldAnswer: HeldAnswer | null = null;
  #refused: (() => void) | null = null;
  #startedAt = 0;
  #idleSince = Date.now();
  #answered = false;
  #answerBegun = false;
  #closing = false;
  #clientEnded = false;
  /** What is to be written when the packet has been read. */
  #out: Buffer | null = null;
  #drained = 0;
  /** The client waits for 100 before it sends the body. */
  #awaitsContinue = false;
  /** We said 100 ourselves: the upstream's own is not passed on. */
  #continued = false;

  constructor(gateway: Gateway, socket: Socket, origin: Origin) {
    this.#gateway = gateway;
    this.#socket = socket;
    this.#outlet = new Outlet(socket);
    this.#origin = origin;
  }

  start(first: Buffer | null): void {
    const socket = this.#socket;
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
    if (this.#stage !== 'head' || this.#pending !== null || Date.now() - this.#idleSince < PAUSE_MS) {
      this.#received(bytes);
      return;
    }
    this.#socket.pause();
    setImmediate(() => {
      if (this.#socket.destroyed) return;
      this.#socket.resume();
      this.#received(bytes);
    });
  }

  #received(bytes: Buffer): void {
    try {
      this.#read(bytes);
    } catch (error) {
      if (error instanceof MalformedHead || error instanceof MalformedBody) this.#malformed(error);
      else {
        this.#gateway.inspector.fault({
          code: 'proxy',
          message: 'a connection was closed after a fault of the sensor',
        });
        this.#socket.destroy();
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
        this.#readBody(bytes, 0);
        return;
      case 'draining':
        this.#drained += bytes.length;
        if (this.#drained > DRAIN) this.#socket.destroy();
        return;
      case 'over':
    }
  }

  #readHead(bytes: Buffer): void {
    const all = this.#pending === null ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#pending = null;
    const end = endOfHead(all);
    if (end === -1) {
      rejectEarly(all);
      this.#pending = all;
      if (all.length === bytes.length) this.#gateway.reaper.watch(this.#socket);
      return;
    }
    this.#gateway.reaper.unwatch(this.#socket);
    this.#startedAt = performance.now();
    const raw = all.subarray(0, end);
    const head = parseRequestHead(raw);
    const { target, path } = this.#route(head);
    this.#raw = requestHeadOf(raw, head, path);
    this.#head = head;
    this.#target = target;
    this.#answered = false;
    this.#answerBegun = false;
    this.#continued = false;
    this.#body = bodyOf(head);
    this.#awaitsContinue = head.fields.expectContinue && head.minor === 1 && !this.#body.done;
    this.#closing = head.minor === 0 || head.fields.connection.includes('close');
    const inspection = inspect(this.#gateway, this.#requestHead(head), target);
    let rest = end;
    let decision = inspection.kind === 'decided' ? inspection.decision : null;
    const content: Buffer[] = [];
    // What came of the body with the head goes out with it: one record, one system call.
    if (end < all.length && !this.#body.done && decision?.kind !== 'refuse') {
      this.#awaitsContinue = false;
      rest = this.#body.take(all, end, decision === null ? (part) => void content.push(part) : undefined);
      this.#first = all.subarray(end, rest);
    }
    if (inspection.kind === 'body') {
      const whole = this.#body.done && rest - end <= inspection.cap;
      if (whole) decision = inspection.decide(joined(content), false);
      else this.#holdBody(inspection, content);
    }
    if (decision !== null) {
      this.#stage = 'relaying';
      this.#decided(decision);
    }
    if (rest < all.length) this.#received(all.subarray(rest));
  }

  /** The body decides and has not come whole. */
  #holdBody(inspection: Extract<Inspection, { kind: 'body' }>, content: Buffer[]): void {
    this.#stage = 'holding';
    const hold: Hold = { ...inspection, wire: [], wireBytes: 0, content: [], contentBytes: 0, taken: 0 };
    this.#hold = hold;
    // The body must be read to be judged: nobody else can ask for it.
    if (this.#awaitsContinue) {
      this.#socket.write(CONTINUE);
      this.#continued = true;
      this.#awaitsContinue = false;
    }
    const first = this.#first;
    this.#first = null;
    if (first === null) return;
    for (const part of content) this.#gather(hold, part);
    this.#held(hold, first);
  }

  #held(hold: Hold, part: Buffer): void {
    hold.wire.push(part);
    hold.wireBytes += part.length;
    const room = this.#gateway.held.take(part.length);
    if (room) hold.taken += part.length;
    // Chunk framing can be far more than what it frames.
    if (!room || hold.contentBytes > hold.cap || hold.wireBytes > 2 * hold.cap + LONGEST_HEAD) this.#judge(true);
    else if (this.#body.done) this.#judge(false);
  }

  #route(head: RequestHead1): { target: Target; path: string | null } {
    if (this.#origin.kind === 'fixed') {
      // An absolute target would win over Host at the server (RFC 9112 §3.2.2).
      if (!head.target.startsWith('/') && !(head.target === '*' && head.method === 'OPTIONS')) {
        throw new MalformedHead('a target that is no path');
      }
      return { target: this.#origin.target, path: null };
    }
    const found = /^http:\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?([/?].*)?$/i.exec(head.target);
    if (found === null) throw new MalformedHead('a target that is neither CONNECT nor http://');
    const host = (found[1] ?? '').toLowerCase();
    const port = Number(found[2] ?? 80);
    const named = head.fields.host?.toLowerCase().replace(/:80$/, '');
    if (named !== undefined && named !== (port === 80 ? host : `${host}:${port}`)) {
      throw new MalformedHead('a Host that is not that of the target');
    }
    const rest = found[3] ?? '/';
    return {
      target: { scheme: 'http', host: host.replace(/^\[|\]$/g, ''), port, serverName: null },
      path: rest.startsWith('?') ? `/${rest}` : rest,
    };
  }

  #requestHead(head: RequestHead1): RequestHead {
    const fixed = this.#origin.kind === 'fixed' ? this.#origin : null;
    return {
      method: head.method,
      target: head.target,
      headers: head.headers,
      scheme: this.#target?.scheme ?? 'https',
      authority: null,
      sni: fixed?.sni ?? null,
      connect: fixed?.connect ?? null,
    };
  }

  #decided(decision: Decision): void {
    if (decision.kind === 'refuse') {
      this.#refused = decision.ended;
      this.#refuse(decision.answer);
      return;
    }
    const record = new ExchangeRecord(decision, this.#startedAt);
    this.#record = record;
    const rewriting = decision.rewriting ?? null;
    this.#rewriting = rewriting;
    let head = this.#raw as Buffer;
    if (rewriting !== null) head = rewrittenHeadOf(this.#head as RequestHead1, rewriting.target, rewriting.headers);
    record.bytesOut = head.length;
    this.#stage = 'relaying';
    const target = this.#target as Target;
    const method = this.#head?.method ?? '';
    const bodiless = this.#body === NO_BODY;
    const hold = this.#hold;
    let wire: readonly Buffer[] = this.#first === null ? [] : [this.#first];
    this.#first = null;
    if (hold !== null) {
      this.#hold = null;
      this.#gateway.held.give(hold.taken);
      wire = hold.wire;
    }
    if (hold === null || hold.wireBytes <= ONE_WRITE) {
      for (const part of wire) {
        record.bytesOut += part.length;
        head = adjoined(head, rewritten(rewriting?.body, part) as Buffer);
      }
      wire = [];
    }
    const isolate = decision.isolate || this.#head?.minor === 0;
    if (decision.isolate) this.#closing = true;
    const writer = this.#gateway.splice.forward({ target, method, head, bodiless, isolate }, this);
    // Where the forwarder failed at once, it has told so already.
    if (this.#record !== record) return;
    this.#writer = writer;
    for (const part of wire) this.#relay(part);
    if (this.#body.done) this.#bodyComplete();
    if (this.#clientEnded) writer.halfClose();
  }

  #relay(bytes: Buffer): void {
    if (this.#record !== null) this.#record.bytesOut += bytes.length;
    const out = rewritten(this.#rewriting?.body, bytes) as Buffer;
    if (out.length > 0 && this.#writer?.write(out) === false) this.#socket.pause();
  }

  #bodyComplete(): void {
    const rewriter = this.#rewriting?.body;
    if (rewriter != null) orMalformed(() => rewriter.end());
    this.#writer?.end();
  }

  #readBody(bytes: Buffer, from: number): void {
    if (this.#body.done) {
      this.#ahead(bytes.subarray(from));
      return;
    }
    this.#awaitsContinue = false;
    const hold = this.#hold;
    const content = hold === null ? undefined : (part: Buffer) => this.#gather(hold, part);
    const end = this.#body.take(bytes, from, content);
    const part = bytes.subarray(from, end);
    if (hold === null) this.#relay(part);
    else this.#held(hold, part);
    if (this.#body.done && hold === null) this.#requestComplete();
    if (end < bytes.length && this.#stage !== 'over') this.#received(bytes.subarray(end));
  }

  #gather(hold: Hold, part: Buffer): void {
    hold.contentBytes += part.length;
    // Each piece costs more than its bytes: of a body in many tiny ones no more is held, and it is judged as one that is too large.
    if (hold.content.length < MOST_PIECES) hold.content.push(part);
    else hold.contentBytes = Number.POSITIVE_INFINITY;
  }

  #judge(truncated: boolean): void {
    const hold = this.#hold;
    if (hold === null) return;
    const body = joined(hold.content).subarray(0, hold.cap);
    hold.content = [];
    this.#decided(hold.decide(body, truncated || hold.contentBytes > hold.cap));
  }

  #requestComplete(): void {
    this.#bodyComplete();
    if (this.#answered) this.#next();
  }

  /** The next request came before this one's answer has ended. */
  #ahead(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#pending = this.#pending === null ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#socket.pause();
  }

  #refuse(answer: Refusal): void {
    this.#first = null;
    const hold = this.#hold;
    if (hold !== null) {
      this.#hold = null;
      this.#gateway.held.give(hold.taken);
    }
    const close = this.#closing || !this.#body.done;
    const head = this.#head?.method === 'HEAD';
    let text = `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? 'Refused'}\r\n`;
    for (const [name, value] of answer.headers) {
      if (!/^(?:content-length|connection|transfer-encoding)$/i.test(name)) text += `${name}: ${value}\r\n`;
    }
    text += `Content-Length: ${answer.body.length}\r\n${close ? 'Connection: close\r\n' : ''}\r\n`;
    this.#socket.write(Buffer.concat([Buffer.from(text, 'latin1'), head ? new Uint8Array() : answer.body]));
    this.#refused?.();
    this.#refused = null;
    if (close) {
      this.#finishAndClose();
      return;
    }
    this.#answered = true;
    this.#next();
  }

  #malformed(error: Error): void {
    const host = this.#target?.host ?? (this.#origin.kind === 'fixed' ? this.#origin.target.host : 'unknown');
    this.#gateway.inspector.malformed?.({ host, reason: error.message });
    this.#writer?.abort();
    this.#record?.end('client');
    this.#record = null;
    if (this.#answerBegun) return void this.#socket.destroy();
    this.#closing = true;
    this.#body = NO_BODY;
    const tooLarge = error.message === 'a head that is too large';
    this.#refuse(plainAnswer(tooLarge ? 431 : 400, `Rolefence does not pass on ${error.message}`));
  }

  /** The last answer has been written: what still comes is read for a while, so that a reset does not take the answer from the client. */
  #finishAndClose(): void {
    this.#stage = 'draining';
    this.#socket.end();
    this.#socket.resume();
    this.#gateway.reaper.watch(this.#socket);
    if (this.#clientEnded) this.#socket.destroySoon();
  }

  #next(): void {
    if (this.#closing || this.#clientEnded) {
      this.#finishAndClose();
      return;
    }
    this.#stage = 'head';
    this.#idleSince = Date.now();
    this.#head = null;
    this.#writer = null;
    const pending = this.#pending;
    this.#pending = null;
    if (this.#socket.isPaused()) this.#socket.resume();
    if (pending !== null) setImmediate(() => this.#socket.destroyed || this.#received(pending));
  }

  #ended(): void {
    this.#clientEnded = true;
    if (this.#stage === 'head') return void this.#socket.end();
    if (this.#stage === 'draining') {
      this.#socket.destroySoon();
      return;
    }
    // Half a request will never be a whole one.
    if (!this.#body.done) return void this.#socket.destroy();
    this.#writer?.halfClose();
  }

  #gone(): void {
    this.#stage = 'over';
    this.#gateway.reaper.unwatch(this.#socket);
    if (this.#hold !== null) this.#gateway.held.give(this.#hold.taken);
    this.#hold = null;
    this.#pending = null;
    const record = this.#record;
    this.#record = null;
    this.#writer?.abort();
    record?.end('client');
  }

  // What comes back.

  get wantsContent(): boolean {
    return this.#heldAnswer !== null || this.#record?.wantsContent === true;
  }

  content(bytes: Buffer): void {
    this.#record?.content(bytes);
    this.#heldAnswer?.content(bytes);
  }

  interim(head: AnswerHead, raw: Buffer): void {
    if (this.#record !== null) this.#record.bytesIn += raw.length;
    if (head.status === 100) {
      this.#awaitsContinue = false;
      if (this.#continued) return;
    }
    if (this.#head?.minor === 1) this.#write(raw);
  }

  head(head: AnswerHead, raw: Buffer, closing: boolean): void {
    this.#record?.answered(head.status, head.headers);
    if (this.#record !== null) this.#record.bytesIn += raw.length;
    this.#answerBegun = true;
    // RFC 9110 §10.1.1: after a final answer nobody knows whether the body still comes; the next bytes must not be taken for a request.
    if (closing || this.#awaitsContinue) this.#closing = true;
    this.#heldAnswer = HeldAnswer.of(head, this.#closing, this.#rewriting);
    if (this.#heldAnswer === null) this.#write(answerHeadOf(raw, head, this.#closing));
  }

  data(bytes: Buffer): void {
    if (this.#record !== null) this.#record.bytesIn += bytes.length;
    if (this.#heldAnswer === null) this.#write(bytes);
  }

  /** Head and body of one packet go out as they came: in one piece. */
  #write(bytes: Buffer): void {
    const out = this.#out;
    if (out === null) {
      this.#out = bytes;
    } else if (adjoin(out, bytes)) {
      this.#out = adjoined(out, bytes);
    } else {
      this.#out = bytes;
      this.#outlet.write(out);
    }
  }

  flush(): void {
    const out = this.#out;
    if (out === null) return;
    this.#out = null;
    if (!this.#outlet.write(out)) this.#writer?.pause();
  }

  end(): void {
    const held = this.#heldAnswer;
    this.#heldAnswer = null;
    if (held !== null) {
      const whole = held.finish();
      // Nothing of it has been written: the client must not see what could not be changed.
      if (whole === null) {
        this.#record?.end(null);
        this.#record = null;
        this.#closing = true;
        this.#refuse(plainAnswer(502, 'Rolefence cannot seal the credentials in this answer'));
        return;
      }
      this.#write(whole);
    }
    this.flush();
    this.#record?.end(null);
    this.#record = null;
    this.#answered = true;
    if (this.#awaitsContinue) {
      this.#writer?.abort();
      this.#finishAndClose();
      return;
    }
    if (this.#body.done) this.#next();
  }

  upgraded(upstream: Duplex, head: AnswerHead, raw: Buffer, rest: Buffer): void {
    const record = this.#record;
    this.#record = null;
    this.#stage = 'over';
    this.#writer = null;
    if (this.#head === null || !isUpgrade(this.#head)) {
      upstream.destroy();
      record?.end('upstream');
      return void this.#socket.destroy();
    }
    record?.answered(head.status, head.headers);
    this.flush();
    this.#socket.write(rest.length === 0 ? raw : Buffer.concat([raw, rest]));
    this.#socket.removeAllListeners('data');
    this.#socket.removeAllListeners('drain');
    this.#socket.removeAllListeners('end');
    const ahead = this.#pending;
    if (ahead !== null) upstream.write(ahead);
    joinDuplex(this.#socket, upstream, (out, back) => {
      if (record === null) return;
      record.bytesOut += out + (ahead?.length ?? 0);
      record.bytesIn += raw.length + rest.length + back;
      record.end(null);
    });
  }

  drained(): void {
    if (this.#stage === 'relaying' && this.#pending === null && this.#socket.isPaused()) this.#socket.resume();
  }

  failed(failure: ForwardFailure): void {
    this.#heldAnswer = null;
    this.flush();
    reportFailure(this.#gateway, this.#target?.host ?? 'a host', failure);
    this.#record?.end(this.#clientEnded ? 'client' : 'upstream');
    this.#record = null;
    this.#writer = null;
    // The answer is whole, only the rest of the request has nowhere to go.
    if (this.#answered) {
      this.#finishAndClose();
      return;
    }
    if (this.#origin.kind === 'absolute' && !this.#answerBegun && failure.code === 'upstream-unreachable') {
      this.#closing = true;
      this.#body = NO_BODY;
      this.#refuse(plainAnswer(502, `The host cannot be reached (${failure.cause})`));
      return;
    }
    // What a direct connection would show: SDKs take a lost connection for what may be tried again.
    reset(this.#socket);
  }
}

/** Null for nothing. What a rewriter throws is a body that must not go on. */
function rewritten(rewriter: BodyRewriter | null | undefined, bytes: Buffer | null): Buffer | null {
  if (bytes === null || rewriter == null) return bytes;
  return orMalformed(() => rewriter.take(bytes));
}

function orMalformed<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new MalformedBody(cause instanceof Error ? cause.message : 'a body that cannot be signed anew', { cause });
  }
}

interface Hold {
  readonly cap: number;
  decide(body: Uint8Array, truncated: boolean): Decision;
  wire: Buffer[];
  wireBytes: number;
  content: Buffer[];
  contentBytes: number;
  /** Bytes counted in the total of all held bodies. */
  taken: number;
}

/** True where `second` lies behind `first` in one piece of memory, as they came. */
function adjoin(first: Buffer, second: Buffer): boolean {
  return first.buffer === second.buffer && first.byteOffset + first.length === second.byteOffset;
}

function adjoined(first: Buffer, second: Buffer): Buffer {
  return adjoin(first, second)
    ? Buffer.from(first.buffer, first.byteOffset, first.length + second.length)
    : Buffer.concat([first, second]);
}

const joined = (parts: readonly Buffer[]): Buffer => (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));

function bodyOf(head: RequestHead1): BodyReader {
  if (head.fields.chunked) return new ChunkedReader();
  return head.fields.contentLength ? new LengthReader(head.fields.contentLength) : NO_BODY;
}

/** What can no longer become a head need not be waited for. */
function rejectEarly(bytes: Buffer): void {
  if (bytes.toString('latin1', 0, 14) === 'PRI * HTTP/2.0') throw new MalformedHead('HTTP/2 without TLS');
  let at = bytes.indexOf(10);
  for (; at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (at === 0 || bytes[at - 1] !== 13) throw new MalformedHead('a line that ends without CRLF');
  }
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};
