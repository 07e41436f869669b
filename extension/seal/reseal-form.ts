import { scopeText } from '../sigv4/canonical.ts';
import type { Condition, OfflineForm } from './form.ts';
import { isAbout, LONGEST_PRESIGNED_S, millis, TOLERANCE_MS } from './signed-request.ts';
import type { Vault } from './vault.ts';

export type ResealedForm =
  /** The fields that change, by their names in small letters. */
  | { readonly kind: 'signed'; readonly fields: Readonly<Record<string, string>> }
  /** One sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A form that the function's SDK has signed with the placeholder: the same policy for the real key, written anew from what was read of it. */
export function resealForm(form: OfflineForm, vault: Vault, now: number, skew: number): ResealedForm {
  const { accessKeyId, scope, policy, signature, sessionToken, expiration, conditions } = form;
  const sealed = vault.open(accessKeyId);
  if (sealed === null) return refused('its key is none of this environment');
  const { placeholder, real, placeholderSigner, realSigner } = sealed;
  if (sessionToken !== placeholder.sessionToken) return refused('its session token is not that of its key');
  if (!placeholderSigner.verifies(scope, policy, signature)) return refused('its signature does not match');
  const at = millis(scope.time);
  if (!isAbout({ now, skew }, (time) => Math.abs(at - time) <= TOLERANCE_MS)) {
    return refused('its signature is too old, or of the future');
  }
  // Date.parse takes much that S3 does not.
  const until = EXPIRATION.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (!isAbout({ now, skew }, (time) => until > time && until - time <= LONGEST_PRESIGNED_S * 1_000)) {
    return refused('it does not say how long it is valid, or longer than a week');
  }
  const credential = `${real.accessKeyId}/${scopeText(scope)}`;
  const renewed = conditions.flatMap((condition) => {
    if (condition.name === 'x-amz-credential') return [withValue(condition, credential)];
    if (condition.name !== 'x-amz-security-token') return [condition.raw];
    return real.sessionToken === null ? [] : [withValue(condition, real.sessionToken)];
  });
  const text = Buffer.from(JSON.stringify({ expiration, conditions: renewed })).toString('base64');
  return {
    kind: 'signed',
    fields: {
      policy: text,
      'x-amz-credential': credential,
      // Empty where the real key has none: then the field is to be left out.
      'x-amz-security-token': real.sessionToken ?? '',
      'x-amz-signature': realSigner.sign(scope, text),
    },
  };
}

/** In the form and spelling that it came in. */
function withValue({ raw }: Condition, value: string): unknown {
  if (Array.isArray(raw)) return [raw[0], raw[1], value];
  return Object.fromEntries(Object.keys(raw as object).map((name) => [name, value]));
}

const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

const refused = (why: string): ResealedForm => ({ kind: 'refused', reason: `this form is not sealed: ${why}` });
