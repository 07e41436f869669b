import {
  algorithmOf,
  canonicalAround,
  canonicalRequest,
  pathRules,
  type RequestAround,
  type Scope,
  signedText,
} from '../sigv4/canonical.ts';
import { canonicalValue, readFields, type SignedFields } from '../sigv4/fields.ts';
import { ATTEMPT, type Claim, INVOCATION, readClaim } from './claim.ts';
import { useOf } from './honoured.ts';
import {
  isAbout,
  millis,
  placeOf,
  type Resealing,
  refused,
  type SignedRequest,
  split,
  stranger,
  TOLERANCE_MS,
} from './signed-request.ts';
import type { Sealed, Vault } from './vault.ts';

/** The usual form: signed in the field Authorization, which stands in the head at `at`. */
export function resealHead(request: SignedRequest, at: number, vault: Vault): Resealing {
  const [authorizationName, authorization] = request.headers[at]!;
  const found = readClaim(authorization);
  if (found === null) {
    if (/^\s*bearer /i.test(authorization)) return { kind: 'unsealed' };
    return refused('its signature is of a kind that cannot be sealed');
  }
  const { claim, signature } = found;
  const sealed = vault.open(claim.accessKeyId);
  if (sealed === null) return stranger(claim.accessKeyId, vault);
  const fields = new Fields(request.headers, claim);
  if (fields.unsignedAmz !== null) return refused(`its field ${fields.unsignedAmz} is not signed`);
  const { places } = claim;
  const time = fields.value(places.date) ?? '';
  const signedAt = millis(time);
  if (Number.isNaN(signedAt) || !time.startsWith(claim.day))
    return refused('its date is missing or is not that of its signature');
  if (!isAbout(request, (now) => Math.abs(signedAt - now) <= TOLERANCE_MS))
    return refused('its signature is too old, or of the future');
  if (fields.value(places.host) === null && fields.value(places.authority) === null)
    return refused('its host is not signed');
  const token = fields.value(places.session) === null ? places.token : places.session;
  if (fields.value(token) !== sealed.placeholder.sessionToken)
    return refused('its session token is not that of its key');
  const payload = fields.value(places.payload) ?? request.bodyHash;
  // Where there are two of them.
  if (payload === null || payload.includes(',')) return refused('the hash of its body is not known');
  if (payload.startsWith('STREAMING-AWS4-ECDSA-'))
    return refused('its chunks are signed by SigV4A, which cannot be sealed');
  const scope: Scope = { time, region: claim.region, service: claim.service };
  const [path, query] = split(request.target);
  const around: RequestAround = { method: request.method, path, query, payload };
  const real = signatureOf(request, around, fields, scope, token, sealed, signature);
  if (real === null) return refused('its signature does not match');
  const { accessKeyId, sessionToken } = sealed.real;
  const names = sessionToken === null ? claim.signed.without(claim.signed.names[token]!) : claim.signed;
  const headers = request.headers.slice();
  headers[at] = [
    authorizationName,
    `${algorithmOf(scope)} Credential=${accessKeyId}/${claim.scope}, SignedHeaders=${names.text}, Signature=${real}`,
  ];
  const tokenAt = fields.at(token);
  if (sessionToken === null) headers.splice(tokenAt, 1);
  else headers[tokenAt] = [headers[tokenAt]![0], sessionToken];
  return {
    kind: 'sealed',
    target: request.target,
    headers,
    chain: payload.startsWith('STREAMING-AWS4-HMAC-SHA256-')
      ? { sealed, scope, payload, placeholderSignature: signature, realSignature: real }
      : null,
    use: useOf(signature, signedAt, callOf(request.headers, fields)),
  };
}

/** SDKs number their calls, and the tries of each; some sign what they number them by. Empty where both are signed, null where there is none. */
function callOf(headers: SignedRequest['headers'], fields: Fields): string | null {
  const { invocation, attempt } = fields.claim.places;
  if (fields.value(invocation) !== null && fields.value(attempt) !== null) return '';
  const unsigned = (name: string) => headers[placeOf(headers, name) ?? -1]?.[1];
  const number = fields.value(invocation) ?? unsigned(INVOCATION);
  return number === undefined ? null : `${number} ${unsigned(ATTEMPT)}`;
}

/** The signed fields by the places of their names. */
class Fields {
  readonly claim: Claim;
  readonly #read: SignedFields;

  constructor(headers: SignedRequest['headers'], claim: Claim) {
    this.claim = claim;
    this.#read = readFields(headers, claim.signed);
  }

  get values(): readonly string[] {
    return this.#read.values;
  }

  get unsignedAmz(): string | null {
    return this.#read.unsignedAmz;
  }

  /** Canonical; null where it is not signed, or is not there. */
  value(place: number): string | null {
    return place < 0 || this.#read.at[place]! < 0 ? null : this.#read.values[place]!;
  }

  /** Where it stands in the head, of one that has a value. */
  at(place: number): number {
    return this.#read.at[place]!;
  }
}

/** The real key's signature of what the placeholder's has signed; null where it has not. The session token is the only thing that differs. */
function signatureOf(
  { headers }: SignedRequest,
  around: RequestAround,
  { claim, values }: Fields,
  scope: Scope,
  token: number,
  { placeholder, real, placeholderSigner, realSigner }: Sealed,
  signature: string,
): string | null {
  const { signed, scope: named } = claim;
  for (const rule of pathRules(scope.service)) {
    const [before, after] = canonicalAround(around, rule, signed, values, token);
    const given = signedText(scope, named, before, placeholder.sessionToken!, after);
    if (!placeholderSigner.verifies(scope, given, signature, named)) continue;
    const meant =
      real.sessionToken === null
        ? signedText(
            scope,
            named,
            canonicalRequest({ ...around, headers, signed: signed.without(signed.names[token]!).names }, rule),
          )
        : signedText(scope, named, before, canonicalValue(real.sessionToken), after);
    return realSigner.sign(scope, meant, named);
  }
  return null;
}
