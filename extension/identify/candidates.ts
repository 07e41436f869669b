import { catalogIndex, type ServiceRow } from './catalog/index.ts';
import { doubt } from './doubt.ts';
import type { Endpoint } from './endpoint.ts';
import { isControl, s3At } from './s3/address.ts';
import type { Signature } from './signature.ts';

/** Signing names of S3's own: all hosts that have an s3 label take them. */
const S3_NAMES = new Set(['s3', 's3express', 's3-outposts', 's3-object-lambda']);

/** The services that a request can be for: those that its signature names, those that its host belongs to, and where both are known, both. */
export function candidatesOf(signature: Signature, endpoint: Endpoint | null, path: string): readonly ServiceRow[] {
  const index = catalogIndex();
  if (endpoint?.region != null && signature.kind === 'v4' && signature.region !== endpoint.region) {
    doubt('a signature for another region than the host');
  }
  const byHost = endpoint === null ? [] : rowsOfHost(endpoint, path);
  if (signature.signingName === null) return byHost;
  const name = signature.signingName.toLowerCase();
  const isS3 = S3_NAMES.has(name);
  const byName = isS3 ? index.s3 : (index.bySigningName.get(name) ?? []);
  if (byHost.length === 0) return byName;
  const both = byHost.filter((row) => byName.includes(row));
  if (both.length > 0) return both;
  return doubt('a signature for another service than the host');
}

const isS3Host = (endpoint: Endpoint): boolean =>
  s3At(endpoint.labels) >= 0 || endpoint.labels.at(-1) === 's3express-control';

/** Longest known ending of the labels: what stands before is the operation's, the account's or the resource's own prefix. */
function rowsOfHost(endpoint: Endpoint, path: string): readonly ServiceRow[] {
  const { byHost, s3 } = catalogIndex();
  if (isS3Host(endpoint)) return s3.filter(({ id }) => (id === 's3control') === isControl(endpoint, path));
  const { labels } = endpoint;
  for (let start = 0; start < labels.length; start++) {
    const rows = byHost.get(labels.slice(start).join('.'));
    if (rows !== undefined) return rows;
  }
  return [];
}

/** IAM prefix of the service that a signature or a host points to, for requests that have no other name. */
export function guessService(signature: Signature, endpoint: Endpoint | null): string {
  const name = signature.signingName?.toLowerCase();
  if (name !== undefined) {
    if (S3_NAMES.has(name)) return 's3';
    const rows = catalogIndex().bySigningName.get(name);
    const exact = rows?.find(({ prefix }) => prefix === name) ?? rows?.[0];
    return exact?.prefix ?? (/^[a-z0-9-]{1,64}$/.test(name) ? name : 'unknown');
  }
  return endpoint === null ? 'unknown' : (rowsOfHost(endpoint, '')[0]?.prefix ?? 'unknown');
}
