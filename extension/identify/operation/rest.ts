import type { ServiceRow } from '../catalog/index.ts';
import { matchPath } from '../catalog/path-pattern.ts';
import type { Operation } from '../catalog/service.ts';
import { doubt } from '../doubt.ts';
import { s3Operation } from '../s3/operation.ts';
import { carries } from './carries.ts';
import { dotSegments, labelText } from './segments.ts';
import type { Place, SpokenOperation } from './spoken.ts';
import { unknown } from './unknown.ts';

interface Match {
  readonly operation: Operation;
  readonly labels: ReadonlyMap<string, string>;
}

/** Method and path, then literal parameters of the query, then parameters and fields that must be there (Smithy's http trait). */
export function restOperation(place: Place, rows: readonly ServiceRow[]): SpokenOperation {
  const s3 = rows.find(({ id }) => id === 's3');
  if (s3 !== undefined && !isControl(place, rows)) return s3Operation(place, s3);
  const { path } = place.target;
  dotSegments(path);
  const segments = segmentsOf(path);
  let matches = matching(place, rows, segments);
  // Only a custom endpoint can have a path of its own before the operation's.
  for (let skip = 1; matches.length === 0 && place.endpoint === null && skip < segments.length; skip++) {
    matches = matching(place, rows, segments.slice(skip));
  }
  const best = matches[0] ?? searchByForm(place, rows);
  if (best === undefined) return unknown('a path that the catalog does not know', rows[0]!.prefix);
  const { operation } = best;
  const labels = new Map<string, string>();
  for (const [name, raw] of best.labels) labels.set(name, labelText(raw));
  const protocol = operation.service.row.protocols.includes('rest-xml') ? 'restXml' : 'restJson1';
  return { kind: 'operation', operation, protocol, labels };
}

/** Behind a custom endpoint S3 Control, which shares S3's signing name, is known by its version in the path and the account that it names. */
const isControl = ({ target, head }: Place, rows: readonly ServiceRow[]): boolean =>
  rows.some(({ id }) => id === 's3control') &&
  target.path.includes('/v20180820/') &&
  head.headers.some(([name]) => name.toLowerCase() === 'x-amz-account-id');

/** Raw segments. SDKs never encode what needs no encoding, and a server that decodes first would see another literal than we do. */
function segmentsOf(path: string): readonly string[] {
  if (/%(?:[46][1-9a-f]|[57][0-9a]|5f|3[0-9]|2[de])/i.test(path)) doubt('a path with needless percent-encoding');
  const segments = path.split('/').slice(1);
  if (segments.length > 1 && segments.at(-1) === '') segments.pop();
  return segments;
}

/** SDKs send CloudSearch's Search as a form, so that long queries fit; it is the GET of its model all the same. */
function searchByForm({ head, target }: Place, rows: readonly ServiceRow[]): Match | undefined {
  if (head.method !== 'POST' || !/^\/2013-01-01\/search$/.test(target.path)) return undefined;
  const operation = rows
    .find(({ id }) => id === 'cloudsearchdomain')
    ?.table()
    .operations.get('Search');
  return operation === undefined ? undefined : { operation, labels: new Map() };
}

/** All operations that the request can be, the most literal first. */
function matching(place: Place, rows: readonly ServiceRow[], segments: readonly string[]): Match[] {
  const found: Match[] = [];
  for (const row of rows) {
    for (const operation of row.table().byMethod.get(place.head.method) ?? []) {
      const labels = matchPath(operation.pattern!, segments);
      if (labels !== null && carries(place, operation)) found.push({ operation, labels });
    }
  }
  if (found.length > 1) {
    const slash = place.target.path.endsWith('/');
    found.sort((a, b) => order(a.operation, b.operation, slash));
  }
  return found;
}

function order(a: Operation, b: Operation, slash: boolean): number {
  const left = a.pattern!;
  const right = b.pattern!;
  if (left.weight !== right.weight) return left.weight < right.weight ? 1 : -1;
  return (
    right.query.length - left.query.length ||
    b.marks.length - a.marks.length ||
    Number(right.slash === slash) - Number(left.slash === slash)
  );
}
