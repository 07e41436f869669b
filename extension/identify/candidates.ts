import { catalogIndex, type ServiceRow } from './catalog/index.ts';
import { doubt } from './doubt.ts';
import { type Endpoint, partitionOf } from './endpoint.ts';
import type { Fields } from './fields.ts';
import { isControl, isS3Label } from './s3/address.ts';
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
  if (target !== null) return index.byTarget(target.slice(0, Math.max(0, target.lastIndexOf('.'))));
  if (kind === 'bearer') return index.bearer;
  return /^\s*application\/x-www-form-urlencoded/i.test(contentType ?? '') ? index.forms : [];
}

function byNameAndHost(signature: Signature, endpoint: Endpoint | null, path: string): readonly ServiceRow[] {
  const name = signature.signingName?.toLowerCase() ?? null;
  if (endpoint === null) return name === null ? [] : S3_NAMES.has(name) ? catalogIndex().s3 : ofName(name);
  if (isS3Host(endpoint)) return s3Rows(endpoint, path, name);
  const known = kept.get(endpoint) ?? keep(endpoint);
  let rows = known.get(name);
  if (rows === undefined) {
    rows = name === null ? (rowsOfHost(endpoint)[0] ?? []) : both(name, endpoint);
    if (known.size >= 64) known.clear();
    known.set(name, rows);
  }
  return rows ?? doubt('a signature for another service than the host');
}

/** Endpoints are kept, so what follows from one can be kept with it. */
const kept = new WeakMap<Endpoint, Map<string | null, readonly ServiceRow[] | null>>();

function keep(endpoint: Endpoint): Map<string | null, readonly ServiceRow[] | null> {
  const known = new Map();
  kept.set(endpoint, known);
  return known;
}

const ofName = (name: string): readonly ServiceRow[] => catalogIndex().bySigningName.get(name) ?? [];

/** Null where name and host belong to different services; empty where neither is known: a service that is newer than the catalog. */
function both(name: string, endpoint: Endpoint): readonly ServiceRow[] | null {
  const byName = ofName(name);
  const byHost = rowsOfHost(endpoint);
  for (const rows of byHost) {
    const found = rows.filter((row) => byName.includes(row));
    if (found.length > 0) return found;
  }
  return byHost.length === 0 && byName.length === 0 ? [] : null;
}

function s3Rows(endpoint: Endpoint, path: string, name: string | null): readonly ServiceRow[] {
  if (name !== null && !S3_NAMES.has(name)) doubt('a signature for another service than the host');
  const id = !isControl(endpoint, path) ? 's3' : path.startsWith('/S3Outposts/') ? 's3outposts' : 's3control';
  const row = catalogIndex().s3.find((candidate) => candidate.id === id);
  return row === undefined ? [] : (alone.get(row) ?? single(row));
}

const alone = new WeakMap<ServiceRow, readonly ServiceRow[]>();

function single(row: ServiceRow): readonly ServiceRow[] {
  const rows = [row];
  alone.set(row, rows);
  return rows;
}

const isS3Host = ({ labels }: Endpoint): boolean => isS3Label(labels.at(-1) ?? '');

/**
 * Services by every known ending of the labels, the longest first: what stands before is the operation's, the account's or the resource's own
 * prefix.
 */
function rowsOfHost(endpoint: Endpoint): (readonly ServiceRow[])[] {
  const { byHost } = catalogIndex();
  // Some services have cells, which each account finds by asking (`query-cell2.timestream`).
  const labels = endpoint.labels
    .filter((label) => label !== 'fips')
    .map((label) => label.replace(/^fips-|-fips$|-cell\d+$/, ''));
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
  if (endpoint === null) return 'unknown';
  return isS3Host(endpoint) ? 's3' : (rowsOfHost(endpoint)[0]?.[0]?.prefix ?? 'unknown');
}
