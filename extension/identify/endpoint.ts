import { PARTITIONS } from './catalog/generated/partitions.ts';

/** What a host name says about an AWS endpoint. Null from `readEndpoint` for a host that is none. */
export interface Endpoint {
  /** `aws`, `aws-cn`, …; that of commercial AWS where two share the suffix and no region tells which (`iam.amazonaws.com`). */
  readonly partition: string;
  /** Region in the host; null for global hosts. */
  readonly region: string | null;
  /** Labels left of the partition's suffix without region, dualstack and VPC endpoint labels; the last without its FIPS mark. */
  readonly labels: readonly string[];
  /** True for the hosts of interface VPC endpoints. */
  readonly vpc: boolean;
}

const SUFFIXES = PARTITIONS.flatMap(({ id, suffixes, regions }) =>
  suffixes.map((suffix) => ({ id, suffix, regions })),
).sort((a, b) => b.suffix.length - a.suffix.length);

/** Where people and tools sign in: hosts of their own under AWS's web domains. */
const SIGN_IN = [
  { id: 'aws', suffix: 'aws.amazon.com' },
  { id: 'aws-cn', suffix: 'amazonaws.cn' },
  { id: 'aws-us-gov', suffix: 'amazonaws-us-gov.com' },
].map(({ id, suffix }) => ({ id, suffix, regions: PARTITIONS.find((partition) => partition.id === id)!.regions }));

/** Labels of customers' own machines and load balancers under AWS's domains: hosts, but no AWS APIs. */
const CUSTOMER = /(^|\.)(elb|compute|compute-\d|elasticbeanstalk|awsglobalaccelerator|cloudfront|amplifyapp)$/;

/** True for hosts under AWS's own API domains, in all partitions. `host` is lower case, without port. */
export function isAwsEndpoint(host: string): boolean {
  if (isSignIn(host)) return true;
  const suffix = suffixOf(host);
  if (suffix === null) return false;
  const rest = host.slice(0, -suffix.length - 1);
  const name = rest.replace(/\.[a-z]{2}(?:-[a-z]+)+-\d$/, '');
  return !CUSTOMER.test(name) && !CUSTOMER.test(rest);
}

const isSignIn = (host: string): boolean =>
  /(?:^|\.)signin(?:-fips)?\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)$/.test(host);

function suffixOf(host: string): string | null {
  if (isSignIn(host)) return SIGN_IN.find(({ suffix }) => host.endsWith(`.${suffix}`))!.suffix;
  for (const { suffix } of SUFFIXES) {
    if (host.length > suffix.length && host.endsWith(suffix) && host.charCodeAt(host.length - suffix.length - 1) === 46)
      return suffix;
  }
  return null;
}

/** The partition that a region belongs to; null for a region of a form that no partition has. */
export function partitionOf(region: string): string | null {
  for (const { id, regions } of PARTITIONS) if (regions.test(region)) return id;
  return null;
}

const kept = new Map<string, Endpoint | null>();

/** Hosts repeat from call to call: the last few hundred readings are kept. */
export function readEndpoint(host: string): Endpoint | null {
  let endpoint = kept.get(host);
  if (endpoint === undefined) {
    endpoint = parse(host);
    if (kept.size >= 256) kept.clear();
    kept.set(host, endpoint);
  }
  return endpoint;
}

function parse(host: string): Endpoint | null {
  if (!isAwsEndpoint(host)) return null;
  const suffix = suffixOf(host)!;
  const own = [...SUFFIXES, ...SIGN_IN].find((candidate) => candidate.suffix === suffix)!;
  const labels = host.slice(0, -suffix.length - 1).split('.');
  // VPC endpoints: `vpce-0a1b-2c3d[-az].dynamodb.us-east-1.vpce.amazonaws.com`.
  const vpc = labels.at(-1) === 'vpce';
  if (vpc) labels.pop();
  // Rule sets of services that know one suffix only put any region before it.
  const region = takeRegion(labels, (label) => partitionOf(label) !== null);
  const isGov = /^us-gov(?:-west)?$/.test(labels.at(-1) ?? '');
  if (isGov) labels.pop();
  if (labels.at(-1) === 'dualstack') labels.pop();
  const at = vpc ? labels.findLastIndex((label) => /^vpce-[0-9a-f]+-/.test(label)) : -1;
  if (at >= 0) labels.splice(at, 1);
  labels.push((labels.pop() ?? '').replace(/^fips-|-fips(?=-|$)/, ''));
  const partition = isGov ? 'aws-us-gov' : ((region === null ? null : partitionOf(region)) ?? own.id);
  return { partition, region, labels, vpc };
}

/** `s3-us-west-2`, `s3-fips-us-gov-west-1`, `s3-website-eu-west-1`: one label for service and region. */
const JOINED = /^(s3(?:-fips|-website)?)-(.+-\d+)$/;

/**
 * Takes the region out of the labels. It stands last, or joined to S3's, or in older forms before the service (`us-east-1.queue`,
 * `search-x.us-east-1.es`). What stands further left are names that others chose, and buckets may be named like regions.
 */
function takeRegion(labels: string[], isRegion: (label: string) => boolean): string | null {
  const last = labels.at(-1) ?? '';
  if (isRegion(last)) return labels.pop()!;
  const joined = JOINED.exec(last);
  if (joined !== null && isRegion(joined[2]!)) {
    labels[labels.length - 1] = joined[1]!;
    return joined[2]!;
  }
  const before = labels.at(-2) ?? '';
  if (/^s3(?:-|express-|$)/.test(last) || last === 'dualstack' || !isRegion(before)) return null;
  labels.splice(-2, 1);
  return before;
}
