import { createHmac, timingSafeEqual } from 'node:crypto';
import { accountOfKey } from '../identify/access-key.ts';
import type { NamedRequest, RequestHead } from '../identify/request.ts';
import type { Credentials } from '../sigv4/signer.ts';

/**
 * A signature that is made in the function and used elsewhere: a presigned URL, a database's or a cluster's login token. The function's SDK has made it with the
 * placeholder; the sensor verifies it, judges it as the call that it permits, and signs it anew.
 */
export interface OfflineSignature {
  readonly method: string;
  /** As it was given, up to the path. */
  readonly origin: string;
  readonly head: RequestHead;
  /** The placeholder's. */
  readonly accessKeyId: string;
}

export class NotPresigned extends Error {
  readonly code = 'not-presigned';
}

const URL_PARTS = /^([a-z][a-z0-9+.-]{0,15}:\/\/)([A-Za-z0-9._-]{1,255}(?::\d{1,5})?)(\/[^?#\s]*)?\?([^#\s]+)$/;
const LONGEST = 32 * 1024;

/** `{"method","url","headers"}`: headers are those that the signature covers besides the host. */
export function readOffline(body: Uint8Array): OfflineSignature {
  let given: { method?: unknown; url?: unknown; headers?: unknown };
  try {
    given = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new NotPresigned('the body is not JSON');
  }
  const { method = 'GET', url, headers = {} } = given ?? {};
  const found = typeof url === 'string' && url.length <= LONGEST ? URL_PARTS.exec(url) : null;
  if (found === null) throw new NotPresigned('url is not a presigned URL');
  if (typeof method !== 'string' || !/^(?:GET|PUT|HEAD|POST|DELETE)$/.test(method)) {
    throw new NotPresigned('method is not GET, PUT, HEAD, POST or DELETE');
  }
  const [, scheme = '', authority = '', path = '/', query = ''] = found;
  const accessKeyId = /(?:^|&)X-Amz-Credential=([A-Z0-9]{16,128})(?:%2F|\/)/.exec(query)?.[1];
  if (accessKeyId === undefined) throw new NotPresigned('url has no credential of SigV4 in its query');
  const host = authority.replace(scheme === 'https://' ? /:443$/ : /$^/, '');
  return {
    method,
    origin: `${scheme}${authority}`,
    accessKeyId,
    head: {
      method,
      target: `${path}?${query}`,
      headers: [['host', host], ...covered(headers)],
      scheme: 'https',
      authority: null,
      sni: host.replace(/:\d+$/, '').toLowerCase(),
      connect: null,
    },
  };
}

function covered(headers: unknown): [string, string][] {
  if (typeof headers !== 'object' || headers === null) throw new NotPresigned('headers is not an object');
  return Object.entries(headers)
    .filter(([name]) => name.toLowerCase() !== 'host')
    .map(([name, value]) => {
      if (typeof value !== 'string' || !/^[\w-]{1,128}$/.test(name) || /[\r\n]/.test(value)) {
        throw new NotPresigned('headers has a field that is none');
      }
      return [name.toLowerCase(), value];
    });
}

/** The field that shows that the caller holds the placeholder's secret: hex HMAC-SHA256 of the body with it. No browser or SSRF makes it. */
export const PROOF_FIELD = 'x-rolefence-proof';

export function proves(proof: string | null, body: Uint8Array, { secretAccessKey }: Credentials): boolean {
  if (proof === null || !/^[0-9a-f]{64}$/.test(proof)) return false;
  return timingSafeEqual(createHmac('sha256', secretAccessKey).update(body).digest(), Buffer.from(proof, 'hex'));
}

/** Services whose signed query is a login token, shown to a server of the customer's own: database, cache, cluster. By signing name, IAM's action. */
const TOKENS: Readonly<Record<string, (q: Query) => { action: string; arn: string }>> = {
  'rds-db': ({ get, at }) => ({ action: 'rds-db:connect', arn: `arn:${at('rds-db')}:dbuser:*/${get('DBUser')}` }),
  dsql: ({ get, at, label }) => ({
    action: get('Action') === 'DbConnectAdmin' ? 'dsql:DbConnectAdmin' : 'dsql:DbConnect',
    arn: `arn:${at('dsql')}:cluster/${label}`,
  }),
  elasticache: ({ get, at }) => ({
    action: 'elasticache:Connect',
    arn: `arn:${at('elasticache')}:user:${get('User')}`,
  }),
  memorydb: ({ get, at }) => ({ action: 'memorydb:Connect', arn: `arn:${at('memorydb')}:user/${get('User')}` }),
  'kafka-cluster': ({ at }) => ({ action: 'kafka-cluster:Connect', arn: `arn:${at('kafka')}:cluster/*` }),
};

interface Query {
  get(name: string): string;
  /** Partition, service, region and account as they stand in an ARN. */
  at(service: string): string;
  /** First label of the host. */
  readonly label: string;
}

/** True where the server behind the host verifies the token through IAM whatever its name is: tunnels and aliases are common. */
export const isToken = (service: string): boolean => Object.hasOwn(TOKENS, service);

/** The login token as the call that it permits; null for a presigned request to AWS, which is named like any other. */
export function nameToken({ head, accessKeyId }: OfflineSignature, own: string | null): NamedRequest | null {
  const account = accountOfKey(accessKeyId) ?? own;
  const query = new URLSearchParams(head.target.slice(head.target.indexOf('?') + 1));
  const [, , region = '', service = ''] = (query.get('X-Amz-Credential') ?? '').split('/');
  const host = head.headers[0]![1];
  const at = (name: string) => `${partition(region)}:${name}:${region}:${account ?? '*'}`;
  const get = (name: string) => (query.getAll(name).length === 1 ? (query.get(name) ?? '*') : '*');
  const label = host.split('.')[0] ?? '*';
  const named = (access: NamedRequest['access'], action: string): NamedRequest => ({
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
  if (isToken(service)) {
    const { action, arn } = TOKENS[service]!({ get, at, label });
    return named([{ action, resources: [arn] }], action);
  }
  // A token for Kubernetes on EKS: whom STS says that the caller is, for the cluster named in a signed field.
  const cluster = service === 'sts' ? head.headers.find(([name]) => name === 'x-k8s-aws-id')?.[1] : undefined;
  if (cluster === undefined) return null;
  return named(
    [
      { action: 'sts:GetCallerIdentity', resources: ['*'] },
      { action: 'eks:AccessKubernetesApi', resources: [`arn:${at('eks')}:cluster/${cluster}`] },
    ],
    'eks:AccessKubernetesApi',
  );
}

const partition = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
