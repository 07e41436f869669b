import { readFileSync } from 'node:fs';
import { catalogFolder, readTable } from './location.ts';
import { readService, type Service } from './service.ts';

export type WireProtocol = 'rest-json' | 'rest-xml' | 'json1.0' | 'json1.1' | 'query' | 'ec2' | 'cbor';

/** One service's row of the index: enough to tell from a request which service's table to load. */
export interface ServiceRow {
  /** botocore's name of the service, and the file's. */
  readonly id: string;
  /** IAM action prefix. */
  readonly prefix: string;
  readonly signingNames: readonly string[];
  readonly hosts: readonly string[];
  readonly protocols: readonly WireProtocol[];
  /** First part of X-Amz-Target, and the service's name in rpcv2Cbor paths. */
  readonly target: string;
  /** API version of the query protocols; '' for others. */
  readonly version: string;
  /** Regions that requests are signed for whatever the host's own region. */
  readonly signingRegions: readonly string[];
  /** True where a bearer token can stand in place of a signature (Smithy httpBearerAuth). */
  readonly bearer: boolean;
  /** The service's table, loaded when first asked for. */
  readonly table: () => Service;
}

export interface Index {
  readonly bySigningName: ReadonlyMap<string, readonly ServiceRow[]>;
  readonly byHost: ReadonlyMap<string, readonly ServiceRow[]>;
  readonly byTarget: ReadonlyMap<string, readonly ServiceRow[]>;
  /** Services that speak the query protocols. */
  readonly forms: readonly ServiceRow[];
  /** Services that take bearer tokens. */
  readonly bearer: readonly ServiceRow[];
  /** S3, S3 Control and S3 on Outposts, which share hosts and signing names. */
  readonly s3: readonly ServiceRow[];
}

/** Hosts that the endpoint rules do not show: older forms, and those with an account's or a resource's own label. */
const MORE_HOSTS: Readonly<Record<string, readonly string[]>> = {
  sqs: ['queue'],
  dynamodb: ['ddb'],
  dynamodbstreams: ['ddb-streams', 'streams.ddb'],
  'iot-data': ['iot', 'data.iot'],
  appsync: ['appsync-api'],
};

const S3 = new Set(['s3', 's3control', 's3outposts']);

/** Services that take bearer tokens; keys for Bedrock work with all of Bedrock's APIs. */
const BEARER = /^(?:account-access-runtime|codecatalyst|bedrock|bedrock-.*)$/;

let index: Index | null = null;

export function catalogIndex(): Index {
  index ??= load(catalogFolder());
  return index;
}

function load(folder: string): Index {
  const s3: ServiceRow[] = [];
  const bearer: ServiceRow[] = [];
  const bySigningName = new Map<string, ServiceRow[]>();
  const byHost = new Map<string, ServiceRow[]>();
  const byTarget = new Map<string, ServiceRow[]>();
  const forms: ServiceRow[] = [];
  for (const line of readFileSync(`${folder}index.txt`, 'utf8').split('\n')) {
    if (line === '') continue;
    const [id = '', prefix, signing, hosts, protocols = '', target = '', version = '', , signingRegions = '', place] =
      line.split('\t');
    let table: Service | null = null;
    const row: ServiceRow = {
      id,
      prefix: prefix || id,
      signingNames: (signing || id).split(','),
      hosts: [...new Set([...(hosts || id).split(','), ...(MORE_HOSTS[id] ?? [])])],
      protocols: protocols.split(',') as WireProtocol[],
      target,
      version,
      signingRegions: signingRegions.split(','),
      bearer: BEARER.test(id),
      table: () => (table ??= readService(row, readTable(folder, id, place))),
    };
    if (S3.has(id)) s3.push(row);
    if (row.bearer) bearer.push(row);
    for (const name of row.signingNames) add(bySigningName, name.toLowerCase(), row);
    for (const host of row.hosts) add(byHost, host.toLowerCase(), row);
    if (target !== '') add(byTarget, target, row);
    if (version !== '') forms.push(row);
  }
  return { bySigningName, byHost, byTarget, forms, bearer, s3 };
}

function add(map: Map<string, ServiceRow[]>, key: string, row: ServiceRow): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, [row]);
  else rows.push(row);
}
