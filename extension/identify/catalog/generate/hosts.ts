// The rule sets call `aws.partition` and `aws.parseArn`: importing the SDK's core registers them.
import '@aws-sdk/core/client';
import { resolveEndpoint } from '@smithy/core/endpoints';
import type { BotocoreData, ServiceModel } from './botocore.ts';

/** What stands left of the region in the hosts of a service (`api.ecr`, `portal.sso`), FIPS marks and operations' prefixes taken away or added. */
export interface ServiceHosts {
  readonly prefixes: readonly string[];
  /** Signing names that the service's endpoints ask for. */
  readonly signingNames: readonly string[];
}

/** One region of each partition, and a second of the largest: hosts differ in nothing else. */
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
  'aws-global',
];

const REGION = /^(?:[a-z]{2}(?:-[a-z]+)*|eusc-de)-[a-z]+-\d+$/;

export function hostsOf(model: ServiceModel, data: BotocoreData): ServiceHosts {
  const prefixes = new Set<string>([model.metadata.endpointPrefix]);
  const signingNames = new Set<string>([model.metadata.signingName ?? model.metadata.endpointPrefix]);
  const suffixes = data.partitions.partitions
    .flatMap(({ outputs }) => [outputs.dualStackDnsSuffix, outputs.dnsSuffix])
    .sort((a, b) => b.length - a.length);
  const ruleSet = data.rules.get(model.id);
  for (const Region of REGIONS) {
    for (const UseFIPS of [false, true]) {
      for (const UseDualStack of [false, true]) {
        for (const extra of [{}, { ApiType: 'control' }, { ApiType: 'data' }]) {
          const endpoint = resolved(ruleSet, { Region, UseFIPS, UseDualStack, ...extra });
          if (endpoint === null) continue;
          for (const scheme of endpoint.schemes) signingNames.add(scheme);
          const prefix = prefixOf(endpoint.host, suffixes);
          if (prefix !== null) prefixes.add(prefix);
        }
      }
    }
  }
  // An operation's own prefix joins the first label where it ends in a hyphen (`data-servicediscovery`); with a dot it is a label more.
  const joined = new Set(Object.values(model.operations).flatMap(({ endpoint }) => endpoint?.hostPrefix ?? []));
  const hosts = [...prefixes];
  for (const prefix of joined) if (prefix.endsWith('-')) for (const host of hosts) prefixes.add(prefix + host);
  return { prefixes: [...prefixes].sort(), signingNames: [...signingNames].sort() };
}

function resolved(
  ruleSet: unknown,
  endpointParams: Record<string, unknown>,
): { host: string; schemes: string[] } | null {
  try {
    const endpoint = resolveEndpoint(ruleSet as never, { endpointParams: endpointParams as never });
    const schemes = (endpoint.properties?.['authSchemes'] ?? []) as { signingName?: string }[];
    return { host: endpoint.url.hostname, schemes: schemes.flatMap(({ signingName }) => signingName ?? []) };
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
