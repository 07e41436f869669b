import { EVENT_TIME } from '../../baseline/cloudtrail.ts';
import { EXCEPTIONS, SERVICES, TRANSACTED } from '../../baseline/cloudtrail-actions.ts';
import { parametersRead } from '../../baseline/cloudtrail-names.ts';
import { DAYS_KEPT, KEPT } from '../../baseline/model/largest.ts';
import { OVERLOAD } from '../../baseline/names/step.ts';
import { LIST_PARAMETERS } from './lists.ts';
import { withUnit } from './unit-hash.ts';

/**
 * The first half of the counting: of CloudTrail's events those that are calls of functions, each with the names that its request has, and nothing else of it. It is Trino's SQL, as Athena
 * runs it, kept to what DuckDB has under some name (duckdb.ts).
 *
 * `events` is a SELECT of one layout (layouts.ts).
 */
export const callQuery = (events: string): string => `
WITH events AS (${events}),
sessions AS (
  SELECT *, regexp_replace(source, '\\.(amazonaws\\.com|aws\\.internal)(\\.cn)?$', '') AS host,
    CASE
      WHEN issued_to IS NULL THEN CASE WHEN regexp_like(session, '^[A-Za-z0-9_-]{1,64}$') AND NOT regexp_like(session, '^i-[0-9a-f]{8,17}$') THEN session END
      WHEN strpos(issued_to, ':function:') > 0 THEN regexp_extract(issued_to, '^([^:]*:){0,6}[^:]*')
    END AS fn
  FROM events
  WHERE source <> '' AND name <> '' AND regexp_like(stamp, ${quoted(EVENT_TIME)})
    AND TRY_CAST(replace(substr(stamp, 1, 19), 'T', ' ') AS timestamp) IS NOT NULL
),
named AS (
  SELECT *, ${SERVICE} AS service, regexp_replace(name, '([0-9]{8}|[0-9]{4}_[0-9]{2}_[0-9]{2})(v[0-9]+)?$', '') AS operation
  FROM sessions
  WHERE fn IS NOT NULL
)
SELECT id, fn, service, operation, region, account, access_key, stamp, error, sent, received,
  CASE WHEN service = 's3' THEN ${parameter('bucketName')} END AS bucket,
  CASE WHEN service = 's3' THEN ${parameter('key')} END AS object_key,
  CASE WHEN service = 's3' THEN coalesce(${parameter('prefix')}, ${parameter('prefix[0]')}) END AS prefix,
  CASE WHEN service = 's3' THEN ${parameter('x-amz-copy-source')} END AS copy_source,
  CASE WHEN service = 'dynamodb' AND operation = 'TransactWriteItems' THEN ${kinds("json_format(json_extract(params, '$.transactItems'))")} END AS kinds,
  nullif(array_join(CASE WHEN service = 's3' THEN resources ELSE filter(resources, r -> split_part(split_part(r, ' ', 2), ':', 3) = service) END, chr(31)), '') AS arns,
  CASE service ${[...parametersRead()].map(([name, fields]) => `WHEN ${quoted(name)} THEN ${concatenated(fields)}`).join(' ')} END AS asked
FROM named
`;

/**
 * The second half: calls in (a SELECT of what `callQuery` gives), one row for each group of them out that names, regions and errors are the same for. Each table is read once; a WITH that is
 * named twice would be run, and paid, twice.
 */
