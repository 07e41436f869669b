import { guessService } from './candidates.ts';
import { Doubt } from './doubt.ts';
import { readEndpoint } from './endpoint.ts';
import { accountOf, type Context, type Facts } from './facts.ts';
import type { Fields } from './fields.ts';
import { isUnknown } from './operation.ts';
import { guessProtocol } from './protocol.ts';
import { parseParameters } from './query-string.ts';
import type { NamedRequest, RequestHead } from './request.ts';
import { readSignature, type Signature } from './signature.ts';

/** The record of a request that gets no name: why, and what is known of it all the same. */
export function notExact(facts: Facts, head: RequestHead, context: Context, thrown: unknown): NamedRequest {
  const unknown = isUnknown(thrown) ? thrown : null;
  const reason = unknown?.reason ?? (thrown instanceof Doubt ? thrown.reason : 'a request that could not be read');
  const service = unknown?.service ?? facts.service;
  const seen = facts.host === '' ? atLeast(head, context) : {};
  const known = { ...facts, ...seen };
  const prefix = service === 'unknown' ? known.service : service;
  return {
    service: prefix,
    operation: null,
    certainty: unknown !== null ? 'unknown' : 'ambiguous',
    access: [{ action: `${prefix}:*`, resources: ['*'] }],
    region: known.region,
    account: known.account,
    accessKeyId: known.accessKeyId,
    prefix: null,
    host: known.host,
    items: null,
    protocol: known.protocol ?? guessProtocol(head),
    reason,
    issuesCredentials: false,
  };
}

/** Who seems to call where, for a head that was doubted before it was read: the first of each field. */
function atLeast(head: RequestHead, context: Context): Partial<Facts> {
  const first = (name: string): string | null => head.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
  const given = (head.authority ?? first('host') ?? head.sni ?? '').trim().toLowerCase().replace(/:443$/, '');
  // Whatever else stands there is no host, and must not get into a record.
  const host = /^[a-z0-9.:_[\]-]{1,260}$/.test(given) ? given : '';
  const endpoint = readEndpoint(host.replace(/:\d+$/, ''));
  let signature: Signature = { kind: 'none', accessKeyId: null, region: null, signingName: null };
  try {
    const query = head.target.split('?')[1] ?? '';
    signature = readSignature({ ...NO_FIELDS, authorization: first('authorization') }, query, () =>
      parseParameters(query),
    );
  } catch {
    // Nothing more is known of it.
  }
  return {
    host,
    service: guessService(signature, endpoint),
    region: signature.region ?? endpoint?.region ?? null,
    accessKeyId: signature.accessKeyId,
    account: accountOf(signature.accessKeyId, context),
  };
}

const NO_FIELDS: Fields = {
  host: null,
  authorization: null,
  target: null,
  contentType: null,
  contentEncoding: null,
  smithyProtocol: null,
  regionSet: null,
};
