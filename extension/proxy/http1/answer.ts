import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { after } from '../../patience.ts';
import type { AnswerReceiver, ForwardFailure } from '../forward/forwarder.ts';
import type { Rewriting } from '../inspector.ts';
import type { Outlet } from '../outlet.ts';
import type { ExchangeRecord } from '../record.ts';
import { joinDuplex } from '../tunnel.ts';
import type { AnswerHead, RequestHead1 } from './head.ts';
import { HeldAnswer } from './held-answer.ts';
import { CONTINUE, changedAnswerHeadOf, isUpgrade } from './rewrite.ts';

/** The client's connection, as far as an answer concerns it. */
export interface Answered {
  readonly socket: Socket;
  readonly outlet: Outlet;
  /** No further request is read behind this one. */
  closing: boolean;
  /** The client waits for 100 before it sends the body. */
  awaitsContinue: boolean;
  /** We said 100 ourselves: the upstream's own is not passed on. */
  readonly continued: boolean;
  /** True where a connection that is closed looks the same to the client as one that broke off. */
  readonly endsAlike: boolean;
  /** The client reads too slowly: no more of the answer for now. */
  full(): void;
  /** There is room for more of the request. */
  drained(): void;
  /** The answer has been written. */
  answered(): void;
  /** The answer cannot be handed on as it must be; nothing of it has been written. */
  unsealable(): void;
  failed(failure: ForwardFailure): void;
  /** From now on the connection is no longer HTTP. What the client sent ahead, if anything. */
  leaves(): Buffer | null;
}

const CRLF = Buffer.from('\r\n', 'latin1');
const LAST_CHUNK = Buffer.from('0\r\n\r\n', 'latin1');

/** What comes back for one request: written to the client as it comes, and told to the record. */
export class Answer implements AnswerReceiver {
  readonly #client: Answered;
  readonly #request: RequestHead1;
  readonly #rewriting: Rewriting | null;
  readonly record: ExchangeRecord;
  /** The client has got some of it. */
  begun = false;
  /** Ended, failed, or the client has gone: what still comes is nobody's. */
  over = false;
  /** What is to be written when the packet has been read, as it stands in what came. */
  #out: Buffer | null = null;
  #outFrom = 0;
  #outTo = 0;
  /** The answer is read as a whole before the client gets any of it. */
  #held: HeldAnswer | null = null;
  /** A body that would end with the connection goes in chunks (RFC 9112 §7.1), so that half of it cannot be taken for the whole. */
  #chunked = false;
  /** The end of the answer waits, with what is to be written last. */
  #keeping = false;
  #kept: Buffer | null = null;

  constructor(client: Answered, request: RequestHead1, record: ExchangeRecord, rewriting: Rewriting | null) {
    this.#client = client;
    this.#request = request;
    this.record = record;
    this.#rewriting = rewriting;
  }

  /** The client has gone, or sent what must not go on. */
  abandon(): void {
    this.over = true;
    this.record.end('client');
  }

  get wantsContent(): boolean {
    return this.#held !== null || this.record.wantsContent;
  }

  content(bytes: Buffer): void {
    this.record.content(bytes);
    this.#held?.content(bytes);
  }

