import { flood, type Scenario } from '../scenario.ts';
import { answers, bodies, crowd, volume } from './bursts.ts';

const many = (...kinds: readonly string[]): Scenario['attack'] => flood(kinds, (ask) => ask, crowd);

export const sixthVolume: readonly Scenario[] = [
  volume('patient-after-patient', 'T1213', many('healthlake:ReadResource')),
  volume('sealed-by-the-hundred', 'T1606', many('kms:Sign')),
  volume('the-graph-walked-through', 'T1213.006', many('neptune-db:ExecuteOpenCypherQuery')),
  volume('every-gate-again-and-again', 'T1499', many('iot:Publish')),
  volume('bids-that-nobody-made', 'T1565.001+T1499', many('dynamodb:TransactWriteItems')),
  volume('the-store-of-features-poisoned', 'T1565.001', many('sagemaker:PutRecord')),
  volume('transformed-at-our-cost', 'T1496', many('b2bi:StartTransformerJob')),
  volume('clusters-that-mine', 'T1496', many('emr-serverless:StartJobRun')),
  volume('cuts-of-everything', 'T1074.002', many('mediapackage:CreateHarvestJob')),
  volume('opinions-at-our-cost', 'T1496.004', many('comprehend:DetectToxicContent')),
  volume('links-broken-one-by-one', 'T1531', many('secretsmanager:PutSecretValue')),
  volume('everybody-is-granted', 'T1098', many('lakeformation:GrantPermissions')),
  volume('kept-so-that-nobody-can-delete', 'T1499', many('s3:PutObjectRetention')),
  volume('freezers-that-lie', 'T1565.001', many('iotsitewise:BatchPutAssetPropertyValue')),
  volume('parents-told-a-hundred-times', 'T1499+T1566', many('sqs:SendMessage')),
  volume('a-search-without-bounds', 'T1213', answers(['healthlake:SearchWithGet'], 1_500_000, 4_000_000)),
  volume(
    'a-graph-in-one-answer',
    'T1213.006',
    answers(['neptune-db:ExecuteOpenCypherQuery', 'ec2:DescribeInstances'], 1_500_000, 9_000_000),
  ),
  volume('a-dump-in-a-form', 'T1048', bodies(['egress:CONNECT'], 4_000_000, 30_000_000)),
  volume('a-feature-full', 'T1074', bodies(['sagemaker:PutRecord', 'kinesis:PutRecord'], 260_000, 340_000)),
];
