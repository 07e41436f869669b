import { flood, type Scenario } from '../scenario.ts';
import { answers, bodies, crowd, large, volume } from './bursts.ts';

const many = (...kinds: readonly string[]): Scenario['attack'] => flood(kinds, (ask) => ask, crowd);

export const fourthVolume: readonly Scenario[] = [
  volume('permissions-felt-out', 'T1069.003', many('verifiedpermissions:IsAuthorized')),
  volume('a-table-in-one-answer', 'T1213.006', answers(['rds-data:ExecuteStatement'], 600_000, 1_000_000)),
  volume('promoted-by-the-hundred', 'T1098', many('cognito-idp:AdminAddUserToGroup')),
  volume('all-called-clean', 'T1562.001', many('s3:PutObjectTagging')),
  volume('read-aloud-for-others', 'T1496.004', many('polly:SynthesizeSpeech')),
  volume('the-edge-emptied-again-and-again', 'T1499', many('cloudfront:CreateInvalidation')),
  volume(
    'answers-poisoned',
    'T1565.001',
    large(
      ['s3vectors:PutVectors'],
      (ask, _, { chance }) => ({ ...ask, items: 500, out: chance.whole(3_000_000, 6_000_000) }),
      ({ items }) => items,
    ),
  ),
  volume('recordings-of-others-written-down', 'T1496.004', many('transcribe:StartTranscriptionJob')),
  volume('faces-by-the-hundred', 'T1213', many('rekognition:SearchFacesByImage')),
  volume('ways-by-the-hundred', 'T1496.004', many('geo:CalculateRoute')),
  volume('rows-overwritten', 'T1485+T1565.001', many('dynamodb:BatchWriteItem', 'rds-data:ExecuteStatement')),
  volume('everybody-silenced', 'T1499.003+T1531', many('ses:PutSuppressedDestination')),
  volume('copied-by-the-hundred', 'T1074.002', many('s3:CopyObject')),
  volume('set-up-and-down-again', 'T1489', many('ecs:UpdateService')),
  volume('a-row-stuffed', 'T1074', bodies(['dynamodb:PutItem', 'dynamodb:UpdateItem'], 250_000, 400_000)),
  volume('used-and-never-used', 'T1565.001', many('aws-marketplace:BatchMeterUsage', 'codepipeline:PutApprovalResult')),
];
