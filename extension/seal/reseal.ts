import {
  algorithmOf,
  type PathRule,
  pathRules,
  type Scope,
  type Signable,
  scopeText,
  stringToSign,
} from '../sigv4/canonical.ts';
import type { Sealed, Vault } from './vault.ts';

/** A request as its client signed it. */
export interface SignedRequest {
  readonly method: string;
  /** Origin-form, as on the wire. */
  readonly target: string;
  /** In order as received; for HTTP/2 with its pseudo-header fields. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Hex SHA-256 of the body where no field names its hash; null where the body was not read. */
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
const TOLERANCE_MS = 15 * 60_000;
const LONGEST_PRESIGNED_S = 7 * 86_400;

/**
 * Takes the placeholder's signature off a request and puts the real one on: the same canonical request but for the session token. What the client did not
 * sign must not become signed by it, so it is refused where it could matter.
 */
export function reseal(request: SignedRequest, vault: Vault): Resealing {
  const at = request.target.indexOf('?');
  const query = at < 0 ? '' : request.target.slice(at + 1);
  const authorization = only(request.headers, 'authorization');
  if (authorization === undefined) return refused('it has two Authorization fields');
  const presigned = /(?:^|&)X-Amz-(?:Signature|Credential)=/.test(query);
  if (authorization === null) return presigned ? resealQuery(request, vault) : unsignedOrOther(query);
  if (presigned) return refused('it is signed in the query and in a field');
  return resealHead(request, authorization, vault);
}

function unsignedOrOther(query: string): Resealing {
  if (/(?:^|&)AWSAccessKeyId=/i.test(query)) return refused('it is signed by SigV2, which cannot be sealed');
  return { kind: 'unsealed' };
}

function resealHead(request: SignedRequest, authorization: string, vault: Vault): Resealing {
  if (/^bearer /i.test(authorization)) return { kind: 'unsealed' };
  const found =
    /^AWS4-(?:HMAC|(ECDSA-P256))-SHA256 Credential=([^/,\s]+)\/(\d{8})\/(?:([^/,\s]+)\/)?([^/,\s]+)\/aws4_request, ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64,160})$/.exec(
      authorization.trim(),
    );
  const [, ecdsa, id = '', day = '', region = null, service = '', names = '', signature = ''] = found ?? [];
  // SigV4A has no region in its scope, SigV4 has one.
  if (found === null || (ecdsa === undefined) !== (region !== null))
    return refused('its signature is of a kind that cannot be sealed');
  const sealed = vault.open(id);
  if (sealed === null) return stranger(id, vault);
  const time = only(request.headers, 'x-amz-date');
  if (typeof time !== 'string' || !isTime(time) || time.slice(0, 8) !== day)
    return refused('its date is missing or is not that of its signature');
  if (!isAbout(request, (now) => Math.abs(millis(time) - now) <= TOLERANCE_MS))
    return refused('its signature is too old, or of the future');
  const signed = names.split(';');
  const unsigned = unsignedAmz(request.headers, signed);
  if (unsigned !== null) return refused(`its field ${unsigned} is not signed`);
  const host =
    request.headers.some(([name]) => name === ':authority') && signed.includes(':authority') ? ':authority' : 'host';
  if (!signed.includes(host)) return refused('its host is not signed');
  const tokenField = tokenFieldOf(service, request.headers);
  if (only(request.headers, tokenField) !== sealed.placeholder.sessionToken) {
    return refused('its session token is not that of its key');
  }
  const payload = only(request.headers, 'x-amz-content-sha256') ?? request.bodyHash;
  if (payload === null || payload === undefined) return refused('the hash of its body is not known');
  if (payload.startsWith('STREAMING-AWS4-ECDSA-'))
    return refused('its chunks are signed by SigV4A, which cannot be sealed');
  const scope: Scope = { time, region, service };
  const [path = '', query = ''] = split(request.target);
  const signable: Signable = { method: request.method, path, query, headers: request.headers, signed, payload };
  const rule = ruleOf(signable, scope, sealed, signature);
  if (rule === null) return refused('its signature does not match');
  const headers: [string, string][] = [];
  for (const [name, value] of request.headers) {
    if (name.toLowerCase() !== tokenField) headers.push([name, value]);
    else if (sealed.real.sessionToken !== null) headers.push([name, sealed.real.sessionToken]);
  }
  const stillSigned = sealed.real.sessionToken === null ? signed.filter((n) => n !== tokenField) : signed;
  const real = sealed.realSigner.sign(scope, stringToSign({ ...signable, headers, signed: stillSigned }, rule, scope));
  const value = `${algorithmOf(scope)} Credential=${sealed.real.accessKeyId}/${scopeText(scope)}, SignedHeaders=${stillSigned.join(';')}, Signature=${real}`;
  return {
    kind: 'sealed',
    target: request.target,
    headers: headers.map(([name, old]) => [name, name.toLowerCase() === 'authorization' ? value : old]),
    chain: payload.startsWith('STREAMING-AWS4-HMAC-SHA256-')
      ? { sealed, scope, payload, placeholderSignature: signature, realSignature: real }
      : null,
  };
}

