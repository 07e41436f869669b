import type { ServiceRow } from '../catalog/index.ts';
import { matchPath } from '../catalog/path-pattern.ts';
import type { Operation } from '../catalog/service.ts';
import { doubt } from '../doubt.ts';
import { single } from '../query-string.ts';
import { s3Operation } from '../s3/operation.ts';
import { carries } from './carries.ts';
import { dotSegments, labelText } from './segments.ts';
import type { Place, SpokenOperation, SpokenUpload } from './spoken.ts';
import { unknown } from './unknown.ts';

interface Match {
  readonly operation: Operation;
  readonly labels: ReadonlyMap<string, string>;
}

/** Method and path, then literal parameters of the query, then parameters and fields that must be there (Smithy's http trait). */
export function restOperation(place: Place, rows: readonly ServiceRow[]): SpokenOperation | SpokenUpload {
  const s3 = rows.find(({ id }) => id === 's3');
  if (s3 === undefined) return byPath(place, rows);
  return rows.length > 1 && isS3Api(place)
    ? byPath(
        place,
        rows.filter((row) => row !== s3),
      )
    : s3Operation(place, s3);
}

function byPath(place: Place, rows: readonly ServiceRow[]): SpokenOperation {
  const { path } = place.target;
  dotSegments(path);
  const segments = segmentsOf(path);
  let matches = matching(place, rows, segments);
  // A custom endpoint can have a path of its own before the operation's, and so has an API's stage.
  const based = place.endpoint === null || rows[0]!.id === 'apigatewaymanagementapi';
  for (let skip = 1; matches.length === 0 && based && skip < segments.length; skip++) {
    matches = matching(place, rows, segments.slice(skip));
  }
  const best = matches[0] ?? searchByForm(place, rows);
  if (best === undefined) return unknown('a path that the catalog does not know', rows[0]!.prefix);
  const { operation } = best;
  const second = matches[1];
  if (
    second !== undefined &&
    second.operation.name !== operation.name &&
    order(operation, second.operation, place) === 0
  ) {
    doubt('a path that two services know');
  }
  const labels = new Map<string, string>();
  for (const [name, raw] of best.labels) labels.set(name, labelText(raw));
  const protocol = operation.service.row.protocols.includes('rest-xml') ? 'restXml' : 'restJson1';
  return { kind: 'operation', operation, protocol, labels };
}

/**
 * Behind a custom endpoint S3 Control and S3 on Outposts, which share S3's signing names, are known by the version in their paths and by the account
 * that their requests name.
 */
function isS3Api({ target, head, signature }: Place): boolean {
  if (target.path.includes('/S3Outposts/')) return signature.signingName === 's3-outposts';
  if (!target.path.includes('/v20180820/')) return false;
  const isNamed = ([name]: readonly [string, string]): boolean => /^x-amz-(?:account|outpost)-id$/i.test(name);
  return /^\d{12}\./.test(target.hostname) || head.headers.some(isNamed);
}

/** Raw segments. SDKs never encode what needs no encoding, and a server that decodes first would see another literal than we do. */
function segmentsOf(path: string): readonly string[] {
  // Servers of the Servlet kind cut off what stands behind a semicolon; SDKs encode it.
  if (/[;\\]/.test(path)) doubt('a semicolon or a backslash in the path');
  if (/%(?:[46][1-9a-f]|[57][0-9a]|5f|3[0-9]|2[de])/i.test(path)) doubt('a path with needless percent-encoding');
  const segments = path.split('/').slice(1);
  if (segments.length > 1 && segments.at(-1) === '') segments.pop();
  return segments;
}

/** SDKs send CloudSearch's Search as a form, so that long queries fit; it is the GET of its model all the same. */
function searchByForm({ head, target }: Place, rows: readonly ServiceRow[]): Match | undefined {
  if (head.method !== 'POST' || !target.path.endsWith('/2013-01-01/search')) return undefined;
  const operation = rows
    .find(({ id }) => id === 'cloudsearchdomain')
    ?.table()
    .operation('Search');
  return operation === undefined ? undefined : { operation, labels: new Map() };
}

/** All operations that the request can be, the most literal first. */
function matching(place: Place, rows: readonly ServiceRow[], segments: readonly string[]): Match[] {
  const found: Match[] = [];
  const { parameters } = place;
  for (const row of rows) {
    for (const operation of row.table().byMethod(place.head.method)) {
      const labels = matchPath(operation.pattern!, segments);
      if (labels === null) continue;
      for (const [name] of operation.pattern!.query) if (parameters.length > 1) single(parameters, name);
      if (carries(place, operation)) found.push({ operation, labels });
    }
  }
  if (found.length > 1) {
    found.sort((a, b) => order(a.operation, b.operation, place));
  }
  return found;
}

function order(a: Operation, b: Operation, { target }: Place): number {
  const left = a.pattern!;
  const right = b.pattern!;
  if (left.weight !== right.weight) return left.weight < right.weight ? 1 : -1;
  const slash = target.path.endsWith('/');
  return (
    right.query.length - left.query.length ||
    b.marks.length - a.marks.length ||
    Number(right.slash === slash) - Number(left.slash === slash)
  );
}
