import { doubt } from '../doubt.ts';
import type { Endpoint } from '../endpoint.ts';
import { dotSegments, encodedTwice, lineEnds } from '../operation/segments.ts';
import { decode } from '../query-string.ts';

/** What an S3 request is addressed to, by its host and path. */
export interface Address {
  readonly kind:
    | 'service'
    | 'bucket'
    | 'accesspoint'
    | 'object-lambda'
    | 'outpost'
    | 'multi-region'
    | 'express'
    | 'website';
  /** Bucket or access point as the request names it; null for `service`. */
  readonly name: string | null;
  /** Account that stands in the host of an access point; null where none does. */
  readonly account: string | null;
  /** Outpost of `outpost`; null otherwise. */
  readonly outpost: string | null;
  /** Object key, percent-decoded once; null where the request is for the bucket itself. */
  readonly key: string | null;
}

const BARE = { account: null, outpost: null } as const;

/**
 * Path style (`s3.REGION/bucket/key`), virtual host (`bucket.s3.REGION/key`) and the hosts that access points, Outposts, S3 Express and
 * multi-region access points have. `labels` are those of the endpoint, `endpoint` null for a host that is none of AWS's.
 */
export function readAddress(endpoint: Endpoint | null, hostname: string, path: string): Address {
  if (path !== last.path || hostname !== last.hostname || endpoint !== last.endpoint) {
    last = { endpoint, hostname, path, address: read(endpoint, hostname, path) };
  }
  return last.address;
}

/** Of one request it is asked twice: for its operation and for its resources. */
let last: { endpoint: Endpoint | null; hostname: string; path: string; address: Address } = {
  endpoint: null,
  hostname: '',
  path: '',
  address: { kind: 'service', name: null, account: null, outpost: null, key: null },
};

function read(endpoint: Endpoint | null, hostname: string, path: string): Address {
  dotSegments(path);
  const labels = endpoint?.labels ?? hostname.split('.');
  // Behind a custom endpoint the host is anybody's; a label of S3's in it is taken for what it says.
  const at = endpoint === null ? labels.findLastIndex(isS3Label) : labels.length - 1;
  const before = labels.slice(0, Math.max(0, at));
  const label = at < 0 ? 's3' : labels[at]!;
  const key = keyOf(path.slice(1));
  if (label === 's3-website') return { kind: 'website', name: bucketName(before.join('.')), ...BARE, key };
  if (label === 's3-global' && before.at(-1) === 'accesspoint') {
    return { kind: 'multi-region', name: before.slice(0, -1).join('.'), ...BARE, key };
  }
  if (label === 's3-accesspoint' || (endpoint?.vpc === true && before.at(-1) === 'accesspoint')) {
    return { kind: 'accesspoint', ...owned(before[0] ?? ''), outpost: null, key };
  }
  if (label === 's3-object-lambda') {
    return before.length === 0 || (before.length === 1 && path === '/WriteGetObjectResponse')
      ? { kind: 'service', name: null, ...BARE, key }
      : { kind: 'object-lambda', ...owned(before[0]!), outpost: null, key };
  }
  if (label === 's3-outposts' && before.length >= 2) {
    // Aliases do not tell the outpost of all kinds of hardware.
    const outpost = before[1]!.startsWith('op-') ? before[1]! : '*';
    return { kind: 'outpost', ...owned(before[0]!), outpost, key };
  }
  const named = endpoint?.vpc === true && before.at(-1) === 'bucket' ? before.slice(0, -1) : before;
  if (named.length > 0) return inBucket(named.join('.'), key);
  const rest = path.slice(1);
  const slash = rest.indexOf('/');
  const bucket = decode(slash < 0 ? rest : rest.slice(0, slash));
  if (bucket === '') {
    if (rest !== '') doubt('a key without a bucket');
    return { kind: 'service', name: null, ...BARE, key: null };
  }
  return inBucket(bucket, slash < 0 ? null : keyOf(rest.slice(slash + 1)));
}

/** Hosts that speak S3 Control's API: `ACCOUNT.s3-control.REGION` and its like. The express one speaks both. */
export function isControl(endpoint: Endpoint, path: string): boolean {
  const { labels, vpc } = endpoint;
  const last = labels.at(-1);
  if (last === 's3-control') return true;
  if (last === 's3' && vpc && labels.at(-2) === 'control') return true;
  if (last === 's3-outposts') return labels.length === 1 || /^\d{12}$/.test(labels[0]!);
  return last === 's3express-control' && path.startsWith('/v20180820/');
}

function inBucket(name: string, key: string | null): Address {
  const kind = /--x-s3$|--xa-s3$/.test(name) ? 'express' : 'bucket';
  return { kind, name: bucketName(name), ...BARE, key };
}

/** The label that makes a host one of S3's. */
export const isS3Label = (label: string): boolean => S3_LABEL.test(label);

const S3_LABEL =
  /^(?:s3|s3-(?:control|website|accelerate|external-1|external-2|accesspoint|object-lambda|outposts|global)|s3express-[a-z0-9-]+)$/;

/** `NAME-ACCOUNT`, the first label of an access point's host. */
function owned(label: string): { name: string; account: string | null } {
  const match = /^(.+)-(\d{12})$/.exec(label);
  return match === null ? { name: label, account: null } : { name: match[1]!, account: match[2]! };
}

/** Names that were allowed once had capitals and underscores; whatever else stands there is no bucket. */
function bucketName(name: string): string {
  if (!/^[A-Za-z0-9._-]{1,255}$/.test(name)) doubt('a bucket of an unusual name');
  return name;
}

/** S3 decodes a key once and keeps what is then encoded; a server before it might not. */
function keyOf(raw: string): string | null {
  if (raw === '') return null;
  const key = decode(raw);
  if (encodedTwice(key)) doubt('a key that is percent-encoded twice');
  lineEnds(key);
  if (key !== raw) dotSegments(key);
  return key;
}
