/** A message head that has one reading only (RFC 9112), and where its body ends. */
interface Head {
  readonly minor: 0 | 1;
  /** In order, names in their case, values as Latin-1 text without the space around them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
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

/** The fields that concern the connection or the framing. */
export interface Fields {
  contentLength: number | null;
  chunked: boolean;
  /** Tokens of Connection, lower case. */
  connection: readonly string[];
  host: string | null;
  expectContinue: boolean;
  /** To WebSocket, the only protocol that is switched to. */
  upgrade: boolean;
  /** True where fields stand in the head that must not be passed on. */
  hopByHop: boolean;
}

/** Not to be passed on: it could be read in two ways. `message` is one phrase that quotes nothing of the head. */
export class MalformedHead extends Error {
  readonly code = 'malformed-head';
}

/** AWS takes large heads (session tokens, long presigned URLs); what is larger than this is nobody's. */
export const LONGEST_HEAD = 256 * 1024;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Octets that no line of a head may hold, a carriage return or line feed without the other among them. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;
const EMPTY_LINE = Buffer.from('\r\n\r\n', 'latin1');
const METHODS = new Set(
  'GET HEAD POST PUT DELETE OPTIONS PATCH CONNECT PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK SEARCH REPORT MERGE'.split(
    ' ',
  ),
);
const TARGET = /^[\x21\x22\x24-\x7e]+$/;
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
const CONNECTION_OPTIONS = new Set(['keep-alive', 'close', 'upgrade', 'te', 'http2-settings', 'proxy-connection']);
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;

/** Index just after the head's empty line; -1 while it has not come. Throws where the head cannot become one any more. */
export function endOfHead(bytes: Buffer): number {
  const at = bytes.indexOf(EMPTY_LINE);
  if (at !== -1 && at + 4 <= LONGEST_HEAD) return at + 4;
  if (bytes.length > LONGEST_HEAD) throw new MalformedHead('a head that is too large');
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

/** A line that was found to be a field, with its CRLF: the same line is the same field. */
interface KnownLine {
  readonly line: string;
  readonly field: readonly [name: string, value: string];
  readonly kind: string;
}

/**
 * The lines of the head before on one connection. Most come again as they were, and comparing a session token is ten times as fast as reading it. Small heads only:
 * a line holds the whole head that it came in.
 */
export type HeadMemory = KnownLine[];

const LONGEST_REMEMBERED = 8 * 1024;
const MOST_LINES = 48;

/** `head` ends with its empty line. Throws MalformedHead. */
export function parseRequestHead(head: Buffer, memory: HeadMemory | null = null): RequestHead1 {
  const text = head.toString('latin1', 0, head.length - 2);
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
  const minor = version === 'HTTP/1.1' ? 1 : 0;
  const { headers, fields } = parseFields(text, end + 2, minor, memory);
  // A field that Connection names would be judged here and dropped there.
  if (fields.connection.length > 0 && !fields.connection.every((token) => CONNECTION_OPTIONS.has(token))) {
    throw new MalformedHead('a Connection field that names other fields');
  }
  // RFC 9112 §3.2: exactly one Host in HTTP/1.1.
  if (minor === 1 && fields.host === null) throw new MalformedHead('no Host field');
  return { method, target, minor, headers, fields };
}

/** `head` ends with its empty line. Throws MalformedHead. */
export function parseAnswerHead(head: Buffer, memory: HeadMemory | null = null): AnswerHead {
  const text = head.toString('latin1', 0, head.length - 2);
  const end = text.indexOf('\r\n');
  const line = STATUS_LINE.exec(text.slice(0, end));
  if (line === null) throw new MalformedHead('a status line that is not understood');
  const minor = line[1] === '1' ? 1 : 0;
  const { headers, fields } = parseFields(text, end + 2, minor, memory);
  return { status: Number(line[2]), reason: line[3] ?? '', minor, headers, fields };
}

/** Each line of `text` from `at` on ends with CRLF. Also for trailers. */
export function parseFields(
  text: string,
  at: number,
  minor: 0 | 1,
  memory: HeadMemory | null = null,
): { headers: (readonly [string, string])[]; fields: Fields } {
  const headers: (readonly [string, string])[] = [];
  const fields: Fields = {
    contentLength: null,
    chunked: false,
    connection: NO_TOKENS,
    host: null,
    expectContinue: false,
    upgrade: false,
    hopByHop: false,
  };
  const lines = memory !== null && text.length <= LONGEST_REMEMBERED ? memory : null;
  let start = at;
  while (start < text.length) {
    let known = lines?.[headers.length];
    if (known === undefined || text.slice(start, start + known.line.length) !== known.line) {
      known = parseLine(text, start);
      if (lines !== null && headers.length < MOST_LINES) lines[headers.length] = known;
    }
    headers.push(known.field);
    if (known.kind !== OTHER) note(fields, known.kind, known.field[1]);
    start += known.line.length;
  }
  if (fields.chunked && (fields.contentLength !== null || minor === 0)) {
    throw new MalformedHead('a body whose end is told in two ways');
  }
  return { headers, fields };
}

function parseLine(text: string, start: number): KnownLine {
  const end = text.indexOf('\r\n', start);
  const line = text.slice(start, end + 2);
  if (end === -1 || FORBIDDEN.test(text.slice(start, end))) throw new MalformedHead('a control character in a head');
  const colon = line.indexOf(':');
  if (colon === -1) throw new MalformedHead('a line that is no field');
  const name = line.slice(0, colon);
  return { line, field: [name, trim(line, colon + 1, line.length - 2)], kind: kindOf(name) };
}

const NO_TOKENS: readonly string[] = [];
const KEEP_ALIVE: readonly string[] = ['keep-alive'];
const OTHER = '';
const CONCERNING = new Set([
  'content-length',
  'transfer-encoding',
  'host',
  'connection',
  'expect',
  'upgrade',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
]);
const LONGEST_KNOWN = 64;

/** Names as they are spelled → the name in lower case where it concerns us, else OTHER. Clients send the same few with every request. */
const known = new Map<string, string>();

/** Throws MalformedHead. No space before the colon, no folded line (RFC 9112 §5.1, §5.2): both fail as tokens. */
function kindOf(name: string): string {
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  if (!TOKEN.test(name)) throw new MalformedHead('a field name that is none');
  const lower = name.toLowerCase();
  const kind = CONCERNING.has(lower) ? lower : OTHER;
  if (known.size >= 512) known.clear();
  // A slice would hold the whole head that it came in.
  if (name.length <= LONGEST_KNOWN) known.set(Buffer.from(name, 'latin1').toString('latin1'), kind);
  return kind;
}

function trim(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09;

function note(fields: Fields, name: string, value: string): void {
  switch (name) {
    case 'content-length':
      // Twice, even if alike, is told in two ways (RFC 9112 §6.3).
      if (fields.contentLength !== null || !/^\d{1,15}$/.test(value)) {
        throw new MalformedHead('a Content-Length that is not one number');
      }
      fields.contentLength = Number(value);
      return;
    case 'transfer-encoding':
      if (fields.chunked || value.toLowerCase() !== 'chunked') {
        throw new MalformedHead('a Transfer-Encoding other than chunked');
      }
      fields.chunked = true;
      return;
    case 'host':
      if (fields.host !== null || !HOST.test(value)) throw new MalformedHead('not exactly one valid Host field');
      fields.host = value;
      return;
    case 'connection': {
      if (value === 'keep-alive' && fields.connection.length === 0) {
        fields.connection = KEEP_ALIVE;
        return;
      }
      const tokens = value.toLowerCase().split(/[ \t]*,[ \t]*/);
      fields.connection = [...fields.connection, ...tokens.filter((token) => token !== '')];
      if (value.toLowerCase() !== 'keep-alive') fields.hopByHop = true;
      return;
    }
    case 'expect':
      if (value.toLowerCase() !== '100-continue') throw new MalformedHead('an Expect other than 100-continue');
      fields.expectContinue = true;
      return;
    case 'upgrade':
      // To HTTP/2 (h2c) never: what came after the 101 would be requests that nobody reads.
      if (value.toLowerCase() === 'websocket') fields.upgrade = true;
      else fields.hopByHop = true;
      return;
    case 'keep-alive':
    case 'proxy-connection':
    case 'proxy-authorization':
    case 'proxy-authenticate':
      fields.hopByHop = true;
      return;
  }
}

/** Fields that end at this hop (RFC 9110 §7.6.1): those named here and by Connection. Framing is passed as it came, since the body is. */
export function isHopByHop(lower: string, connection: readonly string[]): boolean {
  if (lower.startsWith('proxy-')) return true;
  if (['connection', 'keep-alive', 'upgrade', 'http2-settings'].includes(lower)) return true;
  if (!connection.includes(lower)) return false;
  // A sender that lists these would otherwise take the framing or the target off the message.
  return !['content-length', 'transfer-encoding', 'host', 'authorization', 'x-amz-target'].includes(lower);
}
