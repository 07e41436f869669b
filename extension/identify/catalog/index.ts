import { readFileSync } from 'node:fs';
import { catalogFolder, readTable } from './location.ts';
import { Service } from './service.ts';

export type WireProtocol = 'rest-json' | 'rest-xml' | 'json1.0' | 'json1.1' | 'query' | 'ec2' | 'cbor';

/**
 * One service's row of the index: enough to tell from a request which service's table to load. Read in full only when it is asked, since a
 * function calls few of the hundreds of services, and the index is read at every cold start.
 */
export class ServiceRow {
  /** botocore's name of the service, and the file's. */
  readonly id: string;
  readonly #folder: string;
  readonly #line: string;
  #fields: readonly string[] | null = null;
  #protocols: readonly WireProtocol[] | null = null;
  #table: Service | null = null;

  constructor(folder: string, id: string, line: string) {
    this.#folder = folder;
    this.id = id;
    this.#line = line;
  }

  #field(column: number): string {
    this.#fields ??= this.#line.split('\t');
    return this.#fields[column] ?? '';
  }

  /** IAM action prefix. */
  get prefix(): string {
    return this.#field(1) || this.id;
  }

  get protocols(): readonly WireProtocol[] {
    this.#protocols ??= this.#field(4).split(',') as WireProtocol[];
    return this.#protocols;
  }

  /** First part of X-Amz-Target, and the service's name in rpcv2Cbor paths. */
  get target(): string {
    return this.#field(5);
  }

  /** True for its target, or for the last part of one with dots (CloudTrail's), which the SDK for JavaScript sends. */
  hasTarget(target: string): boolean {
    return target === this.target || (target !== '' && this.target.endsWith(`.${target}`));
  }

  /** API version of the query protocols; '' for others. */
  get version(): string {
    return this.#field(6);
  }

  /** Regions that requests are signed for whatever the host's own region. */
  get signingRegions(): readonly string[] {
    return this.#field(8).split(',');
  }

  /** True where a bearer token can stand in place of a signature (Smithy httpBearerAuth); keys for Bedrock work with all of its APIs. */
  get bearer(): boolean {
    return /^(?:account-access-runtime|codecatalyst|bedrock|bedrock-.*)$/.test(this.id);
  }

  /** The service's table, loaded when first asked for. */
  table(): Service {
    this.#table ??= new Service(this, readTable(this.#folder, this.id, this.#field(9)));
    return this.#table;
  }
}

/** Services by what a request shows of them. Names are lower case. */
export class Index {
  readonly bySigningName = new Map<string, ServiceRow[]>();
  readonly byHost = new Map<string, ServiceRow[]>();
  readonly #byTarget = new Map<string, ServiceRow[]>();
  readonly #rows: readonly ServiceRow[];

  constructor(folder: string) {
    const rows: ServiceRow[] = [];
    for (const line of readFileSync(`${folder}index.txt`, 'utf8').split('\n')) {
      if (line === '') continue;
      const first = line.indexOf('\t');
      const second = line.indexOf('\t', first + 1);
      const third = line.indexOf('\t', second + 1);
      const id = line.slice(0, first);
      const row = new ServiceRow(folder, id, line);
      rows.push(row);
      addAll(this.bySigningName, line.slice(second + 1, third), row);
      addAll(this.byHost, line.slice(third + 1, line.indexOf('\t', third + 1)), row);
      const more = MORE_HOSTS[id];
      if (more !== undefined) addAll(this.byHost, more, row);
    }
    this.#rows = rows;
  }

  /** Services with a first part of X-Amz-Target. */
  byTarget(target: string): readonly ServiceRow[] {
    if (this.#byTarget.size === 0) {
      for (const row of this.#rows) {
        add(this.#byTarget, row.target, row);
        const last = row.target.slice(row.target.lastIndexOf('.') + 1);
        if (last !== row.target) add(this.#byTarget, last, row);
      }
    }
    return target === '' ? [] : (this.#byTarget.get(target) ?? []);
  }

  /** Services that speak the query protocols. */
  get forms(): readonly ServiceRow[] {
    return this.#rows.filter(({ version }) => version !== '');
  }

  /** Services that take bearer tokens. */
  get bearer(): readonly ServiceRow[] {
    return this.#rows.filter(({ bearer }) => bearer);
  }

  /** S3, S3 Control and S3 on Outposts, which share hosts and signing names. */
  get s3(): readonly ServiceRow[] {
    this.#s3 ??= this.#rows.filter(({ id }) => id === 's3' || id === 's3control' || id === 's3outposts');
    return this.#s3;
  }

  #s3: readonly ServiceRow[] | null = null;

  service(id: string): ServiceRow | undefined {
    return this.#rows.find((row) => row.id === id);
  }
}

/** Hosts that the endpoint rules do not show: older forms, and those with an account's or a resource's own label. */
const MORE_HOSTS: Readonly<Record<string, string>> = {
  sqs: 'queue',
  dynamodb: 'ddb',
  dynamodbstreams: 'ddb-streams,streams.ddb',
  'iot-data': 'iot,data.iot',
  appsync: 'appsync-api',
};

let index: Index | null = null;

export function catalogIndex(): Index {
  index ??= new Index(catalogFolder());
  return index;
}

/** `a,b`; where nothing stands there, the service's own name. */
function addAll(map: Map<string, ServiceRow[]>, names: string, row: ServiceRow): void {
  if (names === '') add(map, row.id, row);
  else if (!names.includes(',')) add(map, names.toLowerCase(), row);
  else for (const name of names.split(',')) add(map, name.toLowerCase(), row);
}

function add(map: Map<string, ServiceRow[]>, key: string, row: ServiceRow): void {
  const rows = map.get(key);
  if (rows === undefined) map.set(key, [row]);
  else if (!rows.includes(row)) rows.push(row);
}
