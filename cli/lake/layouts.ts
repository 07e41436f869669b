import { LARGEST_SIZE } from '../../baseline/cloudtrail.ts';
import { UsageError } from '../errors.ts';
import type { Span } from './span.ts';
import { fieldsOf, type Table } from './table.ts';

/** Events of role sessions as `groupQuery` takes them, out of a table of one of the layouts that AWS documents. UsageError where it is neither. */
export function eventsIn(table: Table, span: Span): string {
  const layout = LAYOUTS.find(({ known }) => known.every((column) => table.columns.has(column)));
  if (layout === undefined) {
    const wanted = LAYOUTS.map(({ name, known }) => `${name} (${known.join(', ')})`).join(' or ');
    throw new UsageError(`${table.name} is no table that can be learned from: expected the columns of ${wanted}`);
  }
  const pick = picker(table);
  return `
  SELECT ${Object.entries(layout.columns(pick))
    .map(([name, expression]) => `${expression} AS ${name}`)
    .join(',\n    ')}
  FROM ${table.sql}
  WHERE ${[...layout.where(pick), ...layout.during(table, span)].join('\n    AND ')}
`;
}

/** A field by its path, NULL where the table has none: what CloudTrail has added since is missing from older tables. */
type Pick = (path: string) => string;

const NONE = 'CAST(NULL AS varchar)';

function picker(table: Table): Pick {
  const fields = fieldsOf(table.columns);
  return (path) => (fields.has(path) ? path : NONE);
}

interface Layout {
  readonly name: string;
  /** Columns by which it is known. */
  readonly known: readonly string[];
  columns(pick: Pick): Readonly<Record<EventColumn, string>>;
  where(pick: Pick): readonly string[];
  during(table: Table, span: Span): readonly string[];
}

type EventColumn =
  | 'id'
  | 'stamp'
  | 'source'
  | 'name'
  | 'region'
  | 'account'
  | 'access_key'
  | 'session'
  | 'issued_to'
  | 'error'
  | 'params'
  | 'resources'
  | 'sent'
  | 'received';

const text = (expression: string): string => `nullif(${expression}, '')`;

const first = (...expressions: readonly string[]): string => `coalesce(${expressions.join(', ')})`;

/** The session's name: the end of its ARN, else that of its principal. */
const session = (arn: string, principal: string): string =>
  first(`regexp_extract(${text(arn)}, '[^/]*$')`, `regexp_extract(${text(principal)}, '[^:]*$')`);

const ofKind = (resources: string, arn: string): string =>
  `filter(transform(${resources}, r -> coalesce(r.type, '') || ' ' || r.${arn}), r -> r IS NOT NULL)`;

const bytes = (expression: string): string =>
  `CAST(round(CASE WHEN TRY_CAST(${expression} AS double) BETWEEN 0 AND ${LARGEST_SIZE} THEN TRY_CAST(${expression} AS double) END) AS bigint)`;

const ANYTHING = 'CAST(uuid() AS varchar)';

/** The table that Athena's console and documentation make for a trail's bucket. */
const cloudTrail: Layout = {
  name: "CloudTrail's logs",
  known: ['useridentity', 'eventtime', 'eventsource', 'eventname', 'requestparameters'],
  columns: (pick) => ({
    id: first(text(pick('sharedeventid')), text(pick('eventid')), ANYTHING),
    stamp: 'eventtime',
    source: 'eventsource',
    name: 'eventname',
    region: text(pick('awsregion')),
    account: first(text(pick('useridentity.accountid')), text(pick('recipientaccountid'))),
    access_key: text(pick('useridentity.accesskeyid')),
    session: session(pick('useridentity.arn'), pick('useridentity.principalid')),
    issued_to: text(pick('useridentity.inscopeof.credentialsissuedto')),
    error: text(pick('errorcode')),
    params: 'requestparameters',
    resources: pick('resources') === NONE ? 'CAST(NULL AS array(varchar))' : ofKind('resources', 'arn'),
    sent: bytes(`json_extract_scalar(${pick('additionaleventdata')}, '$.bytesTransferredIn')`),
    received: bytes(`json_extract_scalar(${pick('additionaleventdata')}, '$.bytesTransferredOut')`),
  }),
  where: (pick) => [
    "useridentity.type = 'AssumedRole'",
    `${pick('useridentity.invokedby')} IS NULL`,
    `coalesce(${pick('eventtype')}, 'AwsApiCall') = 'AwsApiCall'`,
  ],
  during: (table, { from, to }) => [
    ...(from === null ? [] : [`eventtime >= '${from}'`]),
    ...(to === null ? [] : [`eventtime < '${to}'`]),
    ...inPartitions(table, { from, to }),
  ],
};

