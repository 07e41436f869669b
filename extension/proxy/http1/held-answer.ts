import type { Rewriting } from '../inspector.ts';
import type { AnswerHead } from './head.ts';
import { MalformedHead } from './malformed.ts';
import { rewrittenAnswerHeadOf } from './rewrite.ts';

/** Answers that carry credentials are small; what is larger is none. */
const LARGEST = 256 * 1024;

/** An answer that must not reach the client as it came: read as a whole, then changed. */
export class HeldAnswer {
  readonly #head: AnswerHead;
  readonly #closing: boolean;
  readonly #rewrite: NonNullable<Rewriting['answer']>;
  #content: Buffer[] = [];
  #size = 0;

  constructor(head: AnswerHead, closing: boolean, rewrite: NonNullable<Rewriting['answer']>) {
    this.#head = head;
    this.#closing = closing;
    this.#rewrite = rewrite;
  }

  /** Null where answers go as they came. Errors are held like all others: nobody promises that they carry nothing. */
  static of(head: AnswerHead, closing: boolean, rewriting: Rewriting | null): HeldAnswer | null {
    if (rewriting === null || rewriting.answer === null) return null;
    return new HeldAnswer(head, closing, rewriting.answer);
  }

  content(bytes: Buffer): void {
    this.#size += bytes.length;
    if (this.#size > LARGEST) throw new MalformedHead('an answer that is too large to be sealed');
    this.#content.push(Buffer.from(bytes));
  }

  /** Head and content as the client gets them; null where nothing of it may be handed on. */
  finish(): Buffer | null {
    const coding = this.#head.headers.find(([name]) => name.toLowerCase() === 'content-encoding')?.[1] ?? null;
    const content = this.#rewrite(Buffer.concat(this.#content), coding);
    return content && Buffer.concat([rewrittenAnswerHeadOf(this.#head, content.length, this.#closing), content]);
  }
}
