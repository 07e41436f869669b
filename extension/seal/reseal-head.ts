import {
  algorithmOf,
  canonicalAround,
  canonicalRequest,
  canonicalValue,
  pathRules,
  type Scope,
  type Signable,
  scopeText,
  signedText,
} from '../sigv4/canonical.ts';
import {
  isAbout,
  isNamed,
  isTime,
  millis,
  only,
  type Resealing,
  refused,
  type SignedRequest,
  split,
  stranger,
  TOLERANCE_MS,
  unsignedAmz,
} from './signed-request.ts';
import type { Sealed, Vault } from './vault.ts';

const AUTHORIZATION =
  /^AWS4-(?:HMAC|(?<asymmetric>ECDSA-P256))-SHA256 Credential=(?<id>[^/,\s]+)\/(?<day>\d{8})\/(?:(?<region>[^/,\s]+)\/)?(?<service>[^/,\s]+)\/aws4_request, ?SignedHeaders=(?<names>[^,\s]+), ?Signature=(?<signature>[0-9a-f]{64,160})$/;

interface Authorization {
  readonly asymmetric: string | undefined;
  readonly id: string;
  readonly day: string;
  readonly region: string | undefined;
  readonly service: string;
  readonly names: string;
  readonly signature: string;
}

/** The usual form: signed in the field Authorization. */
export function resealHead(request: SignedRequest, authorization: string, vault: Vault): Resealing {
  if (/^bearer /i.test(authorization)) return { kind: 'unsealed' };
  const found = AUTHORIZATION.exec(authorization.trim())?.groups as unknown as Authorization | undefined;
  // SigV4A has no region in its scope, SigV4 has one.
  if (found === undefined || (found.asymmetric === undefined) !== (found.region !== undefined))
    return refused('its signature is of a kind that cannot be sealed');
  const { id, day, region = null, service, names, signature } = found;
  const sealed = vault.open(id);
  if (sealed === null) return stranger(id, vault);
  const time = only(request.headers, 'x-amz-date');
  if (typeof time !== 'string' || !isTime(time) || time.slice(0, 8) !== day)
    return refused('its date is missing or is not that of its signature');
  const at = millis(time);
  if (!isAbout(request, (now) => Math.abs(at - now) <= TOLERANCE_MS))
    return refused('its signature is too old, or of the future');
  const signed = names.split(';');
  const unsigned = unsignedAmz(request.headers, signed);
  if (unsigned !== null) return refused(`its field ${unsigned} is not signed`);
  const covers = (name: string) => signed.includes(name) && request.headers.some((field) => isNamed(field, name));
  if (!covers('host') && !covers(':authority')) return refused('its host is not signed');
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
  const real = signatureOf(signable, scope, tokenField, sealed, signature);
  if (real === null) return refused('its signature does not match');
  const { sessionToken } = sealed.real;
  const stillSigned = sessionToken === null ? signed.filter((name) => name !== tokenField) : signed;
  const value = `${algorithmOf(scope)} Credential=${sealed.real.accessKeyId}/${scopeText(scope)}, SignedHeaders=${stillSigned.join(';')}, Signature=${real}`;
  const headers: (readonly [string, string])[] = [];
  for (const field of request.headers) {
    if (isNamed(field, 'authorization')) headers.push([field[0], value]);
    else if (!isNamed(field, tokenField)) headers.push(field);
    else if (sessionToken !== null) headers.push([field[0], sessionToken]);
  }
  return {
    kind: 'sealed',
    target: request.target,
    headers,
    chain: payload.startsWith('STREAMING-AWS4-HMAC-SHA256-')
      ? { sealed, scope, payload, placeholderSignature: signature, realSignature: real }
      : null,
  };
}

/** The real key's signature of what the placeholder's has signed; null where it has not. The session token is the only thing that differs. */
function signatureOf(
  signable: Signable,
  scope: Scope,
  tokenField: string,
  { placeholder, real, placeholderSigner, realSigner }: Sealed,
  signature: string,
): string | null {
  const named = scopeText(scope);
  for (const rule of pathRules(scope.service)) {
    const [before, after] = canonicalAround(signable, rule, tokenField);
    const given = `${before}${placeholder.sessionToken}${after}`;
    if (!placeholderSigner.verifies(scope, signedText(scope, named, given), signature)) continue;
    const meant =
      real.sessionToken === null
        ? canonicalRequest({ ...signable, signed: signable.signed.filter((name) => name !== tokenField) }, rule)
        : `${before}${canonicalValue(real.sessionToken)}${after}`;
    return realSigner.sign(scope, signedText(scope, named, meant));
  }
  return null;
}

/** Sessions of S3 Express have a field of their own; CreateSession, which opens one, is signed for the same service by the role's key. */
const tokenFieldOf = (service: string, headers: SignedRequest['headers']): string =>
  service === 's3express' && only(headers, 'x-amz-s3session-token') !== null
    ? 'x-amz-s3session-token'
    : 'x-amz-security-token';
