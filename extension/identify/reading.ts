import type { Tree, Want } from './body/tree.ts';
import type { Operation } from './catalog/service.ts';
import type { Endpoint } from './endpoint.ts';
import type { Parameters } from './query-string.ts';
import type { NamedRequest, RequestHead } from './request.ts';

/** A request as far as it has been read, for what names its resources. */
export interface Reading {
  readonly head: RequestHead;
  /** Raw path, without the query. */
  readonly path: string;
  readonly parameters: Parameters;
  readonly endpoint: Endpoint | null;
  /** Host without port. */
  readonly hostname: string;
  readonly operation: Operation;
  /** Labels of the path, percent-decoded once. */
  readonly labels: ReadonlyMap<string, string>;
  /** What was wanted of the body; undefined where none was. */
  readonly body: Tree | undefined;
  /** For ARNs: `*` where unknown. */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

export type Access = NamedRequest['access'][number];

/** What a call needs, how much it touches, and under which prefix it lists. */
export interface Naming {
  /** IAM prefix, where it is not the service's own (S3 Express, Object Lambda). */
  readonly service?: string;
  readonly access: readonly Access[];
  readonly items?: number;
  readonly prefix?: string | null;
}

/** Names the resources of a service whose requests say more than members that fill ARN templates. */
export interface Binder {
  /** What is read of the body, by operation; null where the head says it all, undefined where the catalog's rule holds. */
  wants(operation: string, reading: Omit<Reading, 'body'>): Want | null | undefined;
  /** Undefined where the catalog's rule holds. */
  name(operation: string, reading: Reading): Naming | undefined;
}

/** `arn:PARTITION:SERVICE:REGION:ACCOUNT:rest` in the request's own region and account. */
export function arn(reading: Reading, service: string, rest: string): string {
  return `arn:${reading.partition}:${service}:${reading.region}:${reading.account}:${rest}`;
}

/** A role by ARN, or by name where the API takes names. */
export const roleArn = (reading: Reading, role: string): string =>
  isArn(role) ? role : `arn:${reading.partition}:iam::${reading.account}:role/${role}`;

export const isArn = (value: string): boolean => value.startsWith('arn:') && value.split(':').length >= 6;
