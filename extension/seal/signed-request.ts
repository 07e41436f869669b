import type { Scope } from '../sigv4/canonical.ts';
import type { Sealed, Vault } from './vault.ts';

/** A request as its client signed it. */
export interface SignedRequest {
  readonly method: string;
  /** Origin-form, as on the wire. */
  readonly target: string;
  /** In order as received; for HTTP/2 with its pseudo-header fields. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Hex SHA-256 of the body; null where the body was not read. */
  readonly bodyHash: string | null;
  /** Epoch, milliseconds. */
  readonly now: number;
  /** By how much AWS's clock is ahead of ours where it said that ours is wrong, milliseconds; SDKs then sign by AWS's. */
  readonly skew?: number;
}

export type Resealing =
  | {
      readonly kind: 'sealed';
      readonly target: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
      /** For streams whose every part is signed: what the parts are chained to. */
      readonly chain: SignatureChain | null;
    }
  /** Signed by nobody (public reads, AssumeRoleWithWebIdentity), or by a key that is none of this environment's: it goes as it is, if the guard lets it. */
  | { readonly kind: 'unsealed' }
  /** `reason` is one sentence that quotes nothing of the request. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The two signatures of a head, as the seeds of the signatures of its body's parts (SigV4 for streaming uploads and event streams). */
export interface SignatureChain {
  readonly sealed: Sealed;
  readonly scope: Scope;
  /** `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, its `-TRAILER` form, or `…-EVENTS`. */
  readonly payload: string;
  readonly placeholderSignature: string;
  readonly realSignature: string;
}

/** AWS itself takes no request that is further off; S3 allows the most. */
export const TOLERANCE_MS = 15 * 60_000;
export const LONGEST_PRESIGNED_S = 7 * 86_400;

/** A key of somebody else's is the guard's business; the real one of this environment is nobody's but the sensor's. */
export function stranger(id: string, vault: Vault): Resealing {
  return vault.openReal(id) !== null
    ? refused('it was signed with the real key, which no part of the function should have')
    : { kind: 'unsealed' };
}

export const refused = (reason: string): Resealing => ({
  kind: 'refused',
  reason: `this call is not sealed: ${reason}`,
});

/** Names of fields are long, and mostly not the one that is asked for. `lower` is lower case. */
export const isNamed = ([name]: readonly [string, string], lower: string): boolean =>
  name.length === lower.length && name.toLowerCase() === lower;

/** The first `x-amz-*` field that the signature does not cover; null where there is none. */
export function unsignedAmz(headers: SignedRequest['headers'], signed: readonly string[]): string | null {
  for (const [name] of headers) {
    // It begins with neither x nor X.
    if ((name.charCodeAt(0) | 0x20) !== 0x78) continue;
    const lower = name.toLowerCase();
    if (lower.startsWith('x-amz-') && !signed.includes(lower)) return lower;
  }
  return null;
}

/** Null where there is none, undefined where there are several. */
export function only(headers: SignedRequest['headers'], name: string): string | null | undefined {
  let found: string | null = null;
  for (const field of headers) {
    if (!isNamed(field, name)) continue;
    if (found !== null) return undefined;
    found = field[1].trim();
  }
  return found;
}

export function split(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

/** By our clock or by AWS's. */
export const isAbout = (
  { now, skew = 0 }: Pick<SignedRequest, 'now' | 'skew'>,
  holds: (now: number) => boolean,
): boolean => holds(now) || (skew !== 0 && holds(now + skew));

export const isTime = (time: string): boolean => /^\d{8}T\d{6}Z$/.test(time);

/** Of what `isTime` takes. */
export function millis(time: string): number {
  const part = (from: number, to: number) => Number(time.slice(from, to));
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15));
}
