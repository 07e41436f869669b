import { Buffer } from 'node:buffer';
import { parseFields } from './fields.ts';
import { KnownLines } from './known-lines.ts';
import type { Field, Fields } from './line.ts';
import { MalformedHead } from './malformed.ts';

/** A message head that has one reading only (RFC 9112), and where its body ends. */
interface Head {
  readonly minor: 0 | 1;
  /** In order, names in their case, values as Latin-1 text without the space around them. */
  readonly headers: readonly Field[];
  readonly fields: Fields;
}

export interface RequestHead1 extends Head {
  readonly method: string;
  readonly target: string;
}

export interface AnswerHead extends Head {
  readonly status: number;
  readonly reason: string;
}

/** AWS takes large heads (session tokens, long presigned URLs); what is larger than this is nobody's. */
export const LONGEST_HEAD = 256 * 1024;

const EMPTY_LINE = Buffer.from('\r\n\r\n', 'latin1');
const METHODS = new Set(
  'GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH REPORT MERGE'.split(
    ' ',
  ),
);
const TARGET = /^[\x21\x22\x24-\x7e]+$/;
const CONNECTION_OPTIONS = new Set(['keep-alive', 'close', 'upgrade', 'te', 'http2-settings', 'proxy-connection']);
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;

/** Index just after the empty line of the head that begins at `from`; -1 while it has not come. Throws where the head cannot become one any more. */
export function endOfHead(bytes: Buffer, from = 0): number {
  const at = bytes.indexOf(EMPTY_LINE, from);
  if (at !== -1 && at + 4 - from <= LONGEST_HEAD) return at + 4;
  if (bytes.length - from > LONGEST_HEAD) throw new MalformedHead('a head that is too large');
  return -1;
}

/** What can no longer become a head need not be waited for. */
export function rejectEarly(bytes: Buffer): void {
  if (bytes.toString('latin1', 0, 14) === 'PRI * HTTP/2.0') throw new MalformedHead('HTTP/2 without TLS');
  let at = bytes.indexOf(10);
  for (; at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (at === 0 || bytes[at - 1] !== 13) throw new MalformedHead('a line that ends without CRLF');
  }
}

interface RequestLine {
  /** With its CRLF. */
  readonly line: string;
  readonly method: string;
  readonly target: string;
  readonly minor: 0 | 1;
}

interface StatusLine {
  /** With its CRLF. */
  readonly line: string;
  readonly status: number;
  readonly reason: string;
  readonly minor: 0 | 1;
}

/** An ordinary head has one or two KiB. */
const LONGEST_REMEMBERED = 8 * 1024;

/** What came before where a head comes from, a client's requests to one host or its answers: read once. Small heads only. */
export class HeadMemory {
  request: RequestLine | null = null;
  status: StatusLine | null = null;
  readonly lines = new KnownLines();
}

/** `head` ends with its empty line, at `end`. Throws MalformedHead. */
export function parseRequestHead(head: Buffer, memory: HeadMemory | null = null, end = head.length): RequestHead1 {
  const text = head.toString('latin1', 0, end - 2);
  const remembered = text.length <= LONGEST_REMEMBERED ? memory : null;
  let first = remembered?.request ?? null;
  if (first === null || text.slice(0, first.line.length) !== first.line) {
    first = requestLine(text);
    if (remembered !== null) remembered.request = first;
  }
  const { method, target, minor } = first;
  const { headers, fields } = parseFields(text, first.line.length, minor, remembered?.lines ?? null);
  // A field that Connection names would be judged here and dropped there.
  for (const token of fields.connection) {
    if (!CONNECTION_OPTIONS.has(token)) throw new MalformedHead('a Connection field that names other fields');
  }
  // RFC 9112 §3.2: exactly one Host in HTTP/1.1.
  if (minor === 1 && fields.host === null) throw new MalformedHead('no Host field');
  return { method, target, minor, headers, fields };
}

function requestLine(text: string): RequestLine {
  const end = text.indexOf('\r\n');
  const first = text.indexOf(' ');
  const second = text.lastIndexOf(' ', end);
  const method = text.slice(0, first);
  const target = text.slice(first + 1, second);
  const version = text.slice(second + 1, end);
  // Exactly two spaces: TARGET has none.
  if (first < 1 || second <= first || !METHODS.has(method) || !TARGET.test(target)) {
    throw new MalformedHead('a request line that is not understood');
  }
  if (version !== 'HTTP/1.1' && version !== 'HTTP/1.0') throw new MalformedHead('a version that is not HTTP/1');
  return { line: text.slice(0, end + 2), method, target, minor: version === 'HTTP/1.1' ? 1 : 0 };
}

/** The head stands in `bytes` from `from` to `end`, where its empty line ends. Throws MalformedHead. */
export function parseAnswerHead(bytes: Buffer, from: number, end: number, memory: HeadMemory | null): AnswerHead {
  const text = bytes.toString('latin1', from, end - 2);
  const remembered = text.length <= LONGEST_REMEMBERED ? memory : null;
  let first = remembered?.status ?? null;
  if (first === null || text.slice(0, first.line.length) !== first.line) {
    first = statusLine(text);
    if (remembered !== null) remembered.status = first;
  }
  const { status, reason, minor } = first;
  const { headers, fields } = parseFields(text, first.line.length, minor, remembered?.lines ?? null);
  return { status, reason, minor, headers, fields };
}

function statusLine(text: string): StatusLine {
  const end = text.indexOf('\r\n');
  const line = STATUS_LINE.exec(text.slice(0, end));
  if (line === null) throw new MalformedHead('a status line that is not understood');
  return {
    line: text.slice(0, end + 2),
    status: Number(line[2]),
    reason: line[3] ?? '',
    minor: line[1] === '1' ? 1 : 0,
  };
}
