import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { readDocument } from './answer/document.ts';
import type { IssuedKeys } from './answer/keys.ts';
import type { Vault } from './vault.ts';

/** An answer of AssumeRole and its like is a few KB. */
const LARGEST = 256 * 1024;
/** Where an answer does not say how long its credentials hold: the longest that a role session can. */
const LONGEST_SESSION_MS = 12 * 3_600_000;
/** Names of what must not be handed on where it was not understood. */
const TELLING = /secret_?(?:access)?_?key|session_?token/i;

/**
 * The content of an answer that may carry credentials, whatever its status, with placeholders in their place: the real ones stay in the vault. Null where it
 * is not understood: then nothing of the answer may be handed on.
 */
export function sealIssued(content: Buffer, coding: string | null, vault: Vault, now: number): Buffer | null {
  const plain = decoded(content, coding);
  if (plain === null) return null;
  try {
    const document = readDocument(plain);
    if (document === null || document.issued.length === 0) {
      // No credentials this time (an error, no job that waits): then nothing of their names stands in it either.
      return TELLING.test(plain.toString('latin1')) ? null : plain;
    }
    const texts = new Map<string, string>();
    for (const keys of document.issued) seal(keys, texts, vault, now);
    const sealed = document.replace(texts);
    return isSealed(sealed, texts) ? sealed : null;
  } catch {
    return null;
  }
}

function seal(keys: IssuedKeys, texts: Map<string, string>, vault: Vault, now: number): void {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const placeholder = vault.seal({ accessKeyId, secretAccessKey, sessionToken }, expiry(keys.expiration, now));
  texts.set(accessKeyId, placeholder.accessKeyId);
  texts.set(secretAccessKey, placeholder.secretAccessKey);
  if (sessionToken !== null) texts.set(sessionToken, placeholder.sessionToken ?? '');
}

/** Read again as the client will: every secret in it is one of ours, and none of the real ones is left, in whatever place. */
function isSealed(sealed: Buffer, texts: ReadonlyMap<string, string>): boolean {
  const ours = new Set(texts.values());
  const issued = readDocument(sealed)?.issued ?? [];
  if (!issued.every(({ secretAccessKey }) => ours.has(secretAccessKey))) return false;
  const text = sealed.toString('utf8');
  return [...texts].every(([real, placeholder]) => real === placeholder || real === '' || !text.includes(real));
}

/** Null for a coding that cannot be undone, and for what inflates to more than an answer with credentials has. */
function decoded(content: Buffer, coding: string | null): Buffer | null {
  const limit = { maxOutputLength: LARGEST };
  try {
    switch (coding?.trim().toLowerCase() ?? 'identity') {
      case 'identity':
      case '':
        return content;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(content, limit);
      case 'br':
        return brotliDecompressSync(content, limit);
      case 'deflate':
        // RFC 9110 §8.4.1.2: with zlib's wrapping, which some leave out.
        return (content[0]! & 15) === 8 ? inflateSync(content, limit) : inflateRawSync(content, limit);
      default:
        return null;
    }
  } catch {
    return null;
  }
}

/** ISO 8601, or epoch seconds, or (SSO) epoch milliseconds. */
function expiry(expiration: string | number | null, now: number): number {
  const number = Number(expiration ?? Number.NaN);
  const at = Number.isNaN(number) ? Date.parse(String(expiration)) : number > 1e11 ? number : number * 1_000;
  return Number.isFinite(at) && at > now ? at : now + LONGEST_SESSION_MS;
}
