import { at, elements, scalarsAt, text, want } from '../body/tree.ts';
import { doubt } from '../doubt.ts';
import { field } from '../fields.ts';
import { dotSegments, encodedTwice } from '../operation/segments.ts';
import { decode } from '../query-string.ts';
import { type Access, arn, type Binder, type Naming, type Reading, roleArn } from '../reading.ts';
import { type Address, readAddress } from '../s3/address.ts';
import { access } from './rules.ts';
import { actionOf } from './s3-actions.ts';

/** ARN of the bucket or access point, and of an object in it. */
function bucketArn(address: Address, reading: Reading): string {
  const { partition, region } = reading;
  const name = address.name ?? '*';
  const account = address.account ?? '*';
  switch (address.kind) {
    case 'accesspoint':
      return `arn:${partition}:s3:${region}:${account}:accesspoint/${name}`;
    case 'object-lambda':
      return `arn:${partition}:s3-object-lambda:${region}:${account}:accesspoint/${name}`;
    case 'outpost':
      return `arn:${partition}:s3-outposts:${region}:${account}:outpost/${address.outpost}/accesspoint/${name}`;
    case 'multi-region':
      return `arn:${partition}:s3::${account}:accesspoint/${name}`;
    case 'express':
      return arn(reading, 's3express', name.endsWith('--xa-s3') ? `accesspoint/${name}` : `bucket/${name}`);
    default:
      return `arn:${partition}:s3:::${name}`;
  }
}

function objectArn(address: Address, reading: Reading, key: string): string {
  const base = bucketArn(address, reading);
  return address.kind === 'bucket' || address.kind === 'website' ? `${base}/${key}` : `${base}/object/${key}`;
}

const PREFIXES: Partial<Record<Address['kind'], string>> = {
  'object-lambda': 's3-object-lambda',
  outpost: 's3-outposts',
  express: 's3express',
};

/** The service is that of the actions: access points of Object Lambda, Outposts and S3 Express have prefixes of their own. */
function nameS3(operation: string, reading: Reading): Naming {
  const address = readAddress(reading.endpoint, reading.hostname, reading.path);
  const naming = nameAt(operation, reading, address);
  return { ...naming, service: PREFIXES[address.kind] ?? naming.access[0]!.action.split(':')[0]! };
}

function nameAt(operation: string, reading: Reading, address: Address): Naming {
  const prefix = PREFIXES[address.kind] ?? 's3';
  const listPrefix = reading.parameters.find(([name]) => name === 'prefix')?.[1] ?? null;
  if (operation === 'WriteGetObjectResponse') {
    return {
      access: [access('s3-object-lambda:WriteGetObjectResponse', arn(reading, 's3-object-lambda', 'accesspoint/*'))],
    };
  }
  if (operation === 'ListDirectoryBuckets') return { access: [access('s3express:ListAllMyDirectoryBuckets')] };
  const rule = actionOf(operation);
  if (rule === undefined) return doubt('an operation of S3 whose access is not known');
  // In a directory bucket all that touches objects is allowed by the session alone.
  if (address.kind === 'express' && (rule.on === 'object' || EXPRESS_BY_SESSION.has(operation))) {
    return { access: [access('s3express:CreateSession', bucketArn(address, reading))], prefix: listPrefix };
  }
  const named = (action: string) => `${prefix}:${action}`;
  if (rule.on === 'account') return { access: [access(named(rule.action))] };
  if (rule.on === 'bucket') {
    const resource = bucketArn(address, reading);
    return {
      access: [access(named(rule.action), resource), ...bucketExtras(operation, reading, resource, named)],
      prefix: /^List/.test(operation) ? listPrefix : null,
    };
  }
  if (operation === 'DeleteObjects') return deleteObjects(address, reading, named);
  const resource = objectArn(address, reading, address.key ?? (address.kind === 'website' ? '*' : ''));
  const versioned = reading.parameters.some(([name, value]) => name === 'versionId' && value !== '');
  const action = versioned ? (rule.versioned ?? rule.action) : rule.action;
  const needed = [...copySource(operation, reading), access(named(action), resource)];
  if (operation === 'GetObjectAttributes')
    needed.unshift(access(named(versioned ? 'GetObjectVersion' : 'GetObject'), resource));
  return { access: [...needed, ...objectExtras(operation, reading, resource, named)] };
}

const EXPRESS_BY_SESSION = new Set([
  'HeadBucket',
  'ListObjectsV2',
  'ListObjects',
  'ListMultipartUploads',
  'DeleteObjects',
  'CreateSession',
]);

