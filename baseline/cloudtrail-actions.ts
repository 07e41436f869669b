import { object } from './cloudtrail-names.ts';
import { own } from './own.ts';

/** IAM's name of an event source where it is not the host's first label. */
export function serviceOf(source: string): string {
  const host = source.replace(/\.(amazonaws\.com|aws\.internal)(\.cn)?$/, '');
  return own(SERVICES, host) ?? host.split('.').at(0)!;
}

export const SERVICES: Readonly<Record<string, string>> = {
  monitoring: 'cloudwatch',
  email: 'ses',
  'streams.dynamodb': 'dynamodb',
  'api.ecr': 'ecr',
  'api.sagemaker': 'sagemaker',
  models: 'lex',
  'runtime.sagemaker': 'sagemaker',
  'runtime.lex': 'lex',
  tagging: 'tag',
  rdsdata: 'rds-data',
  cloudcontrolapi: 'cloudformation',
  'data.iot': 'iot',
  'servicecatalog-appregistry': 'servicecatalog',
  'metering-marketplace': 'aws-marketplace',
  'entitlement.marketplace': 'aws-marketplace',
};

/** IAM actions of an event. The name of the operation but for the exceptions of the service authorization reference. */
export function actionsOf(
  service: string,
  operation: string,
  parameters: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (service === 'dynamodb' && operation === 'TransactWriteItems') {
    const kinds = new Set(kindsIn(parameters.transactItems));
    return TRANSACTED.filter(([kind]) => kinds.has(kind)).map(([, action]) => action);
  }
  return own(own(EXCEPTIONS, service) ?? {}, operation) ?? [operation];
}

/** The first name in each item of a transaction says what the item does. */
const kindsIn = (items: unknown): (string | null)[] =>
  Array.isArray(items) ? items.map((item) => Object.keys(object(item) ?? {})[0] ?? null) : [];

export const TRANSACTED: readonly (readonly [string, string])[] = [
  ['put', 'PutItem'],
  ['update', 'UpdateItem'],
  ['delete', 'DeleteItem'],
  ['conditionCheck', 'ConditionCheckItem'],
];

export const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  s3: {
    HeadObject: ['GetObject'],
    SelectObjectContent: ['GetObject'],
    HeadBucket: ['ListBucket'],
    ListObjects: ['ListBucket'],
    ListObjectsV2: ['ListBucket'],
    ListObjectVersions: ['ListBucketVersions'],
    ListBuckets: ['ListAllMyBuckets'],
    ListMultipartUploads: ['ListBucketMultipartUploads'],
    ListParts: ['ListMultipartUploadParts'],
    CreateMultipartUpload: ['PutObject'],
    UploadPart: ['PutObject'],
    CompleteMultipartUpload: ['PutObject'],
    CopyObject: ['GetObject', 'PutObject'],
    UploadPartCopy: ['GetObject', 'PutObject'],
    DeleteObjects: ['DeleteObject'],
    GetBucketEncryption: ['GetEncryptionConfiguration'],
    PutBucketEncryption: ['PutEncryptionConfiguration'],
    DeleteBucketEncryption: ['PutEncryptionConfiguration'],
    GetBucketLifecycle: ['GetLifecycleConfiguration'],
    GetBucketLifecycleConfiguration: ['GetLifecycleConfiguration'],
    PutBucketLifecycle: ['PutLifecycleConfiguration'],
    PutBucketLifecycleConfiguration: ['PutLifecycleConfiguration'],
    DeleteBucketLifecycle: ['PutLifecycleConfiguration'],
    GetBucketReplication: ['GetReplicationConfiguration'],
    PutBucketReplication: ['PutReplicationConfiguration'],
    GetPublicAccessBlock: ['GetBucketPublicAccessBlock'],
    PutPublicAccessBlock: ['PutBucketPublicAccessBlock'],
    DeletePublicAccessBlock: ['PutBucketPublicAccessBlock'],
    GetBucketCors: ['GetBucketCORS'],
    PutBucketCors: ['PutBucketCORS'],
  },
  dynamodb: {
    TransactGetItems: ['GetItem'],
    ExecuteStatement: ['PartiQLSelect'],
  },
  sqs: {
    SendMessageBatch: ['SendMessage'],
    DeleteMessageBatch: ['DeleteMessage'],
    ChangeMessageVisibilityBatch: ['ChangeMessageVisibility'],
  },
  sns: { PublishBatch: ['Publish'] },
  lambda: { Invoke: ['InvokeFunction'], InvokeAsync: ['InvokeAsync'], InvokeWithResponseStream: ['InvokeFunction'] },
  ses: { SendBulkEmail: ['SendEmail'] },
};
