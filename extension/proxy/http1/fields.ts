import type { KnownLines } from './known-lines.ts';
import { type Field, type Fields, lineAt, take } from './line.ts';
import { MalformedHead } from './malformed.ts';

/** Each line of `text` from `at` on ends with CRLF. `known`: those of heads before. Also for trailers. */
export function parseFields(
  text: string,
  at: number,
  minor: 0 | 1,
  known: KnownLines | null = null,
): { headers: Field[]; fields: Fields } {
  const headers: Field[] = [];
  const fields: Fields = {
    contentLength: null,
    chunked: false,
    connection: NO_TOKENS,
    host: null,
    expectContinue: false,
    upgrade: false,
    hopByHop: false,
  };
  const head = { headers, fields };
  if (known !== null) known.read(text, at, head);
  else {
    for (let start = at; start < text.length; ) {
      const line = lineAt(text, start);
      take(line, head);
      start += line.line.length;
    }
  }
  if (fields.chunked && (fields.contentLength !== null || minor === 0)) {
    throw new MalformedHead('a body whose end is told in two ways');
  }
  return { headers, fields };
}

const NO_TOKENS: readonly string[] = [];

/** Fields that end at this hop (RFC 9110 §7.6.1): those named here and by Connection. Framing is passed as it came, since the body is. */
export function isHopByHop(lower: string, connection: readonly string[]): boolean {
  if (lower.startsWith('proxy-')) return true;
  if (['connection', 'keep-alive', 'upgrade', 'http2-settings'].includes(lower)) return true;
  if (!connection.includes(lower)) return false;
  // A sender that lists these would otherwise take the framing or the target off the message.
  return !['content-length', 'transfer-encoding', 'host', 'authorization', 'x-amz-target'].includes(lower);
}