export const groupQuery = (calls: string, engine: Engine = ATHENA): string => `
-- DISTINCT: several trails record the same event
WITH calls AS (SELECT DISTINCT * FROM (${calls})),
exceptions (x_service, x_operation, x_action, x_kind) AS (VALUES ${exceptions().join(', ')}),
acts AS (
  SELECT calls.*, access_key IS NOT NULL AS signed, coalesce(access_key, '') || ' ' || substr(stamp, 1, 16) AS unit_text,
    CASE WHEN service = 'dynamodb' AND operation = 'TransactWriteItems' THEN x_action ELSE coalesce(x_action, operation) END AS action
  FROM calls LEFT JOIN exceptions
    ON x_service = service AND x_operation = operation AND (x_kind = '' OR strpos(kinds, x_kind) > 0)
),
placed AS (
  SELECT id, fn, service, operation, action, region, account, signed, error, stamp, sent, received, unit_text,
    CASE WHEN copied THEN 'source' WHEN bucket IS NULL THEN NULL WHEN object_key IS NOT NULL THEN 'key' WHEN prefix IS NOT NULL THEN 'prefix' END AS place,
    CASE WHEN copied THEN copy_source WHEN bucket IS NULL THEN NULL ELSE coalesce(object_key, prefix) END AS path,
    CASE WHEN copied THEN NULL WHEN service = 's3' THEN 'bucketName=' || bucket WHEN arns IS NULL THEN asked END AS asked,
    CASE WHEN copied OR bucket IS NOT NULL THEN NULL ELSE arns END AS arns
  FROM (SELECT *, service = 's3' AND operation IN ('CopyObject', 'UploadPartCopy') AND action = 'GetObject' AS copied FROM acts)
),
parts AS (
  SELECT *, coalesce(regexp_extract(path, '(?s)^.*/'), '') AS folder, substr(path, length(coalesce(regexp_extract(path, '(?s)^.*/'), '')) + 1) AS file FROM placed
),
forms AS (SELECT *, ${form('folder', 'folder')} AS folder_form, ${form('file', `'*' || ${extension('file')}`)} AS file_form FROM parts),
ranked AS (${engine.ranked(RANKS, 'forms')}),
folded AS (
  SELECT ${KIND}, stamp, sent, received, unit_text, error IS NOT NULL AND regexp_like(error, ${quoted(`(?i)${OVERLOAD.source}`)}) AS overload,
    CASE WHEN path IS NULL THEN NULL WHEN folder_rank > ${FOLDERS} THEN first_folder || file_anywhere WHEN file_rank > ${FILES} THEN folder || first_file ELSE path END AS path
  FROM ranked
),
summed AS (
  SELECT *,
    ${overUnit('sum', '1', '0')} AS calls,
    ${sizeInUnit('sent')} AS sent_sum,
    ${sizeInUnit('received')} AS received_sum
  FROM folded
),
dated AS (
  SELECT *, ${MEASURES.map(([column]) => `max(${column}) OVER (PARTITION BY ${KIND}, path, ${DAY}) AS ${column}_of_day`).join(',\n    ')}
  FROM summed
),
sketched AS (${engine.sketched('dated')})
SELECT ${KIND}, path, min(stamp) AS first_stamp, max(stamp) AS last_stamp,
  ${few(engine.different(DAY, 'ASC'), DAYS_KEPT)} AS days,
  ${engine.units},
  ${MEASURES.map(
    ([column, name]) => `${few(engine.different(rounded(column), 'DESC'), KEPT)} AS ${name},
  ${few(engine.different(onDay(`${column}_of_day`), 'DESC'), DAYS_KEPT)} AS ${name}_days`,
  ).join(',\n  ')},
  count(*) AS events
FROM sketched
GROUP BY ${KIND}, path
`;

/** What all events of a group have in common, but for the path: the columns of the result that name it. */
export const KINDS = [
  'fn',
  'service',
  'operation',
  'action',
  'region',
  'account',
  'signed',
  'error',
  'place',
  'asked',
  'arns',
] as const;
const KIND = KINDS.join(', ');

/** What is told the largest values of: its column, and what the result calls it. */
const MEASURES = [
  ['calls', 'calls'],
  ['sent', 'bytes_out'],
  ['received', 'bytes_in'],
  ['sent_sum', 'bytes_out_sum'],
  ['received_sum', 'bytes_in_sum'],
] as const;

const DAY = 'substr(stamp, 1, 10)';

/** What the engines that run the query do best in ways of their own: each of the four comes to the same. */
export interface Engine {
  /** SELECT of `from` with the columns `ranks`, which are of use where there is a path. */
  ranked(ranks: Ranks, from: string): string;
  /** SELECT of `from` with what `units` needs. */
  sketched(from: string): string;
  /** Column of a group that tells its units: `units`, hashes with commas between, or `unit_texts`, with SEPARATOR between. */
  readonly units: string;
  /** The different values in a group as a list; NULL is none. */
  different(value: string, order: 'ASC' | 'DESC'): string;
}

/** Columns by name. */
export type Ranks = Readonly<Record<string, string>>;

const RANKS: Ranks = {
  folder_rank: `dense_rank() OVER (PARTITION BY ${KIND}, folder_form ORDER BY md5(to_utf8(folder)))`,
  first_folder: `first_value(folder) OVER (PARTITION BY ${KIND}, folder_form ORDER BY md5(to_utf8(folder)), folder)`,
  file_rank: `dense_rank() OVER (PARTITION BY ${KIND}, folder, file_form ORDER BY md5(to_utf8(file)))`,
  first_file: `first_value(file) OVER (PARTITION BY ${KIND}, folder, file_form ORDER BY md5(to_utf8(file)), file)`,
  file_anywhere: `first_value(file) OVER (PARTITION BY ${KIND}, folder_form, file_form ORDER BY md5(to_utf8(file)), file)`,
};

export const rankColumns = (ranks: Ranks): string =>
  Object.entries(ranks)
    .map(([name, column]) => `${column} AS ${name}`)
    .join(',\n    ');

/** A table that is named twice would be read, and paid, twice; and what comes over the network is to be little. */
const ATHENA: Engine = {
  ranked: (ranks, from) => `
  SELECT *,
    ${rankColumns(ranks)}
  FROM ${from}
`,
  // Of the units of a group those that a sketch needs: nine, and the first of each register (its highest rank)
  sketched: (from) => `
  SELECT *,
    dense_rank() OVER (PARTITION BY ${KIND}, path ORDER BY unit) <= ${ENOUGH}
      OR unit = min(unit) OVER (PARTITION BY ${KIND}, path, bitwise_right_shift(unit, 30)) AS kept
  FROM (${withUnit('unit_text', from)})
`,
  units: "array_join(array_agg(DISTINCT unit) FILTER (WHERE kept), ',') AS units",
  different: (value, order) =>
    `array_agg(DISTINCT ${value} ORDER BY ${value} ${order}) FILTER (WHERE ${value} IS NOT NULL)`,
};

