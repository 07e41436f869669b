// The rule sets call `aws.partition` and `aws.parseArn`: importing the SDK's core registers them.
import '@aws-sdk/core/client';
import { resolveEndpoint } from '@smithy/core/endpoints';
import type { BotocoreData, ServiceModel } from './botocore.ts';

/** What stands left of the region in the hosts of a service (`api.ecr`, `portal.sso`), FIPS marks and operations' prefixes taken away or added. */
export interface ServiceHosts {
  readonly prefixes: readonly string[];
  /** Signing names that the service's endpoints ask for. */
  readonly signingNames: readonly string[];
  /** Regions that the rules sign for on hosts of another region (`health.eu-west-1` is signed for us-east-1). */
  readonly signingRegions: readonly string[];
}

/** One region of each partition, and more of those whose rules name regions: hosts differ in nothing else. */
const REGIONS = [
  'us-east-1',
  'eu-west-1',
  'us-gov-west-1',
  'cn-north-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
  'eusc-de-east-1',
  'us-west-1',
  'us-gov-east-1',
  'cn-northwest-1',
  'aws-global',
];

/** Hosts that are told by the service itself, and those of VPC endpoints where they have another name than the public ones. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'timestream-query': [1, 2, 3, 4, 5, 6, 7, 8, 9].map((cell) => `query-cell${cell}.timestream`),
  'timestream-write': [1, 2, 3, 4, 5, 6, 7, 8, 9].map((cell) => `ingest-cell${cell}.timestream`),
  firehose: ['kinesis-firehose'],
  kinesis: ['kinesis-streams'],
  'iot-data': ['iot'],
  'iot-jobs-data': ['jobs.iot'],
  logs: ['streaming-logs'],
  neptunedata: ['neptune'],
  cloudsearchdomain: ['cloudsearch'],
  'kinesis-video-archived-media': ['kinesisvideo'],
  'kinesis-video-media': ['kinesisvideo'],
  'kinesis-video-signaling': ['kinesisvideo'],
  'kinesis-video-webrtc-storage': ['kinesisvideo'],
};

const REGION = /^(?:[a-z]{2}(?:-[a-z]+)*|eusc-de)-[a-z]+-\d+$/;

export function hostsOf(model: ServiceModel, data: BotocoreData): ServiceHosts {
  const prefixes = new Set<string>([model.metadata.endpointPrefix, ...(TOLD[model.id] ?? [])]);
  const signingNames = new Set<string>([model.metadata.signingName ?? model.metadata.endpointPrefix]);
  const signingRegions = new Set<string>(data.scopes.get(model.metadata.endpointPrefix) ?? []);
  const suffixes = data.partitions.partitions
    .flatMap(({ outputs }) => [outputs.dualStackDnsSuffix, outputs.dnsSuffix])
    .sort((a, b) => b.length - a.length);
  const ruleSet = data.rules.get(model.id);
  const byType = JSON.stringify(ruleSet ?? '').includes('ApiType');
  for (const Region of REGIONS) {
    for (const UseFIPS of [false, true]) {
      for (const UseDualStack of [false, true]) {
        for (const extra of byType ? [{}, { ApiType: 'control' }, { ApiType: 'data' }] : [{}]) {
          const endpoint = resolved(ruleSet, { Region, UseFIPS, UseDualStack, ...extra });
          if (endpoint === null) continue;
          const here = endpoint.host.split('.').find((label) => REGION.test(label));
          for (const { signingName, signingRegion } of endpoint.schemes) {
            if (signingName !== undefined) signingNames.add(signingName);
            if (signingRegion !== undefined && here !== undefined && here !== signingRegion)
              signingRegions.add(signingRegion);
          }
          const prefix = prefixOf(endpoint.host, suffixes);
          if (prefix !== null) prefixes.add(prefix);
        }
      }
    }
  }
  for (const url of urlsOf(ruleSet)) for (const prefix of prefixesOfUrl(url, model)) prefixes.add(prefix);
  // An operation's own prefix joins the first label where it ends in a hyphen (`data-servicediscovery`); with a dot it is a label more.
  const joined = new Set(Object.values(model.operations).flatMap(({ endpoint }) => endpoint?.hostPrefix ?? []));
  const hosts = [...prefixes];
  for (const prefix of joined) if (prefix.endsWith('-')) for (const host of hosts) prefixes.add(prefix + host);
  return {
    prefixes: [...prefixes].sort(),
    signingNames: [...signingNames].sort(),
    signingRegions: [...signingRegions].sort(),
  };
}

interface Scheme {
  readonly signingName?: string;
  readonly signingRegion?: string;
}

function resolved(
  ruleSet: unknown,
  endpointParams: Record<string, unknown>,
): { host: string; schemes: readonly Scheme[] } | null {
  try {
    const endpoint = resolveEndpoint(ruleSet as never, { endpointParams: endpointParams as never });
    const schemes = (endpoint.properties?.authSchemes ?? []) as Scheme[];
    return { host: endpoint.url.hostname, schemes };
  } catch {
    return null; // The rules have no endpoint for this combination.
  }
}

function prefixOf(host: string, suffixes: readonly string[]): string | null {
  const suffix = suffixes.find((candidate) => host.endsWith(`.${candidate}`));
  if (suffix === undefined) return null;
  const labels = host.slice(0, -suffix.length - 1).split('.');
  const rest = labels.filter((label) => !REGION.test(label) && !['us-gov', 'aws-global', 'dualstack'].includes(label));
  return rest.length === 0 ? null : rest.map((label) => label.replace(/^fips[-.]|-fips$/, '')).join('.');
}

/** All URLs of a rule set, their gaps unfilled: some are only reached with parameters that no region has. */
function urlsOf(rules: unknown): string[] {
  if (typeof rules !== 'object' || rules === null) return [];
  return Object.entries(rules).flatMap(([key, value]) =>
    key === 'url' && typeof value === 'string' ? [value] : urlsOf(value),
  );
}

/** `https://{AccountId}.{OperationType}-kinesis.{Region}.{PartitionResult#dnsSuffix}` → `control-kinesis`, `data-kinesis`. */
function prefixesOfUrl(url: string, model: ServiceModel): string[] {
  const host =
    /^https:\/\/([^/]+)\.(?:\{PartitionResult#(?:dnsSuffix|dualStackDnsSuffix)\}|amazonaws\.com|api\.aws|on\.aws)(?:\/.*)?$/.exec(
      url,
    )?.[1];
  if (host === undefined) return [];
  let labels = host
    .split('.')
    .filter((label) => !/[Rr]egion\}$/.test(label) && !REGION.test(label) && label !== 'us-gov');
  labels = labels.map((label) => label.replace(/^fips[-.]|-fips$/, '')).filter((label) => label !== 'dualstack');
  // What stands before the service's own label is an account's or a resource's.
  while (labels[0]?.startsWith('{') && labels[0].endsWith('}')) labels = labels.slice(1);
  const prefix = labels.join('.');
  const gap = /\{(\w+)\}/.exec(prefix);
  if (gap === null) return prefix === '' || prefix.includes('{') ? [] : [prefix];
  const values = Object.values(model.operations).flatMap(
    ({ staticContextParams }) => staticContextParams?.[gap[1]!]?.value ?? [],
  );
  return [...new Set(values)]
    .map((value) => prefix.replace(gap[0], String(value)))
    .filter((filled) => !filled.includes('{'));
}
