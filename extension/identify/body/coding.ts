import { gunzipSync } from 'node:zlib';
import { doubt } from '../doubt.ts';

/** Bytes that an inflated body may have at most, whatever its service takes: SDKs compress metrics alone (Smithy requestCompression). */
export const MAX_INFLATED = 18 * 1024 * 1024;

/** Chunks have 8 KiB at least, but for the last one (SigV4 streaming). */
const MAX_CHUNKS = 10_000;

/**
 * The body without its content codings, of at most `cap` bytes where it was compressed. SDKs compress with gzip alone, and S3's sign in chunks;
 * `amz-1.0` is no coding at all.
 */
export function uncoded(body: Uint8Array, contentEncoding: string | null, cap: number): Uint8Array {
  if (contentEncoding === null) return body;
  // RFC 9110 §8.4: listed in the order in which they were applied.
  const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase());
  // Each costs as much as the whole body has bytes, and a field has room for hundreds.
  for (const coding of ['gzip', 'aws-chunked']) {
    if (codings.indexOf(coding) !== codings.lastIndexOf(coding)) doubt('a body that is coded twice in the same way');
  }
  return codings.reduceRight((bytes, coding) => {
    switch (coding) {
      case '':
      case 'identity':
      case 'amz-1.0':
        return bytes;
      case 'gzip':
        return inflated(bytes, cap);
      case 'aws-chunked':
        return unchunked(bytes);
      default:
        return doubt('a body in a content coding that is not read here');
    }
  }, body);
}

const NO_CODINGS: ReadonlySet<string> = new Set(['', 'identity', 'amz-1.0']);

export const isCoded = (contentEncoding: string | null): boolean =>
  contentEncoding?.split(',').some((coding) => !NO_CODINGS.has(coding.trim().toLowerCase())) ?? false;

function inflated(bytes: Uint8Array, cap: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.min(cap, MAX_INFLATED) });
  } catch {
    return doubt('a compressed body that does not open');
  }
}

/** `SIZE;chunk-signature=…\\r\\n`, the bytes, `\\r\\n`, and trailers after the chunk of size 0 (SigV4 streaming). */
function unchunked(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const opened = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let at = 0;
  for (let chunk = 0; chunk <= MAX_CHUNKS; chunk++) {
    const end = text.subarray(at, at + 514).indexOf('\r\n') + at;
    const head = end < at ? null : /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(text.toString('latin1', at, end));
    if (head === null) return doubt('a chunked body that does not open');
    const size = Number.parseInt(head[1]!, 16);
    if (size === 0) return opened.subarray(0, length);
    at = end + 2 + size;
    if (text[at] !== 13 || text[at + 1] !== 10) return doubt('a chunked body that does not open');
    length += text.copy(opened, length, end + 2, at);
    at += 2;
  }
  return doubt('a body in more chunks than any SDK sends');
}
