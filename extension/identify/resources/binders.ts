import type { Binder } from '../reading.ts';
import { bedrockRuntime } from './bedrock.ts';
import { dynamodb } from './dynamodb.ts';
import { ecs } from './ecs.ts';
import { events } from './events.ts';
import { executeApi } from './execute-api.ts';
import { kms } from './kms.ts';
import { lambda } from './lambda.ts';
import { s3 } from './s3.ts';
import { s3control } from './s3control.ts';
import { scheduler } from './scheduler.ts';
import { secretsmanager } from './secretsmanager.ts';
import { ses, sesv2 } from './ses.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';
import { ssm } from './ssm.ts';

/** Services whose resources follow from more than the catalog's rules, by botocore's name. */
const BINDERS: ReadonlyMap<string, Binder> = new Map([
  ['apigatewaymanagementapi', executeApi],
  ['bedrock-runtime', bedrockRuntime],
  ['dynamodb', dynamodb],
  ['ecs', ecs],
  ['events', events],
  ['kms', kms],
  ['lambda', lambda],
  ['s3', s3],
  ['s3control', s3control],
  ['scheduler', scheduler],
  ['secretsmanager', secretsmanager],
  ['ses', ses],
  ['sesv2', sesv2],
  ['sns', sns],
  ['sqs', sqs],
  ['ssm', ssm],
]);

export const binderOf = (service: string): Binder | undefined => BINDERS.get(service);
