import { applyRule } from './access.ts';
import type { Tree } from './body/tree.ts';
import type { Operation } from './catalog/service.ts';
import { issuesCredentials } from './credentials.ts';
import { doubt } from './doubt.ts';
import { type Endpoint, partitionOf } from './endpoint.ts';
import type { Request } from './facts.ts';
import type { SpokenOperation } from './operation.ts';
import type { Binder, Naming, Reading } from './reading.ts';
import type { NamedRequest, Protocol } from './request.ts';
import { binderOf } from './resources/binders.ts';

export const binderFor = (operation: Operation): Binder | undefined =>
  operation.binder ?? binderOf(operation.service.row.id);

export function readingOf(
  request: Request,
  operation: Operation,
  labels: ReadonlyMap<string, string>,
  body: Tree | undefined,
): Reading {
  const { facts, endpoint } = request;
  const region = facts.region ?? endpoint?.region ?? null;
  return {
    head: request.head,
    path: request.target.path,
    parameters: request.parameters,
    endpoint,
    hostname: request.target.hostname,
    operation,
    labels,
    body,
    partition: partitionFor(region, endpoint),
    region: region ?? '*',
    account: facts.account ?? '*',
  };
}

function partitionFor(region: string | null, endpoint: Endpoint | null): string {
  if (endpoint !== null && (region === null || region === endpoint.region)) return endpoint.partition;
  return (region === null ? null : partitionOf(region)) ?? endpoint?.partition ?? 'aws';
}

/** ARNs are at most 2,048 characters (IAM quotas); an S3 key alone may have 1,024 bytes. */
const LONGEST_ARN = 2_048;

export function exact(request: Request, spoken: SpokenOperation, reading: Reading): NamedRequest {
  const { operation } = spoken;
  const naming: Naming = binderFor(operation)?.name(operation.name, reading) ?? applyRule(operation.access(), reading);
  if (naming.access.some(({ resources }) => resources.some((resource) => resource.length > LONGEST_ARN))) {
    doubt('a name that is longer than any of AWS');
  }
  return named(request, operation, spoken.protocol, naming);
}

export function named({ facts }: Request, operation: Operation, protocol: Protocol, naming: Naming): NamedRequest {
  return {
    service: naming.service ?? operation.service.row.prefix,
    operation: operation.name,
    certainty: 'exact',
    access: naming.access,
    region: facts.region,
    account: facts.account,
    accessKeyId: facts.accessKeyId,
    prefix: naming.prefix ?? null,
    host: facts.host,
    items: naming.items ?? 1,
    protocol,
    reason: null,
    issuesCredentials: issuesCredentials(operation.service.row.id, operation.name),
  };
}
