import type { Binder } from '../reading.ts';
import { dynamodb } from './dynamodb.ts';
import { kms } from './kms.ts';
import { s3 } from './s3.ts';
import { secretsmanager } from './secretsmanager.ts';
import { sqs } from './sqs.ts';

/** Services whose resources follow from more than the catalog's rules, by botocore's name. */
const BINDERS: ReadonlyMap<string, Binder> = new Map([
  ['dynamodb', dynamodb],
  ['kms', kms],
  ['s3', s3],
  ['secretsmanager', secretsmanager],
  ['sqs', sqs],
]);

export const binderOf = (service: string): Binder | undefined => BINDERS.get(service);
