import type { ServiceRow } from '../catalog/index.ts';
import { catalogIndex } from '../catalog/index.ts';
import type { Operation } from '../catalog/service.ts';
import { doubt } from '../doubt.ts';
import { decode } from '../query-string.ts';
import { arn, type Binder, type Reading } from '../reading.ts';
import { dotSegments, encodedTwice } from './segments.ts';
import { NO_LABELS, type Place, type SpokenOperation } from './spoken.ts';

/**
 * Hosts at which AWS runs what customers have made: an API of API Gateway, a domain of OpenSearch, a GraphQL API. No model names their operations;
 * IAM has an action for calling them. Many take no signature at all, so none is expected.
 */
interface OwnApi {
  /** Label of the host, from the right. */
  readonly label: string;
  /** botocore's name of the service. */
  readonly service: string;
  action(place: Place): string;
  resource(reading: Reading, name: string): string;
}

const APIS: readonly OwnApi[] = [
  {
    label: 'execute-api',
    service: 'apigatewaymanagementapi',
    action: () => 'Invoke',
    resource: (reading, name) =>
      arn(reading, 'execute-api', `${name.replace(/-vpce-.*$/, '')}/${stageAndPath(reading)}`),
  },
  {
    label: 'es',
    service: 'opensearch',
    action: ({ head }) => `ESHttp${head.method.charAt(0)}${head.method.slice(1).toLowerCase()}`,
    resource: (reading, name) => arn(reading, 'es', `domain/${domainOf(name)}${pathOf(reading)}`),
  },
  {
    label: 'aoss',
    service: 'opensearchserverless',
    action: () => 'APIAccessAll',
    resource: (reading, name) => arn(reading, 'aoss', `collection/${name}`),
  },
  {
    label: 'appsync-api',
    service: 'appsync',
    action: () => 'GraphQL',
    // The host's name is not the API's id.
    resource: (reading) => arn(reading, 'appsync', 'apis/*'),
  },
];

/** Null for all other hosts. */
export function ownApi(place: Place): SpokenOperation | null {
  const { endpoint, target } = place;
  if (endpoint === null || endpoint.labels.length < 2) return null;
  const api = APIS.find(({ label }) => endpoint.labels.at(-1) === label);
  if (api === undefined || /\/(?:@|%40)connections\//i.test(target.path)) return null;
  if (!METHODS.has(place.head.method)) return null;
  dotSegments(target.path);
  if (encodedTwice(decode(target.path))) doubt('a path that is percent-encoded twice');
  const row = catalogIndex().service(api.service);
  if (row === undefined) return null;
  const name = api.action(place);
  return { kind: 'operation', operation: operationOf(row, name, api), protocol: 'restJson1', labels: NO_LABELS };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function operationOf(row: ServiceRow, name: string, api: OwnApi): Operation {
  const binder: Binder = {
    wants: () => null,
    name: (_, reading) => {
      const label = reading.endpoint?.labels.at(-2) ?? '*';
      return { access: [{ action: `${row.prefix}:${name}`, resources: [api.resource(reading, label)] }] };
    },
  };
  return {
    name,
    service: row.table(),
    unsigned: true,
    pattern: null,
    marks: [],
    access: () => ({ accesses: [], prefix: null, count: null, body: [] }),
    binder,
  };
}

/** `search-NAME-` or `vpc-NAME-`, and 26 characters that OpenSearch chose. */
const domainOf = (label: string): string => /^(?:search|vpc)-(.+)-[a-z0-9]{26}$/.exec(label)?.[1] ?? '*';

const pathOf = (reading: Reading): string => (reading.path === '/' ? '' : decode(reading.path));

/** The first part of the path is the stage: `API/STAGE/METHOD/path`. */
function stageAndPath(reading: Reading): string {
  const [stage = '', ...rest] = decode(reading.path).split('/').slice(1);
  return `${stage === '' ? '*' : stage}/${reading.head.method}/${rest.join('/')}`;
}
