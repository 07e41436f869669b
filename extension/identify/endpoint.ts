import { PARTITIONS } from './catalog/generated/partitions.ts';

/** What a host name says about an AWS endpoint. Null from `readEndpoint` for a host that is none. */
export interface Endpoint {
  /** `aws`, `aws-cn`, …; null where two partitions share the suffix and no region tells which (`iam.amazonaws.com` is `aws` all the same). */
  readonly partition: string;
  /** Region in the host; null for global hosts. */
  readonly region: string | null;
  /** Labels left of the partition's suffix without region, dualstack and VPC endpoint labels; FIPS marks removed. */
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
  const partitions = [...SUFFIXES, ...SIGN_IN].filter((candidate) => candidate.suffix === suffix);
  let labels = host.slice(0, -suffix.length - 1).split('.');
  let region: string | null = null;
  let partition: string | null = null;
  const isRegion = (label: string): string | null => partitions.find(({ regions }) => regions.test(label))?.id ?? null;

  // VPC endpoints: `vpce-0a1b-2c3d[-az].dynamodb.us-east-1.vpce.amazonaws.com`.
  const vpc = labels.at(-1) === 'vpce';
  if (vpc) {
    labels.pop();
    labels = labels.filter((label) => !/^vpce-[0-9a-f]+-/.test(label));
  }
  // The region stands last, but for older forms (`us-east-1.queue`, `search-x.us-east-1.es`).
  for (let index = labels.length - 1; index >= 0 && region === null; index--) {
    const label = labels[index]!;
    partition = isRegion(label);
    if (partition !== null) {
      region = label;
      labels.splice(index, 1);
    } else {
      // `s3-us-west-2`, `s3-fips-us-gov-west-1`, `bucket.s3-website-eu-west-1`.
      const joined =
        /^(s3(?:-fips|-website)?)-(?!fips|accelerate|control|outposts|object|accesspoint|global|external|deprecated)(.+)$/.exec(
          label,
        );
      partition = joined === null ? null : isRegion(joined[2]!);
      if (joined !== null && partition !== null) {
        region = joined[2]!;
        labels[index] = joined[1]!;
      }
    }
    if (region === null && (label === 'us-gov' || label === 'us-gov-west')) {
      partition = 'aws-us-gov';
      labels.splice(index, 1);
    }
    if (region === null && index === labels.length - 1 && isService(label)) continue;
  }
  labels = labels
    .filter((label) => label !== 'dualstack' && label !== 'fips')
    .map((label) => label.replace(/^fips-|-fips$/, ''));
  return { partition: partition ?? partitions[0]!.id, region, labels, vpc };
}

const isService = (label: string): boolean => /^[a-z0-9-]+$/.test(label);