/** A presigned URL that is used from within: the parameters of its query take the place of the fields. */
export function resealQuery(request: SignedRequest, vault: Vault): Resealing {
  const [path, query] = split(request.target);
  const parameters = new Map<string, string>();
  const pairs = query.split('&').filter((pair) => pair !== '');
  for (const pair of pairs) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (!name.startsWith('X-Amz-')) continue;
    if (parameters.has(name)) return refused(`it has two ${name} parameters`);
    parameters.set(name, decoded(value));
  }
  const credential = (parameters.get('X-Amz-Credential') ?? '').split('/');
  const algorithm = parameters.get('X-Amz-Algorithm') ?? '';
  const asymmetric = algorithm === 'AWS4-ECDSA-P256-SHA256';
  // SigV4A has no region in its scope.
  if (asymmetric) credential.splice(2, 0, '');
  const [id = '', day = '', named = '', service = '', end] = credential;
  const region = asymmetric ? null : named;
  const time = parameters.get('X-Amz-Date') ?? '';
  const expires = Number(parameters.get('X-Amz-Expires'));
  if ((!asymmetric && algorithm !== 'AWS4-HMAC-SHA256') || end !== 'aws4_request' || credential.length !== 5) {
    return refused('its signature is of a kind that cannot be sealed');
  }
  const sealed = vault.open(id);
  if (sealed === null) return vault.minted(signatureIn(request.target)) ? { kind: 'unsealed' } : stranger(id, vault);
  if (!isTime(time) || time.slice(0, 8) !== day) return refused('its date is missing or is not that of its signature');
  if (!(expires >= 1 && expires <= LONGEST_PRESIGNED_S)) return refused('it does not say how long it is valid');
  const at = millis(time);
  if (!isAbout(request, (now) => now - at >= -TOLERANCE_MS && now - at <= expires * 1_000))
    return refused('its signature is too old, or of the future');
  if (parameters.get('X-Amz-Security-Token') !== sealed.placeholder.sessionToken) {
    return refused('its session token is not that of its key');
  }
  const signed = (parameters.get('X-Amz-SignedHeaders') ?? '').split(';');
  const unsigned = unsignedAmz(request.headers, signed);
  if (unsigned !== null) return refused(`its field ${unsigned} is not signed`);
  if (!signed.includes('host')) return refused('its host is not signed');
  const rest = pairs.filter((pair) => !pair.startsWith('X-Amz-Signature='));
  const scope: Scope = { time, region, service };
  const field = only(request.headers, 'x-amz-content-sha256') ?? parameters.get('X-Amz-Content-Sha256');
  const payloads = field !== undefined ? [field] : ['UNSIGNED-PAYLOAD', EMPTY_HASH];
  for (const payload of payloads) {
    const signable = { method: request.method, path, headers: request.headers, signed, payload };
    const rule = ruleOf({ ...signable, query: rest.join('&') }, scope, sealed, parameters.get('X-Amz-Signature') ?? '');
    if (rule === null) continue;
    const renewed = rest.flatMap((pair) => {
      if (pair.startsWith('X-Amz-Credential=')) {
        return `X-Amz-Credential=${encodeURIComponent(`${sealed.real.accessKeyId}/${scopeText(scope)}`)}`;
      }
      if (!pair.startsWith('X-Amz-Security-Token=')) return pair;
      return sealed.real.sessionToken === null
        ? []
        : `X-Amz-Security-Token=${encodeURIComponent(sealed.real.sessionToken)}`;
    });
    const real = sealed.realSigner.sign(scope, stringToSign({ ...signable, query: renewed.join('&') }, rule, scope));
    return {
      kind: 'sealed',
      target: `${path}?${[...renewed, `X-Amz-Signature=${real}`].join('&')}`,
      headers: request.headers,
      chain: null,
    };
  }
  return refused('its signature does not match');
}

/** Of a presigned request; empty where there is none. */
export const signatureIn = (target: string): string =>
  /[?&]X-Amz-Signature=([0-9a-f]{64,160})(?:&|$)/.exec(target)?.[1] ?? '';

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A key of somebody else's is the guard's business; the real one of this environment is nobody's but the sensor's. */
function stranger(id: string, vault: Vault): Resealing {
  return vault.openReal(id) !== null
    ? refused('it was signed with the real key, which no part of the function should have')
    : { kind: 'unsealed' };
}

function ruleOf(signable: Signable, scope: Scope, sealed: Sealed, signature: string): PathRule | null {
  for (const rule of pathRules(scope.service)) {
    if (sealed.placeholderSigner.verifies(scope, stringToSign(signable, rule, scope), signature)) return rule;
  }
  return null;
}

/** Sessions of S3 Express have a field of their own; CreateSession, which opens one, is signed for the same service by the role's key. */
const tokenFieldOf = (service: string, headers: SignedRequest['headers']): string =>
  service === 's3express' && only(headers, 'x-amz-s3session-token') !== null
    ? 'x-amz-s3session-token'
    : 'x-amz-security-token';

const refused = (reason: string): Resealing => ({ kind: 'refused', reason: `this call is not sealed: ${reason}` });

/** The first `x-amz-*` field that the signature does not cover; null where there is none. */
function unsignedAmz(headers: SignedRequest['headers'], signed: readonly string[]): string | null {
  for (const [name] of headers) {
    const lower = name.toLowerCase();
    if (lower.startsWith('x-amz-') && !signed.includes(lower)) return lower;
  }
  return null;
}

/** Null where there is none, undefined where there are several. */
function only(headers: SignedRequest['headers'], name: string): string | null | undefined {
  let found: string | null = null;
  for (const [key, value] of headers) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    if (found !== null) return undefined;
    found = value.trim();
  }
  return found;
}

function split(target: string): [path: string, query: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

/** By our clock or by AWS's. */
const isAbout = ({ now, skew = 0 }: SignedRequest, holds: (now: number) => boolean): boolean =>
  holds(now) || (skew !== 0 && holds(now + skew));

const isTime = (time: string): boolean => /^\d{8}T\d{6}Z$/.test(time);

function millis(time: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
