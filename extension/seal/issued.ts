import { gunzipSync } from 'node:zlib';
import type { Credentials } from '../sigv4/signer.ts';
import type { Vault } from './vault.ts';

/** An answer of AssumeRole and its like is a few KB. */
const LARGEST = 256 * 1024;
/** Where an answer does not say how long its credentials hold: the longest that a role session can. */
const LONGEST_SESSION_MS = 12 * 3_600_000;

type Part = 'accessKeyId' | 'secretAccessKey' | 'sessionToken' | 'expiration';

/** As STS, S3, IAM (XML), Cognito, SSO, Lake Formation and DataZone (JSON) name them. */
const PARTS: Readonly<Record<string, Part>> = {
  accesskeyid: 'accessKeyId',
  secretaccesskey: 'secretAccessKey',
  secretkey: 'secretAccessKey',
  sessiontoken: 'sessionToken',
  expiration: 'expiration',
};

const XML = /<(AccessKeyId|SecretAccessKey|SecretKey|SessionToken|Expiration)>([^<]+)</g;
const JSON_MEMBER =
  /"(AccessKeyId|SecretAccessKey|SecretKey|SessionToken|Expiration)"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|([\d.eE+]+))/gi;

/**
 * The content of an answer that carries credentials, with placeholders in their place: the real ones stay in the vault. Null where they are not found as
 * expected: then nothing of the answer may be handed on.
 */
export function sealIssued(content: Buffer, coding: string | null, vault: Vault, now: number): Buffer | null {
  const text = plain(content, coding)?.toString('utf8');
  if (text === undefined) return null;
  const isXml = text.trimStart().startsWith('<');
  const found = new Map<Part, { raw: string; value: string }>();
  for (const [, name = '', raw = '', number] of text.matchAll(isXml ? XML : JSON_MEMBER)) {
    const part = PARTS[name.toLowerCase()];
    if (part === undefined || found.has(part)) return null;
    found.set(
      part,
      number === undefined ? { raw, value: isXml ? raw : unescaped(raw) } : { raw: number, value: number },
    );
  }
  // No credentials this time (no job waits, an instance of another kind): then nothing of their names stands in it either.
  if (found.size === 0 && !/access.?key|session.?token|secret/i.test(text)) return plain(content, coding) ?? null;
  const id = found.get('accessKeyId');
  const secret = found.get('secretAccessKey');
  const token = found.get('sessionToken');
  if (id === undefined || secret === undefined) return null;
  const real: Credentials = {
    accessKeyId: id.value,
    secretAccessKey: secret.value,
    sessionToken: token?.value ?? null,
  };
  const placeholder = vault.seal(real, expiry(found.get('expiration')?.value, now));
  let sealed = text.replaceAll(id.raw, placeholder.accessKeyId).replaceAll(secret.raw, placeholder.secretAccessKey);
  if (token !== undefined) sealed = sealed.replaceAll(token.raw, placeholder.sessionToken ?? '');
  return Buffer.from(sealed, 'utf8');
}

function plain(content: Buffer, coding: string | null): Buffer | undefined {
  if (coding === null || coding === 'identity') return content;
  if (coding !== 'gzip') return undefined;
  try {
    return gunzipSync(content, { maxOutputLength: LARGEST });
  } catch {
    return undefined;
  }
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}

/** ISO 8601, or epoch seconds, or (SSO) epoch milliseconds. */
function expiry(text: string | undefined, now: number): number {
  const number = Number(text);
  const at = Number.isNaN(number) ? Date.parse(text ?? '') : number > 1e11 ? number : number * 1_000;
  return Number.isFinite(at) && at > now ? at : now + LONGEST_SESSION_MS;
}
