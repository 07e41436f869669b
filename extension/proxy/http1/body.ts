import { parseFields } from './fields.ts';
import { MalformedHead } from './malformed.ts';

/** How far the body of one message reaches, and whether what came of it is valid. The bytes themselves are passed on as they came. */
export interface BodyReader {
  readonly done: boolean;
  /** Index just after the last byte in `bytes` from `from` on that belongs to this message. Throws MalformedBody. */
  take(bytes: Buffer, from: number, content?: (part: Buffer) => void): number;
}

/** `message` is one phrase that quotes nothing of the body. */
export class MalformedBody extends Error {
  readonly code = 'malformed-body';
}

export const NO_BODY: BodyReader = { done: true, take: (_bytes, from) => from };

export class LengthReader implements BodyReader {
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  get left(): number {
    return this.#left;
  }

  take(bytes: Buffer, from: number, content?: (part: Buffer) => void): number {
    const end = Math.min(bytes.length, from + this.#left);
    this.#left -= end - from;
    if (content !== undefined && end > from) content(bytes.subarray(from, end));
    return end;
  }
}

/** An answer that ends with its connection (RFC 9112 §6.3, rule 8). */
export class CloseReader implements BodyReader {
  readonly done = false;

  take(bytes: Buffer, from: number, content?: (part: Buffer) => void): number {
    if (content !== undefined && bytes.length > from) content(bytes.subarray(from));
    return bytes.length;
  }
}

const EXTENSION =
  /^(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"[\t\x20\x21\x23-\x5b\x5d-\x7e]*"))?)*$/;
const LONGEST_LINE = 4_096;
const LONGEST_TRAILERS = 16_384;
const CR = 13;
const LF = 10;

/** Chunked coding (RFC 9112 §7.1), with extensions and trailers. Line ends are CRLF and nothing else. */
export class ChunkedReader implements BodyReader {
  #state: 'size' | 'data' | 'after-data' | 'trailers' | 'done' = 'size';
  #line = '';
  #trailers = '';
  /** Octets of the chunk, or of the CRLF behind it, that are still to come. */
  #left = 0;

  get done(): boolean {
    return this.#state === 'done';
  }

  take(bytes: Buffer, from: number, content?: (part: Buffer) => void): number {
    let at = from;
    while (at < bytes.length && this.#state !== 'done') {
      switch (this.#state) {
        case 'data': {
          const end = Math.min(bytes.length, at + this.#left);
          if (content !== undefined) content(bytes.subarray(at, end));
          this.#left -= end - at;
          at = end;
          if (this.#left === 0) {
            this.#state = 'after-data';
            this.#left = 2;
          }
          break;
        }
        case 'after-data':
          if (bytes[at] !== (this.#left === 2 ? CR : LF)) throw new MalformedBody('a chunk longer than its size');
          at++;
          if (--this.#left === 0) this.#state = 'size';
          break;
        default:
          at = this.#readLine(bytes, at);
      }
    }
    return at;
  }

  #readLine(bytes: Buffer, from: number): number {
    const lf = bytes.indexOf(LF, from);
    const end = lf === -1 ? bytes.length : lf + 1;
    this.#line += bytes.toString('latin1', from, end);
    if (this.#line.length > LONGEST_LINE) throw new MalformedBody('a chunk line that is too long');
    if (lf === -1) return end;
    if (!this.#line.endsWith('\r\n')) throw new MalformedBody('a line that ends without CRLF');
    const line = this.#line;
    this.#line = '';
    if (this.#state === 'size') this.#size(line.slice(0, -2));
    else this.#trailer(line);
    return end;
  }

  #size(line: string): void {
    const digits = /^[0-9A-Fa-f]{1,12}/.exec(line)?.[0];
    if (digits === undefined || !EXTENSION.test(line.slice(digits.length))) {
      throw new MalformedBody('a chunk size that is none');
    }
    this.#left = Number.parseInt(digits, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'data';
  }

  #trailer(line: string): void {
    if (line !== '\r\n') {
      this.#trailers += line;
      if (this.#trailers.length > LONGEST_TRAILERS) throw new MalformedBody('trailers that are too long');
      return;
    }
    try {
      const { fields } = parseFields(this.#trailers, 0, 1);
      if (fields.chunked || fields.contentLength !== null || fields.host !== null) {
        throw new MalformedBody('a trailer that would change the message');
      }
    } catch (error) {
      throw error instanceof MalformedHead ? new MalformedBody(error.message) : error;
    }
    this.#state = 'done';
  }
}
