import { catalogIndex, type ServiceRow } from './catalog/index.ts';
import { doubt } from './doubt.ts';
import { type Endpoint, partitionOf } from './endpoint.ts';
import type { Fields } from './fields.ts';
import { isControl, s3At } from './s3/address.ts';
import type { Signature } from './signature.ts';

/** Signing names of S3's own: all hosts that have an s3 label take them. */
const S3_NAMES = new Set(['s3', 's3express', 's3-outposts', 's3-object-lambda']);

/** The services that a request can be for: those that its signature names, those that its host belongs to, and where both are known, both. */
export function candidatesOf(
  signature: Signature,
  endpoint: Endpoint | null,
  path: string,
  fields: Fields,
): readonly ServiceRow[] {
  if (endpoint === null && signature.signingName === null) return unscoped(signature, fields);
  const rows = byNameAndHost(signature, endpoint, path);
  const { region } = signature;
  if (endpoint?.region != null && region !== null && region !== endpoint.region) {
    const fixed = rows.some((row) => row.signingRegions.includes(region)) && partitionOf(region) === endpoint.partition;
    if (!fixed) doubt('a signature for another region than the host');
  }
  return rows;
}

/** At a custom endpoint, without a scope: the X-Amz-Target names the service, or the form's version, or the path among those that take tokens. */
function unscoped({ kind }: Signature, { target, contentType }: Fields): readonly ServiceRow[] {
  const index = catalogIndex();
  if (target !== null) return index.byTarget.get(target.slice(0, Math.max(0, target.lastIndexOf('.')))) ?? [];
  if (kind === 'bearer') return index.bearer;
  return /^\s*application\/x-www-form-urlencoded/i.test(contentType ?? '') ? index.forms : [];
}

function byNameAndHost(signature: Signature, endpoint: Endpoint | null, path: string): readonly ServiceRow[] {
  const index = catalogIndex();
  const isS3 = endpoint !== null && isS3Host(endpoint);
  if (signature.signingName === null) return endpoint === null ? [] : (rowsOfHost(endpoint, path)[0] ?? []);
  const name = signature.signingName.toLowerCase();
  const byName = S3_NAMES.has(name) && (endpoint === null || isS3) ? index.s3 : (index.bySigningName.get(name) ?? []);
  if (endpoint === null) return byName;
  const byHost = rowsOfHost(endpoint, path);
  for (const rows of byHost) {
    const both = rows.filter((row) => byName.includes(row));
    if (both.length > 0) return both;
  }
  // Neither the name nor the host is known: a service that is newer than the catalog.
  if (byHost.length === 0 && byName.length === 0) return [];
  return doubt('a signature for another service than the host');
}

const isS3Host = (endpoint: Endpoint): boolean =>
  s3At(endpoint.labels) >= 0 || endpoint.labels.at(-1) === 's3express-control';

/**
 * Services by every known ending of the labels, the longest first: what stands before is the operation's, the account's or the resource's own
 * prefix.
 */
function rowsOfHost(endpoint: Endpoint, path: string): (readonly ServiceRow[])[] {
  const { byHost, s3 } = catalogIndex();
  if (isS3Host(endpoint)) {
    const id = !isControl(endpoint, path) ? 's3' : path.startsWith('/S3Outposts/') ? 's3outposts' : 's3control';
    return [s3.filter((row) => row.id === id)];
  }
  const { labels } = endpoint;
  const found: (readonly ServiceRow[])[] = [];
  for (let start = 0; start < labels.length; start++) {
    const rows = byHost.get(labels.slice(start).join('.'));
    if (rows !== undefined) found.push(rows);
  }
  return found;
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
  return endpoint === null ? 'unknown' : (rowsOfHost(endpoint, '')[0]?.[0]?.prefix ?? 'unknown');
}
