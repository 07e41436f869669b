import type { ServiceRow } from '../catalog/index.ts';
import type { Operation, Service } from '../catalog/service.ts';
import { doubt } from '../doubt.ts';
import { carries } from '../operation/carries.ts';
import type { Place, SpokenOperation, SpokenUpload } from '../operation/spoken.ts';
import { unknown } from '../operation/unknown.ts';
import { type Address, readAddress } from './address.ts';
import { postObject } from './post-object.ts';

/** S3's operations by method and by what they are addressed to; within a group they differ by sub-resource alone. */
interface Groups {
  readonly service: ReadonlyMap<string, readonly Operation[]>;
  readonly bucket: ReadonlyMap<string, readonly Operation[]>;
  readonly object: ReadonlyMap<string, readonly Operation[]>;
  /** Parameters that make another operation of a request. */
  readonly subresources: ReadonlySet<string>;
}

/** Deprecated twins, which no request tells from the newer one. */
const TWINS = new Set([
  'GetBucketLifecycle',
  'PutBucketLifecycle',
  'GetBucketNotification',
  'PutBucketNotification',
  'WriteGetObjectResponse',
  'ListDirectoryBuckets',
]);

/** Parameters of the http trait that are no sub-resource. */
const NO_SUBRESOURCE = new Set(['x-id', 'list-type', 'select-type']);

/** Any service of S3's own may stand in `rows`; its first is s3. */
export function s3Operation(place: Place, row: ServiceRow): SpokenOperation | SpokenUpload {
  const address = readAddress(place.endpoint, place.target.hostname, place.target.path);
  const service = row.table();
  const groups = groupsOf(service);
  const { contentType } = place.fields;
  if (
    place.head.method === 'POST' &&
    address.name !== null &&
    address.key === null &&
    /^multipart\//i.test(contentType ?? '')
  ) {
    if (place.parameters.length > 0) doubt('a sub-resource that is not that of the operation');
    return postObject(service, address, contentType!);
  }
  const operation = special(place, address, service) ?? find(place, address, groups);
  if (operation === null) return unknown('an operation that the catalog does not know', row.prefix);
  checkParameters(place, operation, groups);
  const labels = new Map<string, string>();
  if (address.name !== null) labels.set('Bucket', address.name);
  if (address.key !== null) labels.set('Key', address.key);
  return { kind: 'operation', operation, protocol: 'restXml', labels };
}

/** Operations that their host or their whole path names. */
function special({ head, endpoint, target }: Place, address: Address, service: Service): Operation | null {
  if (address.kind === 'website') {
    const operation = service.operation(head.method === 'GET' ? 'GetObject' : 'HeadObject');
    // Websites take no signatures: what is there, everybody may read.
    if (/^(?:GET|HEAD)$/.test(head.method) && operation !== undefined) return { ...operation, unsigned: true };
    return unknown('a method that websites do not know', 's3');
  }
  const isObjectLambda = endpoint?.labels.includes('s3-object-lambda') === true;
  if (isObjectLambda && target.path === '/WriteGetObjectResponse' && head.method === 'POST') {
    return service.operation('WriteGetObjectResponse') ?? null;
  }
  if (address.kind !== 'service') return null;
  const isExpress = endpoint?.labels.includes('s3express-control') === true;
  return isExpress && head.method === 'GET' ? (service.operation('ListDirectoryBuckets') ?? null) : null;
}

function find(place: Place, address: Address, groups: Groups): Operation | null {
  const level = address.name === null ? 'service' : address.key === null ? 'bucket' : 'object';
  const group = groups[level].get(place.head.method) ?? [];
  return group.find((operation) => carries(place, operation)) ?? null;
}

/** What S3 reads of the query must all belong to the operation: a second sub-resource, or one of another method, could be the one that counts. */
function checkParameters({ parameters, head }: Place, operation: Operation, { subresources }: Groups): void {
  const own = operation.pattern!.query;
  // No parameter of S3's is a list.
  if (parameters.length > 1 && new Set(parameters.map(([name]) => name.toLowerCase())).size < parameters.length)
    doubt('a parameter that stands twice');
  for (const [name, value] of parameters) {
    const lower = name.toLowerCase();
    if (lower === 'x-id') {
      if (value !== operation.name) doubt('an x-id parameter that names another operation');
    } else if (lower === 'uploadid') {
      if (!USES_UPLOAD.has(operation.name)) doubt('an uploadId beside an operation that has none');
    } else if (subresources.has(lower) && !own.some(([literal]) => literal === name)) {
      doubt('a sub-resource that is not that of the operation');
    }
  }
  const copies = operation.marks.includes('^x-amz-copy-source');
  if (!copies && head.headers.some(([name]) => name.toLowerCase() === 'x-amz-copy-source')) {
    doubt('a source to copy beside an operation that copies nothing');
  }
  if (operation.name === 'PutObject' && parameters.some(([name]) => name.toLowerCase() === 'partnumber')) {
    doubt('a part number without an upload');
  }
}

const USES_UPLOAD = new Set([
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'ListParts',
  'UploadPart',
  'UploadPartCopy',
]);

const kept = new WeakMap<Service, Groups>();

function groupsOf(service: Service): Groups {
  let groups = kept.get(service);
  if (groups === undefined) {
    groups = group(service);
    kept.set(service, groups);
  }
  return groups;
}

function group({ operations }: Service): Groups {
  const byLevel = {
    service: new Map<string, Operation[]>(),
    bucket: new Map<string, Operation[]>(),
    object: new Map<string, Operation[]>(),
  };
  const subresources = new Set<string>();
  for (const operation of operations) {
    const { method, segments, query } = operation.pattern!;
    for (const [name] of query) if (!NO_SUBRESOURCE.has(name)) subresources.add(name.toLowerCase());
    if (TWINS.has(operation.name)) continue;
    const level = segments.some(({ kind }) => kind === 'greedy')
      ? 'object'
      : segments.some(({ kind }) => kind === 'label')
        ? 'bucket'
        : 'service';
    const group = byLevel[level].get(method);
    if (group === undefined) byLevel[level].set(method, [operation]);
    else group.push(operation);
  }
  for (const level of Object.values(byLevel)) {
    for (const group of level.values()) {
      group.sort((a, b) => b.pattern!.query.length + b.marks.length - a.pattern!.query.length - a.marks.length);
    }
  }
  return { ...byLevel, subresources };
}
