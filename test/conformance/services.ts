import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The 40 AWS services that functions call most, by botocore's name of each API. */
export const MOST_USED: readonly string[] = [
  's3',
  'dynamodb',
  'dynamodbstreams',
  'sqs',
  'sns',
  'lambda',
  'kms',
  'secretsmanager',
  'ssm',
  'sts',
  'iam',
  'ec2',
  'logs',
  'cloudwatch',
  'events',
  'scheduler',
  'stepfunctions',
  'kinesis',
  'firehose',
  'ses',
  'sesv2',
  'ecs',
  'ecr',
  'rds',
  'rds-data',
  'apigateway',
  'apigatewayv2',
  'apigatewaymanagementapi',
  'cloudformation',
  'cloudfront',
  'route53',
  'cognito-idp',
  'cognito-identity',
  'athena',
  'glue',
  'bedrock-runtime',
  'sagemaker-runtime',
  'xray',
  'elasticache',
  'redshift-data',
  'opensearch',
  'batch',
  'eks',
  'codebuild',
  'autoscaling',
  'appconfigdata',
  'acm',
  'elbv2',
];

const index = readFileSync(
  fileURLToPath(new URL('../../extension/identify/catalog/generated/index.txt', import.meta.url)),
  'utf8',
);
const PREFIX = new Map(
  index.split('\n').map((line) => {
    const [id = '', prefix] = line.split('\t');
    return [id, prefix || id] as const;
  }),
);

/** S3's other faces have prefixes of their own, though one API serves them. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  s3: ['s3express', 's3-outposts', 's3-object-lambda'],
  s3control: ['s3-outposts', 's3-object-lambda', 's3express'],
};

export const prefixesOf = (service: string): readonly string[] => [
  PREFIX.get(service) ?? service,
  ...(MORE[service] ?? []),
];

/** Pairs that no request can tell apart: an older and a newer name of one operation. */
export const TWINS: ReadonlyMap<string, string> = new Map([
  ['s3.GetBucketLifecycle', 'GetBucketLifecycleConfiguration'],
  ['s3.PutBucketLifecycle', 'PutBucketLifecycleConfiguration'],
  ['s3.GetBucketNotification', 'GetBucketNotificationConfiguration'],
  ['s3.PutBucketNotification', 'PutBucketNotificationConfiguration'],
]);

/** What only the host tells, so that a custom endpoint hides it: S3's list of directory buckets, and the answer of an Object Lambda. */
export const TOLD_BY_HOST: readonly string[] = ['s3.ListDirectoryBuckets', 's3.WriteGetObjectResponse'];
