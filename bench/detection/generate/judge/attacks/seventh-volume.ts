import { flood, type Scenario } from '../scenario.ts';
import { answers, bodies, crowd, volume } from './bursts.ts';

const many = (...kinds: readonly string[]): Scenario['attack'] => flood(kinds, (ask) => ask, crowd);

export const seventhVolume: readonly Scenario[] = [
  volume('orders-read-one-by-one', 'T1213', many('dynamodb:TransactGetItems')),
  volume('orders-that-nobody-placed', 'T1499+T1565.001', many('states:StartSyncExecution')),
  volume('phished-in-our-name', 'T1496.004+T1566', many('ses:SendTemplatedEmail')),
  volume('the-pool-searched-through', 'T1087.004', many('cognito-idp:ListUsers')),
  volume('everybody-joined-to-one', 'T1098', many('cognito-idp:AdminLinkProviderForUser')),
  volume('the-model-at-our-cost', 'T1496.004', many('bedrock:Converse')),
  volume('agents-called-in-vain', 'T1499', many('connect:StartChatContact')),
  volume('every-slot-taken', 'T1499', many('dynamodb:TransactWriteItems')),
  volume('alarm-clocks-by-the-hundred', 'T1053+T1499', many('scheduler:CreateSchedule')),
  volume('reminders-forgotten', 'T1485', many('scheduler:DeleteSchedule')),
  volume('filings-by-the-hundred', 'T1530', many('s3:GetObject')),
  volume('originals-gone', 'T1485', many('s3:DeleteObject')),
  volume('vans-everywhere', 'T1565.001', many('geo:BatchUpdateDevicePosition')),
  volume('clicks-that-nobody-made', 'T1565.001', many('firehose:PutRecord')),
  volume('a-bus-full-of-lies', 'T1499+T1565.001', many('events:PutEvents')),
  volume('secrets-of-all-customers', 'T1555.006', many('secretsmanager:GetSecretValue')),
  volume('the-mark-moved-and-moved', 'T1565.001', many('ssm:PutParameter')),
  volume('a-mountain-in-one-form', 'T1048', bodies(['egress:CONNECT'], 3_000_000, 25_000_000)),
  volume(
    'a-book-for-the-model',
    'T1496.004',
    bodies(['bedrock:Converse', 'states:StartSyncExecution'], 200_000, 900_000),
  ),
  volume('all-chats-in-one-answer', 'T1213', answers(['dynamodb:Query', 'cognito-idp:ListUsers'], 600_000, 1_000_000)),
];
