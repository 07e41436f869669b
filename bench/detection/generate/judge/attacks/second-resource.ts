import { foreign, other, type Scenario } from '../scenario.ts';

export const secondResource: readonly Scenario[] = [
  {
    name: 'a-parameter-of-others',
    technique: 'T1552',
    tier: 'resource',
    attack: other('ssm:GetParameter', ({ aws, chance }) =>
      aws.arn('ssm', `parameter/${chance.pick(['prod/rds/master', 'ci/github-token', 'legacy/ldap'])}`),
    ),
  },
  {
    name: 'a-secret-next-door',
    technique: 'T1555.006',
    tier: 'resource',
    attack: other(
      'secretsmanager:GetSecretValue',
      ({ aws, chance, world }) =>
        aws.arn(
          'secretsmanager',
          `secret:${world.company}-vault/${chance.pick(['root', 'erp', 'mongo'])}-${chance.base62(6)}`,
        ),
      1,
    ),
  },
  {
    name: 'a-topic-in-another-account',
    technique: 'T1537',
    tier: 'resource',
    attack: other('sns:Publish', (scene) => scene.aws.arn('sns', 'collect', scene.aws.region, foreign(scene))),
  },
  {
    name: 'a-workflow-of-others',
    technique: 'T1648',
    tier: 'resource',
    attack: other(
      'states:StartExecution',
      ({ aws, world }) => aws.arn('states', `stateMachine:${world.company}-account-closure`),
      2,
    ),
  },
  {
    name: 'a-function-of-others',
    technique: 'T1648',
    tier: 'resource',
    attack: other(
      'lambda:Invoke',
      ({ aws, world, chance }) =>
        aws.arn('lambda', `function:${world.company}-${chance.pick(['admin-tools', 'migrate-db', 'grant-access'])}`),
      2,
    ),
  },
  {
    name: 'a-bus-in-another-account',
    technique: 'T1537+T1546',
    tier: 'resource',
    attack: other('events:PutEvents', (scene) =>
      scene.aws.arn('events', 'event-bus/default', scene.aws.region, foreign(scene)),
    ),
  },
  {
    name: 'a-stream-in-another-account',
    technique: 'T1537',
    tier: 'resource',
    attack: other('kinesis:PutRecords', (scene) =>
      scene.aws.arn('kinesis', 'stream/s1', scene.aws.region, foreign(scene)),
    ),
  },
  {
    name: 'mail-in-anothers-name',
    technique: 'T1566+T1656',
    tier: 'resource',
    attack: other(
      'ses:SendEmail',
      ({ aws, world, chance }) =>
        aws.arn('ses', `identity/${chance.pick(['ceo', 'payroll', 'it-support'])}@${world.company}.example`),
      6,
    ),
  },
  {
    name: 'a-database-of-others',
    technique: 'T1213.006',
    tier: 'resource',
    attack: other('rds-data:ExecuteStatement', ({ aws, world }) => aws.arn('rds', `cluster:${world.company}-hr`)),
  },
  {
    name: 'a-table-for-later',
    technique: 'T1074.002',
    tier: 'resource',
    attack: other(
      'dynamodb:PutItem',
      ({ aws, world, chance }) =>
        aws.arn('dynamodb', `table/${world.company}-${chance.pick(['scratch', 'tmp-export'])}`),
      12,
    ),
  },
  {
    name: 'reads-from-a-strange-table',
    technique: 'T1213.006',
    tier: 'resource',
    attack: other(
      'dynamodb:GetItem',
      ({ aws, world, chance }) =>
        aws.arn('dynamodb', `table/${world.company}-${chance.pick(['credentials', 'sessions', 'kyc'])}`),
      6,
    ),
  },
  {
    name: 'objects-of-a-strange-bucket',
    technique: 'T1530',
    tier: 'resource',
    attack: other(
      's3:GetObject',
      ({ world, chance }) =>
        `arn:aws:s3:::${world.company}-${chance.pick(['legal-hold', 'cloudtrail-logs', 'board'])}/${chance.hex(6)}/${chance.uuid()}.gz`,
    ),
  },
  {
    name: 'a-public-bucket-as-a-drop',
    technique: 'T1567.002',
    tier: 'resource',
    attack: other('s3:PutObject', ({ chance }) => `arn:aws:s3:::static-${chance.hex(8)}/${chance.hex(12)}`, 8),
  },
  {
    name: 'unlock-with-a-strange-key',
    technique: 'T1552',
    tier: 'resource',
    attack: (scene) =>
      other(
        scene.profile.uses('kms:Decrypt') ? 'kms:Decrypt' : 'kms:GenerateDataKey',
        ({ aws, chance }) => aws.arn('kms', `key/${chance.uuid()}`),
        2,
      )(scene),
  },
];
