import type { Ask } from '../ask.ts';
import { foreign, inTier, on, other, type Scenario, type Scene, times } from '../scenario.ts';

const resource = inTier('resource');

const table =
  (...names: readonly string[]) =>
  ({ aws, world, chance }: Scene) =>
    aws.arn('dynamodb', `table/${world.company}-${chance.pick(names)}-prd`);

const object =
  (bucket: (scene: Scene) => string, key: (scene: Scene) => string) =>
  (scene: Scene): string =>
    `arn:aws:s3:::${bucket(scene)}/${key(scene)}`;

/** One's own call that hands a role on, with a stronger one. */
const withRole =
  (kind: string) =>
  (scene: Scene): Ask[] | null => {
    const { profile, aws, chance } = scene;
    const ask = profile.own(kind);
    const stronger = `arn:aws:iam::${aws.account}:role/${chance.pick(['admin', 'deploy', 'finance-batch'])}`;
    return ask === null
      ? null
      : [
          {
            ...ask,
            access: ask.access.map((it) => (it.action === 'iam:PassRole' ? { ...it, resources: [stronger] } : it)),
          },
        ];
  };

export const seventhResource: readonly Scenario[] = [
  resource(
    'the-state-of-everything',
    'T1530+T1552.001',
    other(
      's3:GetObject',
      object(
        ({ world, chance }) => `${world.company}-${chance.pick(['terraform-state', 'tfstate-core'])}`,
        ({ chance }) => `env/${chance.pick(['prod', 'shared'])}/terraform.tfstate`,
      ),
    ),
  ),
  resource(
    'the-trails-own-files',
    'T1530+T1654',
    other(
      's3:GetObject',
      object(
        ({ aws }) => `aws-cloudtrail-logs-${aws.account}`,
        ({ aws, chance }) => `AWSLogs/${aws.account}/CloudTrail/${aws.region}/${chance.hex(16)}.json.gz`,
      ),
      9,
    ),
  ),
  resource(
    'a-note-of-ransom',
    'T1486+T1491',
    other(
      's3:PutObject',
      object(
        ({ world, chance }) => `${world.company}-${chance.pick(['website', 'backups', 'contracts'])}-prd`,
        () => 'HOW_TO_RESTORE.txt',
      ),
      2,
    ),
  ),
  resource(
    'into-a-bucket-named-alike',
    'T1537',
    other(
      's3:PutObject',
      (scene) => `arn:aws:s3:::${scene.world.company}-reports-prod-${scene.chance.digits(4)}/${scene.chance.uuid()}`,
      6,
    ),
  ),
  resource(
    'what-others-have-uploaded-cast-away',
    'T1485',
    other(
      's3:DeleteObject',
      object(
        ({ world, chance }) => `${world.company}-${chance.pick(['invoices', 'backups', 'filings'])}-prd`,
        ({ chance }) => `${chance.hex(4)}/${chance.uuid()}`,
      ),
      9,
    ),
  ),
  resource(
    'uploads-of-others-broken-off',
    'T1499',
    other(
      's3:AbortMultipartUpload',
      object(
        ({ world, chance }) => `${world.company}-${chance.pick(['films', 'backups', 'dumps'])}-prd`,
        ({ chance }) => `${chance.uuid()}.bin`,
      ),
      6,
    ),
  ),
  resource('the-whole-bucket-listed', 'T1619', ({ profile }) => {
    const ask = profile.own('s3:ListObjectsV2');
    return ask === null ? null : [{ ...ask, prefix: '', in: 240_000 }];
  }),
  resource(
    'a-larger-model',
    'T1496.004',
    other(
      'bedrock:Converse',
      ({ aws }) => aws.arn('bedrock', 'foundation-model/anthropic.claude-3-opus-20240229-v1:0', aws.region, ''),
      9,
    ),
  ),
  resource(
    'letters-from-the-board',
    'T1566.002+T1534',
    other('ses:SendTemplatedEmail', ({ aws, world }) => aws.arn('ses', `identity/board.${world.company}.example`), 9),
  ),
  resource(
    'letters-from-the-bank',
    'T1566.002',
    other(
      'ses:SendEmail',
      ({ aws, chance }) => aws.arn('ses', `identity/${chance.pick(['finance', 'payroll', 'it-help'])}.example`),
      9,
    ),
  ),
  resource(
    'a-pool-of-the-staff',
    'T1087.004',
    other(
      'cognito-idp:ListUsers',
      ({ aws, chance }) => aws.arn('cognito-idp', `userpool/${aws.region}_${chance.base62(9)}`),
      5,
    ),
  ),
  resource(
    'another-workflow',
    'T1648',
    other('states:StartSyncExecution', ({ aws, chance }) =>
      aws.arn('states', `stateMachine:${chance.pick(['refund', 'payout', 'grant-access'])}`),
    ),
  ),
  resource('a-clock-with-a-stronger-role', 'T1053+T1098.003', withRole('scheduler:CreateSchedule')),
  resource(
    'a-clock-in-another-house',
    'T1053',
    other(
      'scheduler:CreateSchedule',
      ({ aws, chance }) => aws.arn('scheduler', `schedule/default/svc-${chance.hex(6)}`),
      1,
    ),
  ),
  resource('a-snapshot-to-a-strangers-vault', 'T1537', (scene) => {
    const ask = scene.profile.own('rds:CopyDBSnapshot');
    if (ask === null) return null;
    const theirs = scene.aws.arn(
      'rds',
      `snapshot:copy-${scene.chance.hex(6)}`,
      scene.world.otherRegion,
      foreign(scene),
    );
    return [{ ...ask, access: ask.access.map((it) => ({ ...it, resources: [it.resources[0]!, theirs] })) }];
  }),
  resource('todays-copies-cast-away', 'T1490', ({ profile, aws, chance, world }) => {
    const ask = profile.own('rds:DeleteDBSnapshot');
    const database = () => chance.pick(['vault', 'core', 'warehouse']);
    return ask === null
      ? null
      : times(chance.whole(1, 4), () =>
          on(ask, aws.arn('rds', `snapshot:final-${database()}-${chance.hex(4)}`, world.otherRegion)),
        );
  }),
  resource(
    'logs-of-the-vault-written-out',
    'T1530+T1654',
    other('logs:CreateExportTask', ({ aws, chance }) =>
      aws.arn('logs', `log-group:/${chance.pick(['vault/audit', 'aws/cloudtrail', 'hr/payroll'])}`),
    ),
  ),
  resource('a-role-that-administers', 'T1078.004+T1550.001', ({ profile, chance }) => {
    const ask = profile.own('sts:AssumeRole');
    if (ask === null) return null;
    const target = ask.access[0]!.resources[0]!.replace(
      'audience-writer',
      chance.pick(['OrganizationAccountAccessRole', 'AdministratorAccess']),
    );
    return [{ ...on(ask, target), issues: chance.accessKey() }];
  }),
  resource(
    'secrets-of-other-services',
    'T1555.006',
    other(
      'secretsmanager:GetSecretValue',
      ({ aws, chance }) =>
        aws.arn(
          'secretsmanager',
          `secret:${chance.pick(['prd/db/root', 'payments/stripe-live', 'github/app-key'])}-${chance.base62(6)}`,
        ),
      8,
    ),
  ),
  resource(
    'parameters-of-other-services',
    'T1552',
    other(
      'ssm:GetParameter',
      ({ aws, chance }) => aws.arn('ssm', `parameter/${chance.pick(['prod/db/password', 'vpn/psk', 'ci/token'])}`),
      8,
    ),
  ),
  resource(
    'another-cluster-of-rows',
    'T1485+T1565.001',
    other(
      'rds-data:BatchExecuteStatement',
      ({ aws, chance }) => aws.arn('rds', `cluster:${chance.pick(['payroll', 'ledger', 'core'])}`),
      5,
    ),
  ),
  resource(
    'another-crawler',
    'T1213.006',
    other(
      'glue:StartCrawler',
      ({ aws, chance }) => aws.arn('glue', `crawler/${chance.pick(['hr-raw', 'finance', 'legal-hold'])}`),
      1,
    ),
  ),
  resource(
    'told-to-a-strangers-topic',
    'T1567',
    other('sns:Publish', (scene) =>
      scene.aws.arn('sns', `notify-${scene.chance.hex(4)}`, scene.aws.region, foreign(scene)),
    ),
  ),
  resource(
    'told-to-a-strangers-bus',
    'T1537',
    other('events:PutEvents', (scene) =>
      scene.aws.arn('events', 'event-bus/default', scene.aws.region, foreign(scene)),
    ),
  ),
  resource(
    'jobs-slipped-into-another-queue',
    'T1565.001',
    other(
      'sqs:SendMessageBatch',
      ({ aws, chance }) => aws.arn('sqs', chance.pick(['payouts', 'refunds', 'admin-tasks'])),
      4,
    ),
  ),
  resource(
    'the-vans-of-somebody-else',
    'T1565.001',
    other('geo:BatchUpdateDevicePosition', ({ aws, chance }) =>
      aws.arn('geo', `tracker/${chance.pick(['cash-transport', 'ambulances', 'trucks'])}`),
    ),
  ),
  resource(
    'scanned-from-end-to-end',
    'T1213.006',
    other('dynamodb:Scan', table('people', 'cards', 'reset-tokens'), 12),
  ),
  resource(
    'asked-of-a-strange-table',
    'T1213.006',
    other('dynamodb:GetItem', table('staff', 'api-keys', 'admin-sessions'), 9),
  ),
  resource(
    'a-row-in-the-table-of-rights',
    'T1098',
    other('dynamodb:PutItem', table('roles', 'entitlements', 'admins'), 2),
  ),
  resource('the-same-in-a-region-nobody-uses', 'T1535', ({ profile, chance }) => {
    const kinds = [
      'rds-data:BatchExecuteStatement',
      'states:StartSyncExecution',
      'firehose:PutRecord',
      'glue:StartCrawler',
      'cognito-idp:ListUsers',
    ];
    const ask = profile.own(kinds.find(profile.uses) ?? '');
    if (ask === null) return null;
    const region = chance.pick(['ap-east-1', 'me-south-1', 'af-south-1']);
    const there = (text: string) => text.replaceAll(ask.region!, region);
    return times(chance.whole(1, 3), () => ({
      ...ask,
      region,
      host: there(ask.host),
      access: ask.access.map((it) => ({ ...it, resources: it.resources.map(there) })),
    }));
  }),
];