/** Fields of a write that ask for more than the write: each has an action of its own (S3 API reference, permissions of PutObject). */
const OBJECT_FIELDS: readonly (readonly [RegExp, string])[] = [
  [/^x-amz-(?:acl|grant-.*)$/, 'PutObjectAcl'],
  [/^x-amz-tagging$/, 'PutObjectTagging'],
  [/^x-amz-object-lock-(?:mode|retain-until-date)$/, 'PutObjectRetention'],
  [/^x-amz-object-lock-legal-hold$/, 'PutObjectLegalHold'],
];

const WRITES = new Set(['PutObject', 'CopyObject', 'CreateMultipartUpload']);

const BUCKET_FIELDS: readonly (readonly [RegExp, string])[] = [
  [/^x-amz-(?:acl|grant-.*)$/, 'PutBucketAcl'],
  [/^x-amz-object-ownership$/, 'PutBucketOwnershipControls'],
];

function asked(reading: Reading, fields: readonly (readonly [RegExp, string])[]): string[] {
  return fields.flatMap(([pattern, action]) =>
    reading.head.headers.some(([name]) => pattern.test(name.toLowerCase())) ? [action] : [],
  );
}

function objectExtras(
  operation: string,
  reading: Reading,
  resource: string,
  named: (action: string) => string,
): Access[] {
  const actions = WRITES.has(operation) ? asked(reading, OBJECT_FIELDS) : [];
  if (bypasses(reading)) actions.push('BypassGovernanceRetention');
  return actions.map((action) => access(named(action), resource));
}

function bucketExtras(
  operation: string,
  reading: Reading,
  resource: string,
  named: (action: string) => string,
): Access[] {
  if (operation !== 'CreateBucket') return passedRole(reading);
  const actions = asked(reading, BUCKET_FIELDS);
  if (field(reading.head, 'x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true') {
    actions.push('PutBucketVersioning', 'PutBucketObjectLockConfiguration');
  }
  return actions.map((action) => access(named(action), resource));
}

const passedRole = (reading: Reading): Access[] => {
  const roles = scalarsAt(reading.body, 'Role');
  return roles.length === 0 ? [] : [access('iam:PassRole', ...roles.map((role) => roleArn(reading, role)))];
};

const bypasses = (reading: Reading): boolean =>
  field(reading.head, 'x-amz-bypass-governance-retention')?.toLowerCase() === 'true';

/** `x-amz-copy-source: /bucket/key?versionId=…`, or the ARN of an access point with `/object/key`; percent-encoded as in a path. */
function copySource(operation: string, reading: Reading): Access[] {
  if (operation !== 'CopyObject' && operation !== 'UploadPartCopy') return [];
  const source = field(reading.head, 'x-amz-copy-source') ?? '';
  const question = source.indexOf('?');
  const path = decode(question < 0 ? source : source.slice(0, question));
  const versioned = question >= 0 && /^\?versionId=./.test(source.slice(question));
  const action = versioned ? 's3:GetObjectVersion' : 's3:GetObject';
  dotSegments(path);
  if (encodedTwice(path)) doubt('a source to copy that is percent-encoded twice');
  if (path.startsWith('arn:')) return [access(action, path)];
  const match = /^\/?([A-Za-z0-9._-]+)\/(.+)$/s.exec(path);
  // Whatever S3 may make of it, it is an object somewhere.
  if (match === null) return [access(action)];
  return [access(action, `arn:${reading.partition}:s3:::${match[1]}/${match[2]}`)];
}

function deleteObjects(address: Address, reading: Reading, named: (action: string) => string): Naming {
  const objects = elements(at(reading.body, 'Object'));
  const plain: string[] = [];
  const versions: string[] = [];
  for (const object of objects) {
    const resource = objectArn(address, reading, text(at(object, 'Key')) ?? '*');
    (text(at(object, 'VersionId')) ? versions : plain).push(resource);
  }
  if (objects.length === 0) plain.push(objectArn(address, reading, '*'));
  const needed: Access[] = [];
  if (plain.length > 0) needed.push(access(named('DeleteObject'), ...plain));
  if (versions.length > 0) needed.push(access(named('DeleteObjectVersion'), ...versions));
  if (bypasses(reading)) needed.push(access(named('BypassGovernanceRetention'), ...plain, ...versions));
  return { access: needed, items: Math.max(1, objects.length) };
}

const BODIES = new Map([
  ['DeleteObjects', want('Object[].Key', 'Object[].VersionId')],
  ['PutBucketReplication', want('Role')],
  ['UpdateBucketMetadataAnnotationTableConfiguration', want('Role')],
]);

export const s3: Binder = {
  wants: (operation) => BODIES.get(operation) ?? null,
  name: nameS3,
};
