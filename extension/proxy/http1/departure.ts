import type { Buffer } from 'node:buffer';
import type { Forwarder, RequestWriter, Target } from '../forward/forwarder.ts';
import type { BodyRewriter, Decision } from '../inspector.ts';
import { lasting } from '../slab.ts';
import type { Answer } from './answer.ts';
import type { RequestHead1 } from './head.ts';
import type { HeldRequest } from './held-request.ts';
import { written } from './pieces.ts';
import { changedRequestHeadOf, rewrittenRequestHeadOf } from './rewrite.ts';
import { rewritten, rewrittenEnd } from './rewritten-body.ts';

/** A body held in parts of no more than this goes out with its head. */
const ONE_WRITE = 64 * 1024;

/** One request as it came so far: its head, and what of the body came with it. */
export interface Arrived {
  readonly head: RequestHead1;
  readonly target: Target;
  /** Takes the place of an absolute target. */
  readonly path: string | null;
  readonly bodiless: boolean;
  readonly bytes: Buffer;
  readonly endOfHead: number;
  /** End of that part of the body, once it has been read. */
  end: number;
}

type Forward = Extract<Decision, { kind: 'forward' }>;

/** A request that may go, on its way upstream. */
export class Departure {
  readonly answer: Answer;
  readonly #rewriter: BodyRewriter | null;
  #writer: RequestWriter | null = null;

  constructor(answer: Answer, rewriter: BodyRewriter | null) {
    this.answer = answer;
    this.#rewriter = rewriter;
  }

  /** Returns what of a held body is still to be written; null where the forwarder failed at once: it has told so already. */
  start(forwarder: Forwarder, arrived: Arrived, decision: Forward, held: HeldRequest | null): readonly Buffer[] | null {
    const { head, target, bodiless } = arrived;
    const first = this.#first(arrived, decision, held);
    const isolate = decision.isolate || head.minor === 0;
    const writer = forwarder.forward({ target, method: head.method, head: first, bodiless, isolate }, this.answer);
    if (this.answer.over) return null;
    this.#writer = writer;
    return held !== null && held.wireBytes > ONE_WRITE ? held.wire : [];
  }

  /** What is written first: the head, and of the body what there is. One record, one system call. */
  #first(arrived: Arrived, { rewriting }: Forward, held: HeldRequest | null): Buffer {
    const { head, path, bytes, endOfHead, end } = arrived;
    const { record } = this.answer;
    const changed = rewriting == null ? changedRequestHeadOf(head, path) : null;
    if (rewriting == null && changed === null && held === null) {
      record.bytesOut = end;
      return end === bytes.length ? bytes : bytes.subarray(0, end);
    }
    const came = bytes.subarray(0, endOfHead);
    const pieces = rewriting == null ? [changed ?? came] : rewrittenRequestHeadOf(head, came, rewriting);
    record.bytesOut = pieces.reduce((sum, { length }) => sum + length, 0);
    const body = held === null ? [bytes.subarray(endOfHead, end)] : held.wireBytes > ONE_WRITE ? [] : held.wire;
    for (const part of body) {
      record.bytesOut += part.length;
      pieces.push(this.#rewriter === null ? part : lasting(rewritten(this.#rewriter, part)));
    }
    return written(pieces);
  }

  /** A part of the body. False: wait for `drained`. */
  write(bytes: Buffer): boolean {
    if (!this.answer.over) this.answer.record.bytesOut += bytes.length;
    const out = rewritten(this.#rewriter, bytes);
    return out.length === 0 || this.#writer === null || this.#writer.write(out);
  }

  /** The body is whole. */
  end(): void {
    rewrittenEnd(this.#rewriter);
    this.#writer?.end();
  }

  halfClose(): void {
    this.#writer?.halfClose();
  }

  pause(): void {
    this.#writer?.pause();
  }

  resume(): void {
    this.#writer?.resume();
  }

  /** The client has gone, or what it sends must not go on. */
  abandon(): void {
    this.#writer?.abort();
    this.answer.abandon();
  }

  /** The answer is whole or broken off: what is still written goes nowhere. */
  over(): void {
    this.#writer = null;
  }

  /** Nothing more of the request is wanted: the answer has come without it. */
  cut(): void {
    this.#writer?.abort();
  }
}
