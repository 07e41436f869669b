import type { DuckDb, DuckDbLimits } from '../../../cli/lake/duckdb.ts';
import type { Table } from '../../../cli/lake/table.ts';

/** Enough for a test. */
export const SMALL: DuckDbLimits = { threads: 1, memoryBytes: 2 ** 30, overflow: null };

type Event = Readonly<Record<string, unknown>>;

/** A table as Athena's documentation makes it for a trail, with what CloudTrail has added since (`inscopeof`). */
const CLOUDTRAIL_COLUMNS: readonly (readonly [string, string])[] = [
  ['eventversion', 'string'],
  [
    'useridentity',
    'struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,inscopeof:struct<sourcearn:string,credentialsissuedto:string>>',
  ],
  ['eventtime', 'string'],
  ['eventsource', 'string'],
  ['eventname', 'string'],
  ['awsregion', 'string'],
  ['errorcode', 'string'],
  ['requestparameters', 'string'],
  ['responseelements', 'string'],
  ['additionaleventdata', 'string'],
  ['eventid', 'string'],
  ['resources', 'array<struct<arn:string,accountid:string,type:string>>'],
  ['eventtype', 'string'],
  ['recipientaccountid', 'string'],
  ['sharedeventid', 'string'],
  ['timestamp', 'string'],
];

export const cloudTrailTable: Table = {
  name: 'logs.trail',
  sql: '"trail"',
  columns: new Map(CLOUDTRAIL_COLUMNS),
  partitions: ['timestamp'],
};

/** As Security Lake's catalog has it, but for members that nobody asks for here. */
const SECURITY_LAKE_COLUMNS: readonly (readonly [string, string])[] = [
  ['metadata', 'struct<uid:string,event_code:string>'],
  ['time_dt', 'timestamp'],
  ['cloud', 'struct<region:string,provider:string>'],
  [
    'api',
    'struct<response:struct<error:string,message:string,data:string>,operation:string,service:struct<name:string>,request:struct<data:string,uid:string>>',
  ],
  [
    'actor',
    'struct<user:struct<type:string,name:string,uid_alt:string,uid:string,account:struct<uid:string>,credential_uid:string>,invoked_by:string>',
  ],
  ['resources', 'array<struct<uid:string,type:string>>'],
  ['unmapped', 'map<string,string>'],
];

export const securityLakeTable: Table = {
  name: 'lake.cloud_trail_mgmt_2_0',
  sql: '"cloud_trail_mgmt_2_0"',
  columns: new Map(SECURITY_LAKE_COLUMNS),
  partitions: [],
};

/** Makes the table and fills it from a file of JSON lines, as Athena's readers would: parameters and the like stay text. */
export async function fillTable(db: DuckDb, { sql, columns }: Table, file: string): Promise<void> {
  const types = [...columns].map(([name, type]) => `'${name}': '${duckType(type)}'`);
  await db.run(
    `CREATE OR REPLACE TABLE ${sql} AS SELECT * FROM read_json('${file}', format='newline_delimited', columns={${types.join(', ')}})`,
  );
}

/** Hive's name of a type in DuckDB. */
function duckType(type: string): string {
  const inner = /^(struct|array|map)<(.*)>$/s.exec(type);
  if (inner === null) return type === 'string' ? 'VARCHAR' : type;
  const [, kind, of] = inner;
  if (kind === 'array') return `${duckType(of!)}[]`;
  if (kind === 'map') return 'MAP(VARCHAR, VARCHAR)';
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of `${of},`) {
    if (char === '<') depth++;
    if (char === '>') depth--;
    if (char === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return `STRUCT(${parts.map((one) => `"${one.slice(0, one.indexOf(':'))}" ${duckType(one.slice(one.indexOf(':') + 1))}`).join(', ')})`;
}

const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value));

/** CloudTrail's events as the two tables hold them. */
export const asCloudTrail = (event: Event): Event => {
  const { requestParameters, responseElements, additionalEventData, resources, userIdentity, ...rest } = event;
  return {
    ...(lowered(rest) as Event),
    useridentity: lowered(userIdentity),
    resources: Array.isArray(resources) ? resources.map(lowered) : null,
    requestparameters: json(requestParameters),
    responseelements: json(responseElements),
    additionaleventdata: json(additionalEventData),
    timestamp: String(event.eventTime).slice(0, 10).replaceAll('-', '/'),
  };
};

// biome-ignore lint/suspicious/noExplicitAny: events are as their tests write them.
export const asOcsf = (event: any): Event => ({
  metadata: { uid: event.eventID, event_code: event.eventType },
  time_dt: event.eventTime.replace('T', ' ').replace('Z', ''),
  cloud: { region: event.awsRegion, provider: 'AWS' },
  api: {
    response: { error: event.errorCode, data: json(event.responseElements) },
    operation: event.eventName,
    service: { name: event.eventSource },
    request: { data: json(event.requestParameters), uid: 'r-1' },
  },
  actor: {
    user: {
      type: event.userIdentity.type,
      uid: event.userIdentity.arn,
      uid_alt: event.userIdentity.principalId,
      account: { uid: event.userIdentity.accountId },
      credential_uid: event.userIdentity.accessKeyId,
    },
    invoked_by: event.userIdentity.invokedBy,
  },
  resources: (event.resources ?? []).map(({ ARN, type }: { ARN: string; type: string }) => ({ uid: ARN, type })),
  unmapped: {
    ...(event.sharedEventID === undefined ? {} : { sharedEventID: event.sharedEventID }),
    ...(event.recipientAccountId === undefined ? {} : { recipientAccountId: event.recipientAccountId }),
    ...(event.userIdentity.inScopeOf === undefined
      ? {}
      : { 'userIdentity.inScopeOf.credentialsIssuedTo': event.userIdentity.inScopeOf.credentialsIssuedTo }),
    ...(event.additionalEventData === undefined ? {} : { additionalEventData: json(event.additionalEventData) }),
  },
});

function lowered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toLowerCase(), lowered(one)]));
}
