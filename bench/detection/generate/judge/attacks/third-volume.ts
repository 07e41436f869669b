import { flood, type Scenario } from '../scenario.ts';
import { answers, bodies, crowd, large, volume } from './bursts.ts';

export const thirdVolume: readonly Scenario[] = [
  volume(
    'whole-batches-of-a-table',
    'T1213.006',
    large(
      ['dynamodb:BatchGetItem'],
      (ask, _, { chance }) => ({ ...ask, items: 100, out: 6400, in: chance.whole(220_000, 900_000) }),
      ({ items }) => items,
    ),
  ),
  volume(
    'sockets-spammed',
    'T1499.003',
    flood(['execute-api:PostToConnection'], (ask) => ask, crowd),
  ),
  volume(
    'a-model-copied-by-asking',
    'T1213+T1496.004',
    flood(['sagemaker:InvokeEndpoint'], (ask) => ask, crowd),
  ),
  volume(
    'texts-at-the-companys-cost',
    'T1496.003',
    flood(['sns:Publish'], (ask) => ask, crowd),
  ),
  volume(
    'commands-by-the-hundred',
    'T1499',
    flood(['iot:Publish', 'kinesis:PutRecord'], (ask) => ask, crowd),
  ),
  volume(
    'the-warehouse-read-out',
    'T1213.006',
    answers(['redshift-data:GetStatementResult', 'dynamodb:Query'], 700_000, 1_000_000),
  ),
  volume(
    'jobs-by-the-dozen',
    'T1496',
    flood(['mediaconvert:CreateJob'], (ask) => ask, crowd),
  ),
  volume(
    'secrets-over-and-over',
    'T1555.006',
    flood(['secretsmanager:GetSecretValue', 'ssm:GetParameters', 'ssm:GetParameter'], (ask) => ask, crowd),
  ),
  volume('one-download-too-large', 'T1530', answers(['s3:GetObject'], 90_000_000, 400_000_000)),
  volume('a-tool-from-the-known-host', 'T1105', answers(['egress:CONNECT'], 8_000_000, 60_000_000)),
  volume(
    'files-inside-messages',
    'T1048+T1537',
    bodies(['sqs:SendMessage', 'events:PutEvents', 'sns:Publish'], 150_000, 255_000),
  ),
  volume(
    'batches-swollen',
    'T1048',
    bodies(['timestream:WriteRecords', 'firehose:PutRecordBatch', 'firehose:PutRecord'], 900_000, 3_900_000),
  ),
  volume(
    'a-book-in-a-prompt',
    'T1496.004',
    bodies(['bedrock:InvokeModel', 'comprehend:DetectSentiment', 'translate:TranslateText'], 400_000, 2_000_000),
  ),
  volume(
    'all-of-it-deleted',
    'T1485',
    flood(['s3:DeleteObject', 'dynamodb:DeleteItem'], (ask) => ask, crowd),
  ),
  volume(
    'refused-over-and-over',
    'T1580',
    flood(
      ['dynamodb:GetItem', 's3:GetObject', 'dynamodb:Query'],
      (ask) => ({ ...ask, status: 403, errorCode: 'AccessDenied', in: 380 }),
      ({ whole }) => whole(30, 120),
    ),
  ),
];
