import { catalogIndex, type ServiceRow } from './catalog/index.ts';
import { doubt } from './doubt.ts';
import type { Endpoint } from './endpoint.ts';
import type { Signature } from './signature.ts';

/** Signing names of S3's own: all hosts that have an s3 label take them. */
const S3_NAMES = new Set(['s3', 's3express', 's3-outposts', 's3-object-lambda']);

/** The services that a request can be for: those that its signature names, those that its host belongs to, and where both are known, both. */
export function candidatesOf(signature: Signature, endpoint: Endpoint | null, hostname: string): readonly ServiceRow[] {
  const index = catalogIndex();
  const byHost = endpoint === null ? [] : rowsOfHost(endpoint.labels);
  if (endpoint?.region != null && signature.kind === 'v4' && signature.region !== endpoint.region) {
    doubt('a signature for another region than the host');
  }
  if (signature.signingName === null) return byHost;
  const name = signature.signingName.toLowerCase();
  const byName = S3_NAMES.has(name) ? s3Rows(endpoint, hostname) : (index.bySigningName.get(name) ?? []);
  if (endpoint === null) return byName;
  const isS3Host = s3Label(endpoint.labels) >= 0;
  if (
    isS3Host !== S3_NAMES.has(name) &&
    (isS3Host || byHost.length > 0) &&
    !byHost.some((row) => byName.includes(row))
  ) {
    doubt('a signature for another service than the host');
  }
  if (isS3Host || byHost.length === 0) return byName;
  const both = byHost.filter((row) => byName.includes(row));
  if (both.length > 0) return both;
  // A host that the catalog does not tie to this name: some services answer for another (a signing name that is newer than the catalog).
  return byName.length === 0 ? [] : doubt('a signature for another service than the host');
}

/** Position of the label that makes a host one of S3's, from the right; -1 where there is none. */
export function s3Label(labels: readonly string[]): number {
  for (let index = labels.length - 1; index >= 0; index--) {
    const label = labels[index]!;
    if (
      /^(?:s3|s3-(?:website|accelerate|external-1|accesspoint|object-lambda|outposts|global|deprecated)|s3express-[a-z0-9-]+)$/.test(
        label,
      )
    )
      return index;
    if (label === 's3-control' || label === 's3express-control' || label === 's3tables' || label === 's3vectors') {
      return label === 's3-control' || label === 's3express-control' ? index : -1;
    }
  }
  return -1;
}

function s3Rows(endpoint: Endpoint | null, _hostname: string): readonly ServiceRow[] {
  const rows = catalogIndex().rows;
  const s3 = rows.find(({ id }) => id === 's3')!;
  const control = rows.find(({ id }) => id === 's3control')!;
  if (endpoint === null) return [s3, control];
  return endpoint.labels.includes('s3-control') || endpoint.labels.at(-1) === 'control' ? [control] : [s3, control];
}

/** Longest known ending of the labels: what stands before is the operation's, the account's or the resource's own prefix. */
function rowsOfHost(labels: readonly string[]): readonly ServiceRow[] {
  const s3 = s3Label(labels);
  if (s3 >= 0)
    return labels[s3] === 's3-control'
      ? s3Rows({ partition: '', region: null, labels }, '')
      : s3Rows({ partition: '', region: null, labels: [] }, '');
  const { byHost } = catalogIndex();
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
  return endpoint === null ? 'unknown' : (rowsOfHost(endpoint.labels)[0]?.prefix ?? 'unknown');
}