/**
 * Names of one form that a folder keeps: one more than a place keeps before its names become a template (MAX_WORDS in resource-tree.ts), so that the tree comes to the same template
 * as of all of them. What is beyond counts for one of those that are kept.
 */
const FILES = 49;
/** Folders of one form that an action keeps in a bucket. */
const FOLDERS = FILES * FILES;
/** Units that a group tells of at least, if it has so many: above eight a sketch has another form. */
const ENOUGH = 9;
/** Between what is put together in one column: no name has it, and from texts that are no names it is taken out. */
export const SEPARATOR = '\u001f';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const SERVICE = `CASE host ${Object.entries(SERVICES)
  .map(([host, name]) => `WHEN ${quoted(host)} THEN ${quoted(name)}`)
  .join(' ')} ELSE split_part(host, '.', 1) END`;

const parameter = (name: string): string => `nullif(json_extract_scalar(params, '$.${name}'), '')`;

/** `name=text` of each parameter that is there, `name:["name",…]` of one that is a list. */
const concatenated = (names: readonly string[]): string =>
  `nullif(concat_ws(chr(31), ${names.map(told).join(', ')}), '')`;

function told(name: string): string {
  const list = LIST_PARAMETERS.get(name);
  if (list === undefined) return `'${name}=' || replace(json_extract_scalar(params, '$.${name}'), chr(31), '')`;
  return `'${name}:' || json_format(CAST(array_distinct(${list.names(`json_extract(params, '$.${name}')`)}) AS json))`;
}

/** Operations whose IAM action has another name, or several. */
const exceptions = (): string[] => [
  ...Object.entries(EXCEPTIONS).flatMap(([service, operations]) =>
    Object.entries(operations).flatMap(([operation, actions]) =>
      actions.map((action) => row(service, operation, action, '')),
    ),
  ),
  ...TRANSACTED.map(([kind, action]) => row('dynamodb', 'TransactWriteItems', action, kind)),
];

/** The kinds of a transaction's items: the first name in each. */
const kinds = (items: string): string =>
  `concat_ws(',', ${TRANSACTED.map(([kind]) => `CASE WHEN regexp_like(${items}, '[\\[,]\\{"${kind}":') THEN '${kind}' END`).join(', ')})`;

const row = (...texts: readonly string[]): string => `(${texts.map(quoted).join(', ')})`;

/**
 * A form that names of one template share, as far as that can be told without counting: numbers stand for one another, and so do random words of one length. `plain` is that of names
 * in which nothing looks made up.
 */
const form = (name: string, plain: string): string => `CASE
    WHEN NOT regexp_like(${name}, '[0-9]|[A-Za-z]{16}') THEN ${plain}
    WHEN regexp_like(${name}, '[0-9][A-Za-z]+[0-9]|[A-Za-z][0-9]+[A-Za-z]|[0-9A-Za-z]{16}') THEN
      regexp_replace(regexp_replace(${name}, '${UUID}', '0'), '[0-9A-Za-z]*[0-9][0-9A-Za-z]*|[A-Za-z]{16,}', '#') || ' ' || CAST(length(${name}) AS varchar)
      || CASE WHEN regexp_like(${name}, '[0-9][0-9A-Za-z]*[g-zG-Z]|[g-zG-Z][0-9A-Za-z]*[0-9]') THEN ' id' ELSE ' hex' END
    ELSE regexp_replace(${name}, '[0-9]+', '0')
  END`;

const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';

const extension = (file: string): string =>
  `coalesce(regexp_extract(${file}, '(\\.[A-Za-z][A-Za-z0-9]{0,9}){1,2}$'), '')`;

/** Over one action in one unit; what the service was too busy to answer counts for nothing. */
const overUnit = (aggregate: string, value: string, overloaded: string): string =>
  `CAST(${aggregate}(CASE WHEN overload THEN ${overloaded} ELSE ${value} END) OVER (PARTITION BY fn, service, action, unit_text) AS bigint)`;

/** What one event does not tell, nobody knows of all of them. */
const sizeInUnit = (value: string): string =>
  `CASE WHEN ${overUnit('count', value, 'NULL')} = ${overUnit('count', '1', 'NULL')} THEN ${overUnit('sum', value, 'NULL')} END`;

const few = (list: string, most: number): string => `array_join(slice(${list}, 1, ${most}), ',')`;

/** A value with its day, largest first, of equal ones the earliest day first: fifteen digits, then those of the date turned round. */
const onDay = (value: string): string =>
  `lpad(CAST(${rounded(value)} AS varchar), ${DIGITS}, '0') || translate(${DAY}, '0123456789', '9876543210')`;

export const DIGITS = 15;

/** As `rounded` in baseline/model/largest.ts. */
function rounded(value: string): string {
  const unit = `CAST(power(10, length(CAST(${value} AS varchar)) - 3) AS bigint)`;
  return `CASE WHEN ${value} < 1000 THEN ${value} ELSE ${value} + ${unit} - 1 - mod(${value} + ${unit} - 1, ${unit}) END`;
}
