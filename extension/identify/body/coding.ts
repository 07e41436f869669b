import { gunzipSync } from 'node:zlib';
import { doubt } from '../doubt.ts';

/** Bytes that an inflated body may have at most: more is no request of an SDK. */
export const MAX_INFLATED = 32 * 1024 * 1024;

/** The body without its content coding. SDKs compress with gzip alone; `aws-chunked` bodies are never read. */
export function uncoded(body: Uint8Array, contentEncoding: string | null): Uint8Array {
  const coding = (contentEncoding ?? '').trim().toLowerCase();
  if (coding === '' || coding === 'identity') return body;
  if (coding !== 'gzip') doubt(`a body in a content coding that is not read here`);
  try {
    return gunzipSync(body, { maxOutputLength: MAX_INFLATED });
  } catch {
    return doubt('a compressed body that does not open');
  }
}
