import { partitionOf } from '../identify/endpoint.ts';
import type { NamedRequest } from '../identify/request.ts';
import { isBodiless, OF_THE_SIGNATURE, type OfflineSignature } from './offline.ts';

/**
 * A presigned request that is no request but a login: shown to a server of the customer's own (database, cache, cluster), which has IAM verify it. What such a signature
 * looks like is narrow, since the same signing names serve whole APIs: what looks otherwise in any part is no token.
 */
interface TokenForm {
  /** Values of the parameter `Action`, with the IAM action that each permits. */
  readonly actions: Readonly<Record<string, string>>;
  /** Parameters besides `Action` and those of the signature; the first is whom it is for, the others may be left out. */
  readonly parameters: readonly string[];
  readonly host: RegExp;
  /** `where` is partition, service, region and account of an ARN; `host` without port. */
  resource(where: string, given: ReadonlyMap<string, string>, host: string): string;
}

/** A cache's or cluster's own name: no host of AWS's APIs has no dot. */
const NAME = /^[a-z0-9-]{1,63}$/i;
const ANY = /^[a-z0-9._-]+$/i;

const FORMS: ReadonlyMap<string, TokenForm> = new Map([
  [
    'rds-db',
    {
      actions: { connect: 'rds-db:connect' },
      parameters: ['DBUser'],
      // Tunnels and aliases are common, and no API is called by this signing name.
      host: ANY,
      resource: (where, given) => `arn:${where}:dbuser:*/${given.get('DBUser')}`,
    },
  ],
  [
    'dsql',
    {
      actions: { DbConnect: 'dsql:DbConnect', DbConnectAdmin: 'dsql:DbConnectAdmin' },
      parameters: [],
      host: /^[a-z0-9]+\.dsql(?:-[a-z0-9]+)?\.[a-z0-9-]+\.on\.aws$/i,
      resource: (where, _, host) => `arn:${where}:cluster/${host.split('.')[0]}`,
    },
  ],
  [
    'elasticache',
    {
      actions: { connect: 'elasticache:Connect' },
      parameters: ['User', 'ResourceType'],
      host: NAME,
      resource: (where, given) => `arn:${where}:user:${given.get('User')}`,
    },
  ],
  [
    'memorydb',
    {
      actions: { connect: 'memorydb:Connect' },
      parameters: ['User'],
      host: NAME,
      resource: (where, given) => `arn:${where}:user/${given.get('User')}`,
    },
  ],
  [
    'kafka-cluster',
    {
      actions: { 'kafka-cluster:Connect': 'kafka-cluster:Connect' },
      parameters: [],
      host: /^kafka\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/i,
      resource: (where) => `arn:${where.replace(':kafka-cluster:', ':kafka:')}:cluster/*`,
    },
  ],
]);

/** A token for Kubernetes on EKS: whom STS says that the caller is, for the cluster that a signed field names. */
const CLUSTER_FIELD = 'x-k8s-aws-id';
const STS = /^sts(?:\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/i;

const LONGEST_S = 900;

/** The login as the call that it permits; null for what is no token: a presigned request to AWS, or something made to look like one. */
export function nameToken(offline: OfflineSignature, account: string | null): NamedRequest | null {
  const { method, path, parameters, head, service } = offline;
  const given = new Map([...parameters].filter(([name]) => !OF_THE_SIGNATURE.has(name)));
  const [host, ...fields] = head.headers;
  if (method !== 'GET' || path !== '/' || !isBodiless(offline)) return null;
  if (!(Number(parameters.get('X-Amz-Expires')) <= LONGEST_S)) return null;
  const [, , region = ''] = (parameters.get('X-Amz-Credential') ?? '').split('/');
  const named = namer(offline, host![1], region, account);
  const name = host![1].replace(/:\d+$/, '');
  const action = given.get('Action') ?? '';
  given.delete('Action');

  const form = FORMS.get(service);
  if (form !== undefined) {
    const known = Object.hasOwn(form.actions, action) ? form.actions[action]! : null;
    const fits = [...given.keys()].every((key) => form.parameters.includes(key));
    const whom = form.parameters[0];
    if (known === null || !fits || fields.length > 0 || !form.host.test(name)) return null;
    if (whom !== undefined && !given.get(whom)) return null;
    const where = `${partitionOf(region) ?? 'aws'}:${service}:${region}:${account ?? '*'}`;
    return named(known, [{ action: known, resources: [form.resource(where, given, name)] }]);
  }
  if (service !== 'sts' || !STS.test(name) || fields.length !== 1 || fields[0]![0] !== CLUSTER_FIELD) return null;
  if (action !== 'GetCallerIdentity' || [...given.keys()].join() !== 'Version') return null;
  const cluster = fields[0]![1];
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(cluster)) return null;
  const at = `${partitionOf(region) ?? 'aws'}:eks:${region}:${account ?? '*'}`;
  return named('eks:AccessKubernetesApi', [
    { action: 'sts:GetCallerIdentity', resources: ['*'] },
    { action: 'eks:AccessKubernetesApi', resources: [`arn:${at}:cluster/${cluster}`] },
  ]);
}

function namer({ accessKeyId }: OfflineSignature, host: string, region: string, account: string | null) {
  return (action: string, access: NamedRequest['access']): NamedRequest => ({
    service: action.split(':')[0]!,
    operation: action.split(':')[1]!,
    certainty: 'exact',
    access,
    region,
    account,
    accessKeyId,
    prefix: null,
    host,
    items: 1,
    protocol: 'restJson1',
    reason: null,
    issuesCredentials: false,
  });
}