  interim(head: AnswerHead, bytes: Buffer, from: number, to: number): void {
    this.record.bytesIn += to - from;
    if (head.status === 100) {
      this.#client.awaitsContinue = false;
      if (this.#client.continued) return;
    }
    if (this.#request.minor !== 1) return;
    // Of what is told before an answer that is to be held only the bare 100 is of use.
    if (this.#rewriting?.answer == null) this.#write(bytes, from, to);
    else if (head.status === 100) this.#write(CONTINUE);
  }

  head(head: AnswerHead, bytes: Buffer, from: number, to: number, closing: boolean): void {
    const client = this.#client;
    this.record.answered(head.status, head.headers);
    this.record.bytesIn += to - from;
    this.begun = true;
    // RFC 9110 §10.1.1: after a final answer nobody knows whether the body still comes; the next bytes must not be taken for a request.
    if (closing || client.awaitsContinue) client.closing = true;
    this.#held = HeldAnswer.of(head, client.closing, this.#rewriting);
    if (this.#held !== null) return;
    this.#chunked = closing && client.endsAlike;
    const changed = changedAnswerHeadOf(head, client.closing, this.#chunked);
    if (changed === null) this.#write(bytes, from, to);
    else this.#write(changed);
  }

  data(bytes: Buffer, from: number, to: number): void {
    this.record.bytesIn += to - from;
    if (this.#held !== null) return;
    if (this.#chunked) this.#write(Buffer.from(`${(to - from).toString(16)}\r\n`, 'latin1'));
    this.#write(bytes, from, to);
    if (this.#chunked) this.#write(CRLF);
  }

  /** Head and body of one packet go out as they came: in one piece. */
  #write(bytes: Buffer, from = 0, to = bytes.length): void {
    if (this.#out === bytes && this.#outTo === from) {
      this.#outTo = to;
      return;
    }
    const before = this.#takeOut();
    this.#out = bytes;
    this.#outFrom = from;
    this.#outTo = to;
    if (before !== null) this.#client.outlet.write(before);
  }

  #takeOut(): Buffer | null {
    const out = this.#out;
    this.#out = null;
    if (out === null || (this.#outFrom === 0 && this.#outTo === out.length)) return out;
    return out.subarray(this.#outFrom, this.#outTo);
  }

  flush(whole = false): void {
    // The end may have to wait.
    if (whole && this.record.last !== null) return;
    const out = this.#takeOut();
    if (out !== null && !this.#client.outlet.write(out)) this.#client.full();
  }

  end(): void {
    const held = this.#held;
    this.#held = null;
    if (held !== null) {
      const whole = held.finish();
      // Nothing of it has been written: the client must not see what could not be changed.
      if (whole === null) {
        this.#conclude(null);
        this.#client.unsealable();
        return;
      }
      this.#write(whole);
    }
    if (this.#chunked) this.#write(LAST_CHUNK);
    const { last } = this.record;
    if (last === null) {
      this.flush();
      this.#client.outlet.flush();
      this.#conclude(null);
      this.#client.answered();
      return;
    }
    this.#conclude(null);
    const until = last();
    const out = this.#takeOut();
    // It is lent, and may be overwritten by then.
    this.#kept = out !== null && until !== null ? Buffer.from(out) : out;
    this.#keeping = true;
    after(until, () => this.#letGo());
  }

  #letGo(): void {
    if (!this.#keeping) return;
    this.#keeping = false;
    const kept = this.#kept;
    this.#kept = null;
    if (this.#client.socket.destroyed) return;
    if (kept !== null) this.#client.outlet.write(kept);
    this.#client.outlet.flush();
    this.#client.answered();
  }

  #conclude(aborted: 'client' | 'upstream' | null): void {
    this.over = true;
    this.record.end(aborted);
  }

  upgraded(upstream: Duplex, head: AnswerHead, raw: Buffer, rest: Buffer): void {
    const { record } = this;
    const { socket } = this.#client;
    this.over = true;
    const ahead = this.#client.leaves();
    if (!isUpgrade(this.#request) || this.#rewriting?.answer != null) {
      upstream.destroy();
      record.end('upstream');
      return void socket.destroy();
    }
    record.answered(head.status, head.headers);
    this.flush();
    socket.write(rest.length === 0 ? raw : Buffer.concat([raw, rest]));
    if (ahead !== null) upstream.write(ahead);
    joinDuplex(socket, upstream, (out, back) => {
      record.bytesOut += out + (ahead?.length ?? 0);
      record.bytesIn += raw.length + rest.length + back;
      record.end(null);
    });
  }

  drained(): void {
    this.#client.drained();
  }

  failed(failure: ForwardFailure): void {
    this.#letGo();
    this.#held = null;
    this.flush();
    this.#client.outlet.flush();
    this.over = true;
    this.#client.failed(failure);
  }
}
