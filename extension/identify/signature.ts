import { doubt } from './doubt.ts';
import type { Fields } from './fields.ts';
import { type Parameters, single } from './query-string.ts';

/** Who signed a request and for what, as far as its signature says so. */
export interface Signature {
  readonly kind: 'v4' | 'v4a' | 'v2' | 'bearer' | 'none';
  readonly accessKeyId: string | null;
  /** Null without a scope, and for SigV4A where the region set is not one region. */
  readonly region: string | null;
  readonly signingName: string | null;
}

const NONE: Signature = { kind: 'none', accessKeyId: null, region: null, signingName: null };

/** From the Authorization field or from the query of a presigned request; a request with both could be checked against either. */
export function readSignature(fields: Fields, query: string, parameters: () => Parameters): Signature {
  const inQuery = isInQuery(query) ? fromQuery(parameters()) : null;
  if (fields.authorization === null) return inQuery ?? NONE;
  if (inQuery !== null) doubt('a signature in the query and one in the Authorization field');
  return fromAuthorization(fields.authorization, fields.regionSet);
}

/** Whether the query has anything of a signature in it. */
export const isInQuery = (query: string): boolean =>
  query !== '' && /(?:^|&)(?:X-Amz-(?:Algorithm|Credential|Signature)|AWSAccessKeyId)=/i.test(query);

function fromAuthorization(authorization: string, regionSet: string | null): Signature {
  const space = authorization.indexOf(' ');
  const scheme = space < 0 ? authorization : authorization.slice(0, space);
  if (scheme === 'AWS4-HMAC-SHA256' || scheme === 'AWS4-ECDSA-P256-SHA256') {
    const at = authorization.indexOf('Credential=', space);
    if (at < 0) doubt('an Authorization field without a credential');
    if (authorization.indexOf('Credential=', at + 1) >= 0) doubt('two credentials in one Authorization field');
    let end = at + 11;
    for (; end < authorization.length; end++) {
      const code = authorization.charCodeAt(end);
      if (code === 44 || code === 32 || code === 9) break;
    }
    // SigV4 covers the host; whoever leaves it out can send the request elsewhere. HTTP/2 clients may sign it as `:authority`.
    const covered = authorization.indexOf('SignedHeaders=', space);
    if (covered >= 0 && !/^[^,\s]*(?:^|[=;])(?:host|:authority)(?:[;,\s]|$)/.test(authorization.slice(covered))) {
      doubt('a signature that does not cover the host');
    }
    return scope(authorization.slice(at + 11, end), scheme === 'AWS4-ECDSA-P256-SHA256', regionSet);
  }
  if (scheme === 'AWS') {
    // SigV2 for S3: `AWS AKID:signature`.
    const colon = authorization.indexOf(':', space);
    if (colon < 0) doubt('an Authorization field without a credential');
    return {
      kind: 'v2',
      accessKeyId: keyId(authorization.slice(space + 1, colon).trim()),
      region: null,
      signingName: 's3',
    };
  }
  if (scheme === 'AWS3' || scheme === 'AWS3-HTTPS') {
    const key = /AWSAccessKeyId=([^,\s]+)/.exec(authorization)?.[1];
    return { kind: 'v2', accessKeyId: key === undefined ? null : keyId(key), region: null, signingName: null };
  }
  if (scheme.toLowerCase() === 'bearer') return { ...NONE, kind: 'bearer' };
  if (scheme.toUpperCase().startsWith('AWS4')) doubt('an Authorization scheme in an unusual spelling');
  return NONE;
}

/** The signature that stands in parameters: of a presigned request, or of a browser's upload. */
export function fromQuery(parameters: Parameters): Signature {
  const algorithm = single(parameters, 'X-Amz-Algorithm');
  const credential = single(parameters, 'X-Amz-Credential');
  const old = single(parameters, 'AWSAccessKeyId');
  if (credential !== null) {
    if (old !== null) doubt('two kinds of signature in the query');
    if (algorithm === 'AWS4-ECDSA-P256-SHA256') return scope(credential, true, single(parameters, 'X-Amz-Region-Set'));
    if (algorithm === 'AWS4-HMAC-SHA256') return scope(credential, false, null);
    doubt('a credential in the query without its algorithm');
  }
  if (old === null) doubt('a signature in the query in an unusual spelling');
  return { kind: 'v2', accessKeyId: keyId(old), region: null, signingName: null };
}

/** SigV4: `AKID/20260101/us-east-1/s3/aws4_request`; SigV4A has no region in it. */
function scope(credential: string, asymmetric: boolean, regionSet: string | null): Signature {
  const parts = credential.split('/');
  if (asymmetric) {
    if (parts.length !== 4 || parts[3] !== 'aws4_request') doubt('a credential scope of an unusual form');
    const region = regionSet !== null && /^[a-z0-9-]+$/.test(regionSet) ? regionSet : null;
    return { kind: 'v4a', accessKeyId: keyId(parts[0]!), region, signingName: parts[2]! };
  }
  if (parts.length !== 5 || parts[4] !== 'aws4_request' || !/^[\w-]{1,64}$/.test(parts[2]!)) {
    doubt('a credential scope of an unusual form');
  }
  return { kind: 'v4', accessKeyId: keyId(parts[0]!), region: parts[2]!, signingName: parts[3]! };
}

/** Whatever else stands in the place of an id must not get into a record. */
function keyId(id: string): string {
  // Long and in small letters: rather a secret in the wrong place, which no record may take.
  const isSecret = id.length >= 32 && /[a-z]/.test(id);
  return /^[\w-]{1,128}$/.test(id) && !isSecret ? id : doubt('a credential of an unusual form');
}
