import { own } from './own.ts';

/** What an event says of the request. */
export interface Asked {
  readonly record: Record<string, unknown>;
  readonly parameters: Record<string, unknown>;
  readonly account: string | null;
  readonly region: string | null;
}

/** ARNs: those that the event names, else what the request's parameters name, else `*`. */
export function resourcesOf(service: string, operation: string, action: string, asked: Asked): readonly string[] {
  const named = eventResources(asked.record);
  if (service === 's3') return s3Resources(operation, action, asked, named);
  const fitting = named.map(({ arn }) => arn).filter((arn) => arn.split(':')[2] === service);
  if (fitting.length > 0) return fitting;
  const found =
    own(PARAMETERS, service)?.(
      asked.parameters,
      (rest) => `arn:${partitionOf(asked.region)}:${service}:${asked.region ?? '*'}:${asked.account ?? '*'}:${rest}`,
    ) ?? [];
  const arns = found.filter((arn): arn is string => arn !== null);
  return arns.length > 0 ? [...new Set(arns)] : ['*'];
}

const partitionOf = (region: string | null): string =>
  region?.startsWith('cn-') ? 'aws-cn' : region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

interface EventResource {
  readonly arn: string;
  readonly type: string | null;
}

function eventResources(record: Record<string, unknown>): EventResource[] {
  if (!Array.isArray(record.resources)) return [];
  return record.resources.flatMap((item: unknown) => {
    const arn = text(object(item)?.ARN);
    return arn === null ? [] : [{ arn, type: text(object(item)?.type) }];
  });
}

function s3Resources(
  operation: string,
  action: string,
  asked: Asked,
  named: readonly EventResource[],
): readonly string[] {
  const { parameters } = asked;
  const bucket = text(parameters.bucketName);
  const key = text(parameters.key);
  if (action === 'GetObject' && (operation === 'CopyObject' || operation === 'UploadPartCopy')) {
    const source = text(parameters['x-amz-copy-source'])
      ?.replace(/^\//, '')
      .replace(/\?versionId=.*$/, '');
    return source === undefined ? ['*'] : [`arn:${partitionOf(asked.region)}:s3:::${decoded(source)}`];
  }
  if (bucket !== null) {
    const arn = bucket.startsWith('arn:') ? bucket : `arn:${partitionOf(asked.region)}:s3:::${bucket}`;
    if (key !== null) return [`${arn}/${key}`];
    return action === 'DeleteObject' ? [`${arn}/*`] : [arn];
  }
  const object = named.find(({ type }) => type === 'AWS::S3::Object') ?? named[0];
  return object === undefined ? ['*'] : [object.arn];
}

function decoded(source: string): string {
  try {
    return decodeURIComponent(source);
  } catch {
    return source;
  }
}

export function object(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

export const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

type Parameters = Readonly<Record<string, unknown>>;
type ArnOf = (rest: string) => string;

/** A name or an ARN: many parameters take both. */
const arnOr = (value: unknown, make: (name: string) => string): string | null => {
  const name = text(value);
  return name === null ? null : name.startsWith('arn:') ? name : make(name);
};

/** Names in a list of objects or strings. */
const each = (value: unknown, pick: (item: unknown) => string | null): (string | null)[] =>
  Array.isArray(value) ? value.map(pick) : [];

const tables = (p: Parameters, arn: ArnOf): (string | null)[] => {
  const of = (name: unknown) => arnOr(name, (table) => arn(`table/${table}`));
  const items = [...each(p.transactItems, (item) => tableIn(item)), ...Object.keys(object(p.requestItems) ?? {})];
  return [of(p.tableName), ...items.map(of)];
};

/** `{put: {tableName}}` of a transaction. */
function tableIn(item: unknown): string | null {
  for (const part of Object.values(object(item) ?? {})) {
    const name = text(object(part)?.tableName);
    if (name !== null) return name;
  }
  return null;
}

const PARAMETERS: Readonly<Record<string, (p: Parameters, arn: ArnOf) => (string | null)[]>> = {
  dynamodb: tables,
  kms: (p, arn) => [arnOr(p.keyId, (key) => (key.startsWith('alias/') ? arn('key/*') : arn(`key/${key}`)))],
  secretsmanager: (p, arn) => [arnOr(p.secretId ?? p.name, (name) => arn(`secret:${name}-*`))],
  ssm: (p, arn) => {
    const of = (name: unknown) => arnOr(name, (parameter) => arn(`parameter/${parameter.replace(/^\//, '')}`));
    return [of(p.name ?? p.path), ...each(p.names, of)];
  },
  lambda: (p, arn) => [arnOr(p.functionName, (name) => arn(`function:${name.split(':').at(-1)}`))],
  sqs: (p, arn) => {
    const [account, queue] = (text(p.queueUrl) ?? '').split('/').slice(-2);
    return [queue ? arn(queue).replace(/:[^:]*:([^:]*)$/, `:${account}:$1`) : arnOr(p.queueName, arn)];
  },
  sns: (p, arn) => [arnOr(p.topicArn ?? p.targetArn, arn)],
  sts: (p) => [arnOr(p.roleArn, (role) => role)],
  states: (p) => [arnOr(p.stateMachineArn ?? p.executionArn, (name) => name)],
  kinesis: (p, arn) => [arnOr(p.streamARN ?? p.streamName, (name) => arn(`stream/${name}`))],
  firehose: (p, arn) => [arnOr(p.deliveryStreamName, (name) => arn(`deliverystream/${name}`))],
  events: (p, arn) => [
    ...each(p.entries, (entry) => arnOr(object(entry)?.eventBusName ?? 'default', (bus) => arn(`event-bus/${bus}`))),
    arnOr(p.rule ?? null, (rule) => arn(`rule/${rule}`)),
  ],
  logs: (p, arn) => [arnOr(p.logGroupName ?? p.logGroupIdentifier, (group) => arn(`log-group:${group}`))],
  iam: (p, arn) =>
    [
      arnOr(p.roleName, (name) => arn(`role/${name}`)),
      arnOr(p.userName, (name) => arn(`user/${name}`)),
      arnOr(p.policyArn, (name) => name),
    ].map((one) => one?.replace(/^arn:aws:iam:[^:]*:/, 'arn:aws:iam::') ?? null),
  glue: (p, arn) => {
    const database = text(p.databaseName);
    const table = text(p.tableName);
    return [database === null ? null : arn(table === null ? `database/${database}` : `table/${database}/${table}`)];
  },
  athena: (p, arn) => [arn(`workgroup/${text(p.workGroup) ?? 'primary'}`)],
  'cognito-idp': (p, arn) => [arnOr(p.userPoolId, (pool) => arn(`userpool/${pool}`))],
};

/** By service the parameters that its resources are named by: what a query must bring of a request. Asked of the functions themselves, so that there is no second list. */
export function parametersRead(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(PARAMETERS).map(([service, named]) => {
      const read = new Set<string>();
      named(new Proxy({}, { get: (_, field) => void read.add(String(field)) }), (rest) => rest);
      return [service, [...read].sort()];
    }),
  );
}
