import { own } from '../../identify/own.ts';
import { MalformedHead } from './malformed.ts';

export type Field = readonly [name: string, value: string];

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

/** Tells `fields` what one field says. Throws MalformedHead where it contradicts another. */
type Note = (fields: Fields) => void;

/** A line that was found to be a field, with its CRLF: the same line is the same field. */
export interface KnownLine {
  readonly line: string;
  readonly field: Field;
  /** Null where the field concerns neither connection nor framing. */
  readonly note: Note | null;
}

/** What has been read of a head's fields. */
export interface Head {
  readonly headers: Field[];
  readonly fields: Fields;
}

export function take({ field, note }: KnownLine, { headers, fields }: Head): void {
  headers.push(field);
  if (note !== null) note(fields);
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Octets that no line of a head may hold, a carriage return or line feed without the other among them. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;
const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** The line that begins at `start`. Throws MalformedHead. */
export function lineAt(text: string, start: number): KnownLine {
  const end = text.indexOf('\r\n', start);
  const line = text.slice(start, end + 2);
  if (end === -1 || FORBIDDEN.test(text.slice(start, end))) throw new MalformedHead('a control character in a head');
  const colon = line.indexOf(':');
  if (colon === -1) throw new MalformedHead('a line that is no field');
  const name = line.slice(0, colon);
  const value = trim(line, colon + 1, line.length - 2);
  const concern = concernOf(name);
  return { line, field: [name, value], note: concern === null ? null : noteOf(concern, value) };
}

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

/** Names as they are spelled → the name in lower case where it concerns us, else null. Clients send the same few with every request. */
const concerns = new Map<string, string | null>();

/** Throws MalformedHead. No space before the colon, no folded line (RFC 9112 §5.1, §5.2): both fail as tokens. */
function concernOf(name: string): string | null {
  const seen = concerns.get(name);
  if (seen !== undefined) return seen;
  if (!TOKEN.test(name)) throw new MalformedHead('a field name that is none');
  const lower = name.toLowerCase();
  const concern = CONCERNING.has(lower) ? lower : null;
  if (concerns.size >= 512) concerns.clear();
  // A slice would hold the whole head that it came in.
  if (name.length <= LONGEST_KNOWN) concerns.set(own(name), concern);
  return concern;
}

function trim(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09;

const hopByHop: Note = (fields) => {
  fields.hopByHop = true;
};

/** Throws MalformedHead where the value alone is wrong. */
function noteOf(concern: string, value: string): Note {
  switch (concern) {
    case 'content-length': {
      const length = /^\d{1,15}$/.test(value) ? Number(value) : null;
      return (fields) => {
        // Twice, even if alike, is told in two ways (RFC 9112 §6.3).
        if (length === null || fields.contentLength !== null) {
          throw new MalformedHead('a Content-Length that is not one number');
        }
        fields.contentLength = length;
      };
    }
    case 'transfer-encoding': {
      const isChunked = value.toLowerCase() === 'chunked';
      return (fields) => {
        if (!isChunked || fields.chunked) throw new MalformedHead('a Transfer-Encoding other than chunked');
        fields.chunked = true;
      };
    }
    case 'host': {
      const isValid = HOST.test(value);
      return (fields) => {
        if (!isValid || fields.host !== null) throw new MalformedHead('not exactly one valid Host field');
        fields.host = value;
      };
    }
    case 'connection':
      return connectionNote(value.toLowerCase());
    case 'expect': {
      if (value.toLowerCase() !== '100-continue') throw new MalformedHead('an Expect other than 100-continue');
      return (fields) => {
        fields.expectContinue = true;
      };
    }
    case 'upgrade': {
      // To HTTP/2 (h2c) never: what came after the 101 would be requests that nobody reads.
      if (value.toLowerCase() !== 'websocket') return hopByHop;
      return (fields) => {
        fields.upgrade = true;
      };
    }
    default:
      return hopByHop;
  }
}

function connectionNote(lower: string): Note {
  const tokens = lower.split(/[ \t]*,[ \t]*/).filter((token) => token !== '');
  const isOnlyKeepAlive = lower === 'keep-alive';
  return (fields) => {
    fields.connection = fields.connection.length === 0 ? tokens : [...fields.connection, ...tokens];
    if (!isOnlyKeepAlive) fields.hopByHop = true;
  };
}
