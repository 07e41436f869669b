import { Buffer } from 'node:buffer';
import { type BodyReader, CloseReader, MalformedBody, NO_BODY } from '../http1/body.ts';
import { type AnswerHead, endOfHead, parseAnswerHead } from '../http1/head.ts';
import { MalformedHead } from '../http1/malformed.ts';
import { answerBody } from '../http1/message-body.ts';
import { lasting } from '../slab.ts';
import type { AnswerReceiver, ForwardedRequest, ForwardFailure, RequestWriter } from './forwarder.ts';
import type { Carried, UpstreamConnection } from './upstream-connection.ts';

/** RFC 9110 §9.2.1: repeating these asks for nothing twice. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export type Dial = (then: (connection: UpstreamConnection) => void) => () => void;

/** One request on its way upstream and its answer back, on a connection that it has for itself meanwhile. */
export class SpliceExchange implements RequestWriter, Carried {
  readonly #request: ForwardedRequest;
  readonly #answer: AnswerReceiver;
  readonly #dial: Dial;
  #connection: UpstreamConnection | null = null;
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

  constructor(request: ForwardedRequest, answer: AnswerReceiver, dial: Dial) {
    this.#request = request;
    this.#answer = answer;
    this.#dial = dial;
  }

  start(warm: UpstreamConnection | null): void {
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
    if (this.#queue.length > 0 || this.#paused || this.#halfClosed) {
      this.#queue.unshift(this.#request.head);
      this.connected();
    } else warm.socket.write(this.#request.head);
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
      this.#queue.push(lasting(bytes));
      return false;
    }
    return this.#connection.outlet.write(bytes);
  }

  end(): void {
    this.#written = true;
    this.#connection?.outlet.flush();
    if (this.#answered) this.#conclude();
  }

  halfClose(): void {
    // The connection may be another's already.
    if (this.#over) return;
    this.#halfClosed = true;
    if (!this.#connection?.ready) return;
    this.#connection.outlet.flush();
    this.#connection.socket.end();
  }

  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWaiting();
    this.#connection?.release(false);
  }

  pause(): void {
    // The connection may be another's already.
    if (this.#over) return;
    this.#paused = true;
    this.#connection?.socket.pause();
  }

  resume(): void {
    if (this.#over) return;
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
      if (this.#partial !== null) {
        bytes = Buffer.concat([this.#partial, bytes.subarray(at)]);
        at = 0;
        this.#partial = null;
      }
      const end = endOfHead(bytes, at);
      if (end === -1) {
        this.#partial = Buffer.from(bytes.subarray(at));
        return;
      }
      const head = parseAnswerHead(bytes, at, end, this.#connection?.memory ?? null);
      if (head.status === 101) {
        this.#upgrade(head, Buffer.from(bytes.subarray(at, end)), Buffer.from(bytes.subarray(end)));
        return;
      }
      if (head.status < 200) this.#answer.interim(head, bytes, at, end);
      else this.#begin(head, bytes, at, end);
      at = end;
    }
  }

  #begin(head: AnswerHead, bytes: Buffer, from: number, to: number): void {
    this.#head = head;
    this.#body = answerBody(this.#request.method, head);
    this.#answer.head(head, bytes, from, to, this.#body instanceof CloseReader);
    if (this.#body.done) this.#finish();
  }

  #readBody(bytes: Buffer, from: number): number {
    const content = this.#answer.wantsContent ? (part: Buffer) => this.#answer.content(part) : undefined;
    const end = this.#body.take(bytes, from, content);
    if (end > from) this.#answer.data(bytes, from, end);
    if (this.#body.done) this.#finish();
    return end;
  }

  #finish(): void {
    this.#answered = true;
    this.#answer.flush(true);
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
    // By a client that was slow with the end of the answer.
    if (this.#paused) this.#connection?.socket.resume();
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
