import { Buffer } from 'node:buffer';
import type { Until } from '../patience.ts';
import type { Decision, Outcome } from './inspector.ts';

type Forward = Extract<Decision, { kind: 'forward' }>;

const NOTHING = Buffer.alloc(0);

/** The client has gone before what was decided could be done. */
export function forgo(decision: Decision, startedAt: number): void {
  if (decision.kind === 'refuse') decision.ended();
  else new ExchangeRecord(decision, startedAt).end('client');
}

/** Gathers what becomes of one forwarded request and tells it once. */
export class ExchangeRecord {
  bytesOut = 0;
  bytesIn = 0;
  readonly #decision: Forward;
  readonly #startedAt: number;
  #status: number | null = null;
  #headers: Outcome['headers'] = [];
  #body: Buffer = NOTHING;
  #left = 0;
  #told = false;

  /** `startedAt`: milliseconds, monotonic. */
  constructor(decision: Forward, startedAt: number) {
    this.#decision = decision;
    this.#startedAt = startedAt;
  }

  answered(status: number, headers: Outcome['headers']): void {
    this.#status = status;
    this.#headers = headers;
    this.#left = Math.max(this.#decision.keepOfAll, status >= 400 ? this.#decision.keepOfErrors : 0);
  }

  /** Not null where it is to be told before the client has the end of its answer. */
  get last(): (() => Until) | null {
    return this.#decision.last ?? null;
  }

  get wantsContent(): boolean {
    return this.#left > 0;
  }

  content(bytes: Buffer): void {
    if (this.#left === 0) return;
    const part = bytes.subarray(0, this.#left);
    this.#left -= part.length;
    // A copy: the packet it came in is larger and would be held with it.
    this.#body = this.#body.length === 0 ? Buffer.from(part) : Buffer.concat([this.#body, part]);
  }

  end(aborted: Outcome['aborted']): void {
    if (this.#told) return;
    this.#told = true;
    this.#decision.ended({
      status: this.#status,
      headers: this.#headers,
      body: this.#body,
      bytesOut: this.bytesOut,
      bytesIn: this.bytesIn,
      durationMs: performance.now() - this.#startedAt,
      aborted,
    });
  }
}
