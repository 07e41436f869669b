import { gunzipSync } from 'node:zlib';
import { doubt } from '../doubt.ts';

/** Bytes that an inflated body may have at most: more is no request of an SDK. */
export const MAX_INFLATED = 32 * 1024 * 1024;

/** The body without its content codings. SDKs compress with gzip alone, and S3's sign in chunks; `amz-1.0` is no coding at all. */
export function uncoded(body: Uint8Array, contentEncoding: string | null): Uint8Array {
  if (contentEncoding === null) return body;
  // RFC 9110 §8.4: listed in the order in which they were applied.
  const codings = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase());
  return codings.reduceRight((bytes, coding) => {
    switch (coding) {
      case '':
      case 'identity':
      case 'amz-1.0':
        return bytes;
      case 'gzip':
        return inflated(bytes);
      case 'aws-chunked':
        return unchunked(bytes);
      default:
        return doubt('a body in a content coding that is not read here');
    }
  }, body);
}

function inflated(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_INFLATED });
  } catch {
    return doubt('a compressed body that does not open');
  }
}

/** `SIZE;chunk-signature=…\\r\\n`, the bytes, `\\r\\n`, and trailers after the chunk of size 0 (SigV4 streaming). */
function unchunked(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Uint8Array[] = [];
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at);
    const head = end < 0 || end - at > 512 ? null : /^([0-9a-f]{1,8})(?:;.*)?$/i.exec(text.toString('latin1', at, end));
    if (head === null) return doubt('a chunked body that does not open');
    const size = Number.parseInt(head[1]!, 16);
    if (size === 0) return Buffer.concat(chunks);
    at = end + 2 + size;
    if (text[at] !== 13 || text[at + 1] !== 10) return doubt('a chunked body that does not open');
    chunks.push(bytes.subarray(end + 2, at));
    at += 2;
  }
}