/** CloudTrail's source of Security Lake, version 2 (OCSF 1.1.0), management and S3 data events alike. */
const securityLake: Layout = {
  name: "Security Lake's CloudTrail source, version 2",
  known: ['actor', 'api', 'cloud', 'metadata', 'time_dt', 'unmapped'],
  columns: (pick) => ({
    id: first(text(unmapped('sharedEventID')), text('metadata.uid'), ANYTHING),
    stamp: "replace(substr(CAST(time_dt AS varchar), 1, 19), ' ', 'T') || 'Z'",
    source: 'api.service.name',
    name: 'api.operation',
    region: text('cloud.region'),
    account: first(text(pick('actor.user.account.uid')), text(unmapped('recipientAccountId'))),
    access_key: text(pick('actor.user.credential_uid')),
    session: session('actor.user.uid', pick('actor.user.uid_alt')),
    issued_to: text(unmapped('userIdentity.inScopeOf.credentialsIssuedTo')),
    error: text('api.response.error'),
    params: 'api.request.data',
    resources: pick('resources') === NONE ? 'CAST(NULL AS array(varchar))' : ofKind('resources', 'uid'),
    sent: bytes(additional('bytesTransferredIn')),
    received: bytes(additional('bytesTransferredOut')),
  }),
  where: (pick) => [
    "actor.user.type = 'AssumedRole'",
    `${pick('actor.invoked_by')} IS NULL`,
    `coalesce(${pick('metadata.event_code')}, 'AwsApiCall') = 'AwsApiCall'`,
  ],
  during: (_, { from, to }) => [
    ...(from === null ? [] : [`time_dt >= ${timestamp(from)}`]),
    ...(to === null ? [] : [`time_dt < ${timestamp(to)}`]),
  ],
};

const LAYOUTS: readonly Layout[] = [cloudTrail, securityLake];

/** What OCSF has no place for. */
const unmapped = (key: string): string => `element_at(unmapped, '${key}')`;

const additional = (field: string): string =>
  first(
    unmapped(`additionalEventData.${field}`),
    `json_extract_scalar(${unmapped('additionalEventData')}, '$.${field}')`,
  );

const timestamp = (time: string): string => `TIMESTAMP '${time.slice(0, 19).replace('T', ' ')}'`;

/**
 * Bytes that need not be read are not paid for: by the partitions that AWS documents, `timestamp` as yyyy/MM/dd or year, month and day. A partition is of the day of delivery, which
 * may be the day after.
 */
function inPartitions({ partitions }: Table, { from, to }: Span): string[] {
  const day = partitions.includes('timestamp')
    ? '"timestamp"'
    : ['year', 'month', 'day'].every((name) => partitions.includes(name))
      ? `CAST("year" AS varchar) || '/' || lpad(CAST("month" AS varchar), 2, '0') || '/' || lpad(CAST("day" AS varchar), 2, '0')`
      : null;
  if (day === null) return [];
  const slashes = (time: number): string => new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');
  return [
    ...(from === null ? [] : [`${day} >= '${slashes(Date.parse(from))}'`]),
    ...(to === null ? [] : [`${day} <= '${slashes(Date.parse(to) + DAY)}'`]),
  ];
}

const DAY = 86_400_000;
