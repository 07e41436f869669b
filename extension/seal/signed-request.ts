import type { Scope } from '../sigv4/canonical.ts';
import type { Use } from './honoured.ts';
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
      /** Null for a presigned URL, which is made to be used many times. */
      readonly use: Use | null;
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

/** Where the field stands in the head: -1 where there is none, null where there are several. `name` is lower case. */
export function placeOf(headers: SignedRequest['headers'], name: string): number | null {
  let found = -1;
  for (let at = 0; at < headers.length; at++) {
    const one = headers[at]![0];
    // Names are long, and mostly not the one that is asked for.
    if (one.length !== name.length || one.toLowerCase() !== name) continue;
    if (found !== -1) return null;
    found = at;
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

/** Of `20260101T000000Z`; NaN of all else. */
export function millis(time: string): number {
  if (time.length !== 16 || time[8] !== 'T' || time[15] !== 'Z') return Number.NaN;
  const part = (from: number, to: number): number => {
    let number = 0;
    for (let at = from; at < to; at++) {
      const digit = time.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      number = number * 10 + digit;
    }
    return number;
  };
  return Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15));
}
