import { isAwsEndpoint } from './identify/endpoint.ts';
import { identifyLoaded } from './identify/engine.ts';
import type { NamedRequest } from './identify/request.ts';
import { type OfflineForm, readForm } from './seal/form.ts';
import { nameToken } from './seal/login-token.ts';
import { isBodiless, NotPresigned, type OfflineSignature, readOffline } from './seal/offline.ts';
import type { Sealer } from './seal/sealer.ts';

/** What a signature is asked for that is meant for somebody else. */
export interface Asked {
  /** The placeholder's. */
  readonly accessKeyId: string;
  /** What the signature permits, or one sentence where that cannot be told or must not be. */
  meaning(account: string | null): NamedRequest | string;
  sign(sealer: Sealer, now: number): Signed;
}

type Signed =
  | { readonly kind: 'signed'; readonly answer: object }
  /** One sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Throws NotPresigned. */
export function readAsked(body: Uint8Array): Asked {
  let given: unknown;
  try {
    given = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new NotPresigned('the body is not JSON');
  }
  if (typeof given !== 'object' || given === null) throw new NotPresigned('the body is not an object');
  return 'fields' in given ? askedForm(readForm(given)) : askedUrl(readOffline(given));
}

function askedUrl(offline: OfflineSignature): Asked {
  const { accessKeyId, head, origin } = offline;
  return {
    accessKeyId,
    meaning(account) {
      const token = nameToken(offline, account);
      if (token !== null) return token;
      const found = identifyLoaded(head, { account });
      if (found.kind === 'body' && !isBodiless(offline)) {
        return 'what this signature permits is in a body, which whoever uses it can choose';
      }
      const named = found.kind === 'named' ? found.named : found.name(new Uint8Array(), false);
      return named.issuesCredentials ? 'whoever used this signature would be answered with credentials' : named;
    },
    sign(sealer, now) {
      // S3 takes a host that is none of its own for a bucket's name, so only AWS's names are signed for; who checks a login token asks AWS, whatever his name.
      const toAws = nameToken(offline, null) !== null || isAwsEndpoint(head.sni ?? '');
      const signed = sealer.presign(head, toAws, now);
      return signed.kind === 'refused' ? signed : { kind: 'signed', answer: { url: `${origin}${signed.target}` } };
    },
  };
}

function askedForm(form: OfflineForm): Asked {
  const { accessKeyId, bucket, key, head } = form;
  return {
    accessKeyId,
    meaning(account) {
      const found = identifyLoaded(head, { account });
      const named = found.kind === 'named' ? found.named : found.name(new Uint8Array(), false);
      const uploads = named.access.filter(({ action }) => action.startsWith('s3:'));
      const isUpload = isAwsEndpoint(head.sni ?? '') && named.operation === 'PutObject' && uploads.length > 0;
      // The signature covers the policy alone: an address that makes another key of it must not be what is judged.
      const isThere = uploads.every(({ resources }) =>
        resources.every((resource) => resource.slice(resource.indexOf(':::') + 3) === `${bucket}/${key}`),
      );
      if (!isUpload || !isThere) return 'it cannot be told what this form permits, and in which bucket';
      return key.includes('*') ? withFoldersBelow(named) : named;
    },
    sign(sealer, now) {
      const signed = sealer.presignForm(form, now);
      return signed.kind === 'refused' ? signed : { kind: 'signed', answer: { fields: signed.fields } };
    },
  };
}

/** An open key is no one object, and whoever fills the form in may write folders too: both are judged, so that names that vary in one folder do not permit the folders below it. */
const withFoldersBelow = (named: NamedRequest): NamedRequest => ({
  ...named,
  access: named.access.map(({ action, resources }) => ({
    action,
    resources: resources.flatMap((resource) => [resource, resource.replaceAll('*', '*/*')]),
  })),
});
