import { type Scenario, times } from '../scenario.ts';
import { never, to } from './new-ways.ts';

export const thirdBlatant: readonly Scenario[] = [
  {
    name: 'what-would-be-allowed',
    technique: 'T1069.003+T1087.004',
    tier: 'blatant',
    attack: never(({ aws, function: name }) => [
      aws.to('iam', 'SimulatePrincipalPolicy', `arn:aws:iam::${aws.account}:role/${name}-role`),
      aws.to('iam', 'GetAccountAuthorizationDetails', '*', { in: 140_000 }),
    ]),
  },
  {
    name: 'inventory-by-tag',
    technique: 'T1526+T1580',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      ...times(chance.whole(2, 8), () => aws.to('tag', 'GetResources', '*', { items: 50, in: chance.about(30_000) })),
      aws.to('config', 'SelectResourceConfig', '*', { in: chance.about(20_000) }),
    ]),
  },
  {
    name: 'layer-underneath',
    technique: 'T1525+T1574',
    tier: 'blatant',
    attack: never(({ aws, chance, function: name }) => [
      aws.to('lambda', 'PublishLayerVersion', aws.arn('lambda', `layer:common-${chance.hex(4)}`), { out: 900_000 }),
      aws.to('lambda', 'UpdateFunctionConfiguration', aws.arn('lambda', `function:${name}`)),
    ]),
  },
  {
    name: 'identity-provider-of-ones-own',
    technique: 'T1484.002+T1098',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      chance.often(0.5)
        ? aws.to(
            'iam',
            'CreateOpenIDConnectProvider',
            `arn:aws:iam::${aws.account}:oidc-provider/id.${chance.hex(6)}.io`,
          )
        : aws.to('iam', 'CreateSAMLProvider', `arn:aws:iam::${aws.account}:saml-provider/sso-${chance.hex(4)}`),
    ]),
  },
  {
    name: 'backups-removed',
    technique: 'T1490',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      aws.to('backup', 'ListRecoveryPointsByBackupVault', aws.arn('backup', 'backup-vault:Default'), { in: 26_000 }),
      ...times(chance.whole(2, 9), () =>
        aws.to('backup', 'DeleteRecoveryPoint', aws.arn('backup', `recovery-point:${chance.uuid()}`)),
      ),
    ]),
  },
  {
    name: 'alarms-silenced',
    technique: 'T1562.006',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      aws.to('cloudwatch', chance.pick(['DisableAlarmActions', 'DeleteAlarms']), aws.arn('cloudwatch', 'alarm:*')),
    ]),
  },
  {
    name: 'firewall-lifted',
    technique: 'T1562.007',
    tier: 'blatant',
    attack: never(({ aws, chance }) => {
      const list = aws.arn('wafv2', `regional/webacl/edge/${chance.uuid()}`);
      return [aws.to('wafv2', 'GetWebACL', list), aws.to('wafv2', 'UpdateWebACL', list, { out: 5200 })];
    }),
  },
  {
    name: 'notebook-with-a-role',
    technique: 'T1578.002+T1098.003',
    tier: 'blatant',
    attack: never(({ aws, chance }) => {
      const notebook = aws.arn('sagemaker', `notebook-instance/research-${chance.hex(3)}`);
      return ['CreateNotebookInstance', 'CreatePresignedNotebookInstanceUrl'].map((operation) =>
        aws.to('sagemaker', operation, notebook),
      );
    }),
  },
  {
    name: 'jobs-that-mine',
    technique: 'T1496.001',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      aws.to('batch', 'RegisterJobDefinition', aws.arn('batch', 'job-definition/etl-next')),
      ...times(chance.whole(3, 20), () => aws.to('batch', 'SubmitJob', aws.arn('batch', 'job-queue/spot'))),
    ]),
  },
  {
    name: 'shell-on-a-server',
    technique: 'T1021.007+T1651',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      chance.often(0.5)
        ? aws.to('ssm', 'StartSession', aws.arn('ec2', `instance/i-0${chance.hex(16)}`))
        : aws.to('ecs', 'ExecuteCommand', aws.arn('ecs', `task/core/${chance.hex(32)}`)),
    ]),
  },
  {
    name: 'secret-shared-with-a-stranger',
    technique: 'T1098+T1555.006',
    tier: 'blatant',
    attack: never(({ aws, chance }) => {
      const secret = aws.arn('secretsmanager', `secret:prd/db/${chance.pick(['orders', 'hr'])}-${chance.base62(6)}`);
      return [aws.to('secretsmanager', 'PutResourcePolicy', secret, { out: 1400 })];
    }),
  },
  {
    name: 'key-lent-out',
    technique: 'T1098+T1552',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      aws.to('kms', 'ListAliases', '*', { in: 8000 }),
      aws.to('kms', 'CreateGrant', aws.arn('kms', `key/${chance.uuid()}`)),
    ]),
  },
  {
    name: 'domain-turned',
    technique: 'T1584.002+T1557',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      aws.to('route53', 'ListHostedZones', '*', { in: 3800 }),
      aws.to('route53', 'ChangeResourceRecordSets', `arn:aws:route53:::hostedzone/Z0${chance.base32(18)}`),
    ]),
  },
  {
    name: 'stream-tapped',
    technique: 'T1546+T1213.006',
    tier: 'blatant',
    attack: never(({ aws, chance, world }) => [
      aws.to('dynamodb', 'UpdateTable', aws.arn('dynamodb', `table/${world.company}-people-prd`)),
      aws.to('lambda', 'CreateEventSourceMapping', aws.arn('lambda', `event-source-mapping:${chance.uuid()}`)),
    ]),
  },
  {
    name: 'administrators-session',
    technique: 'T1548.005+T1078.004',
    tier: 'blatant',
    // What comes with it is tried out on the buckets.
    attack: (scene) => {
      const { aws, chance, profile } = scene;
      if (profile.uses('sts:AssumeRole')) return null;
      const as = { accessKeyId: chance.accessKey(), account: aws.account };
      return [
        aws.to(
          'sts',
          'AssumeRole',
          `arn:aws:iam::${aws.account}:role/${chance.pick(['OrganizationAccountAccessRole', 'break-glass'])}`,
          {
            issues: as.accessKeyId,
          },
        ),
        aws.to('s3', 'ListBuckets', '*', { action: 'ListAllMyBuckets', in: 9000, as }),
      ];
    },
  },
  {
    name: 'table-brought-back-elsewhere',
    technique: 'T1578.004+T1213.006',
    tier: 'blatant',
    attack: never(({ aws, chance, world }) => {
      const table = aws.arn('dynamodb', `table/${world.company}-people-prd`);
      return [
        aws.to('dynamodb', 'ListBackups', '*'),
        aws.to('dynamodb', 'RestoreTableToPointInTime', [table, aws.arn('dynamodb', `table/tmp-${chance.hex(5)}`)]),
      ];
    }),
  },
  {
    name: 'another-clouds-bucket',
    technique: 'T1567.002',
    tier: 'blatant',
    attack: to(
      ({ chance }) =>
        chance.pick([
          'storage.googleapis.com',
          `${chance.hex(16)}.r2.cloudflarestorage.com`,
          's3.wasabisys.com',
          `f00${chance.whole(1, 4)}.backblazeb2.com`,
        ]),
      90_000,
    ),
  },
  {
    name: 'second-stage-from-a-repository',
    technique: 'T1105',
    tier: 'blatant',
    attack: never(({ aws, chance }) => [
      aws.egress(chance.pick(['raw.githubusercontent.com', 'gist.githubusercontent.com', 'gitlab.com']), {
        out: 700,
        in: chance.about(60_000, 0.8),
      }),
    ]),
  },
  {
    name: 'address-spelt-as-a-name',
    technique: 'T1071.001+T1568',
    tier: 'blatant',
    attack: to(
      ({ chance }) =>
        chance.pick([
          `${chance.whole(5, 200)}-${chance.whole(1, 250)}-${chance.whole(1, 250)}-9.nip.io`,
          `sync-${chance.hex(5)}.duckdns.org`,
          `${chance.hex(8)}.oast.fun`,
        ]),
      3000,
    ),
  },
];
