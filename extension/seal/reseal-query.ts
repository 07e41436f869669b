import { type PathRule, pathRules, type Scope, type Signable, scopeText, stringToSign } from '../sigv4/canonical.ts';
import { readFields, SignedNames } from '../sigv4/fields.ts';
import {
  isAbout,
  LONGEST_PRESIGNED_S,
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
  const at = millis(time);
  if (Number.isNaN(at) || time.slice(0, 8) !== day)
    return refused('its date is missing or is not that of its signature');
  if (!(expires >= 1 && expires <= LONGEST_PRESIGNED_S)) return refused('it does not say how long it is valid');
  if (!isAbout(request, (now) => now - at >= -TOLERANCE_MS && now - at <= expires * 1_000))
    return refused('its signature is too old, or of the future');
  if (parameters.get('X-Amz-Security-Token') !== sealed.placeholder.sessionToken) {
    return refused('its session token is not that of its key');
  }
  const names = new SignedNames((parameters.get('X-Amz-SignedHeaders') ?? '').split(';'));
  const { unsignedAmz } = readFields(request.headers, names);
  if (unsignedAmz !== null) return refused(`its field ${unsignedAmz} is not signed`);
  if (names.placeOf('host') < 0) return refused('its host is not signed');
  if (!names.distinct) return refused('it signs a field twice');
  const rest = pairs.filter((pair) => !pair.startsWith('X-Amz-Signature='));
  const scope: Scope = { time, region, service };
  const hash = placeOf(request.headers, 'x-amz-content-sha256') ?? -1;
  const field = request.headers[hash]?.[1].trim() ?? parameters.get('X-Amz-Content-Sha256');
  const payloads = field !== undefined ? [field] : ['UNSIGNED-PAYLOAD', EMPTY_HASH];
  for (const payload of payloads) {
    const signable = { method: request.method, path, headers: request.headers, signed: names.names, payload };
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
      use: null,
    };
  }
  return refused('its signature does not match');
}

/** Of a presigned request; empty where there is none. */
export const signatureIn = (target: string): string =>
  /[?&]X-Amz-Signature=([0-9a-f]{64,160})(?:&|$)/.exec(target)?.[1] ?? '';

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function ruleOf(signable: Signable, scope: Scope, sealed: Sealed, signature: string): PathRule | null {
  for (const rule of pathRules(scope.service)) {
    if (sealed.placeholderSigner.verifies(scope, stringToSign(signable, rule, scope), signature)) return rule;
  }
  return null;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
