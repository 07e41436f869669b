import { type Scenario, times } from '../scenario.ts';

/** Known at the first call: an action, a host or a credential that the function never had. */
export const secondBlatant: readonly Scenario[] = [
  {
    name: 'organisation-mapped',
    technique: 'T1087.004+T1580',
    tier: 'blatant',
    attack: ({ aws }) => [
      aws.to('organizations', 'DescribeOrganization', '*'),
      aws.to('organizations', 'ListAccounts', '*', { in: 22_000 }),
    ],
  },
  {
    name: 'account-leaves-its-organisation',
    technique: 'T1666',
    tier: 'blatant',
    attack: ({ aws }) => [aws.to('organizations', 'LeaveOrganization', '*')],
  },
  {
    name: 'guard-dismissed',
    technique: 'T1562.001',
    tier: 'blatant',
    attack: ({ aws, chance }) => {
      const detector = aws.arn('guardduty', `detector/${chance.hex(32)}`);
      return [
        aws.to('guardduty', 'ListDetectors', '*'),
        aws.to('guardduty', chance.pick(['DeleteDetector', 'UpdateDetector']), detector),
      ];
    },
  },
  {
    name: 'key-held-to-ransom',
    technique: 'T1486',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.to(
        'kms',
        chance.pick(['ScheduleKeyDeletion', 'PutKeyPolicy', 'DisableKey']),
        aws.arn('kms', `key/${chance.uuid()}`),
      ),
    ],
  },
  {
    name: 'parameters-dumped',
    technique: 'T1552.001',
    tier: 'blatant',
    attack: ({ aws, chance }) =>
      times(chance.whole(2, 6), () =>
        aws.to('ssm', 'GetParametersByPath', aws.arn('ssm', 'parameter/'), { items: 10, in: 9000 }),
      ),
  },
  {
    name: 'session-for-a-console',
    technique: 'T1550.001',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.to('sts', chance.pick(['GetFederationToken', 'GetSessionToken']), '*', { issues: chance.accessKey() }),
      aws.egress('signin.aws.amazon.com', { out: 2600 }),
    ],
  },
  {
    name: 'models-tried-out',
    technique: 'T1580+T1496.004',
    tier: 'blatant',
    attack: ({ aws, chance }) =>
      chance.some(['us-east-1', 'us-west-2', 'eu-central-1'], 2).flatMap((region) => [
        aws.to('bedrock', 'ListFoundationModels', '*', { region, in: 60_000 }),
        aws.to('bedrock', 'InvokeModel', `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-v2`, {
          region,
          status: 400,
          errorCode: 'ValidationException',
        }),
      ]),
  },
  {
    name: 'text-messages-pumped',
    technique: 'T1496.003',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.to('sns', 'GetSMSAttributes', '*'),
      aws.to('sns', 'SetSMSAttributes', '*'),
      ...times(chance.whole(5, 40), () => aws.to('sns', 'Publish', '*', { out: 640 })),
    ],
  },
  {
    name: 'a-user-in-the-pool',
    technique: 'T1136.003',
    tier: 'blatant',
    attack: ({ aws, chance }) => {
      const pool = aws.arn('cognito-idp', `userpool/${aws.region}_${chance.base62(9)}`);
      return ['AdminCreateUser', 'AdminSetUserPassword', 'AdminAddUserToGroup'].map((operation) =>
        aws.to('cognito-idp', operation, pool),
      );
    },
  },
  {
    name: 'buckets-counted',
    technique: 'T1619',
    tier: 'blatant',
    attack: ({ aws, chance, world }) => [
      aws.to('s3', 'ListBuckets', '*', { action: 'ListAllMyBuckets', in: 14_000 }),
      ...times(chance.whole(2, 9), (i) => aws.s3('GetBucketLocation', `${world.company}-misc-${i}`, null)),
    ],
  },
  {
    name: 'image-with-a-guest',
    technique: 'T1525',
    tier: 'blatant',
    attack: ({ aws, world }) => {
      const repository = aws.arn('ecr', `repository/${world.company}-base`);
      return [
        aws.to('ecr', 'GetAuthorizationToken', '*'),
        aws.to('ecr', 'InitiateLayerUpload', repository),
        aws.to('ecr', 'PutImage', repository),
      ];
    },
  },
  {
    name: 'traces-removed',
    technique: 'T1070+T1562.008',
    tier: 'blatant',
    place: 'end',
    attack: ({ aws, function: name }) => {
      const group = aws.arn('logs', `log-group:/aws/lambda/${name}:*`);
      return [aws.to('logs', 'DeleteLogGroup', group)];
    },
  },
  {
    name: 'names-asked-of-a-resolver',
    technique: 'T1071.004+T1048',
    tier: 'blatant',
    attack: ({ aws, chance }) =>
      times(chance.whole(4, 25), () =>
        aws.egress(chance.pick(['cloudflare-dns.com', 'dns.google']), { out: 780, in: 520, ms: 14 }),
      ),
  },
  {
    name: 'bot-on-telegram',
    technique: 'T1102.002+T1567',
    tier: 'blatant',
    attack: ({ aws, chance }) =>
      times(chance.whole(1, 3), () =>
        aws.egress(chance.pick(['api.telegram.org', 'discord.com']), { out: chance.about(5000) }),
      ),
  },
  {
    name: 'tunnel-for-hire',
    technique: 'T1572',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.egress(`${chance.hex(8)}.${chance.pick(['trycloudflare.com', 'loca.lt', 'oast.fun', 'serveo.net'])}`, {
        out: 4000,
        ms: 60_000,
      }),
    ],
  },
  {
    name: 'database-snapshot-shared',
    technique: 'T1537',
    tier: 'blatant',
    attack: ({ aws, world }) => {
      const snapshot = aws.arn('rds', `snapshot:${world.company}-tmp`);
      return [aws.to('rds', 'CreateDBSnapshot', snapshot), aws.to('rds', 'ModifyDBSnapshotAttribute', snapshot)];
    },
  },
  {
    name: 'replication-to-elsewhere',
    technique: 'T1537',
    tier: 'blatant',
    attack: ({ aws, world }) => [
      aws.s3('PutBucketVersioning', `${world.company}-store`, null),
      aws.s3('PutBucketReplication', `${world.company}-store`, null),
    ],
  },
  {
    name: 'password-for-an-old-user',
    technique: 'T1098',
    tier: 'blatant',
    attack: ({ aws }) => [aws.to('iam', 'CreateLoginProfile', `arn:aws:iam::${aws.account}:user/backup-svc`)],
  },
  {
    name: 'function-with-a-stronger-role',
    technique: 'T1098.003+T1648',
    tier: 'blatant',
    attack: ({ aws, chance }) => {
      const target = aws.arn('lambda', `function:metrics-${chance.hex(4)}`);
      return [
        aws.to('iam', 'ListRoles', '*', { in: 52_000 }),
        aws.to('lambda', 'CreateFunction', target),
        aws.to('lambda', 'Invoke', target, { action: 'InvokeFunction' }),
      ];
    },
  },
  {
    name: 'function-opened-to-the-internet',
    technique: 'T1098+T1133',
    tier: 'blatant',
    attack: ({ aws, function: name }) => {
      const target = aws.arn('lambda', `function:${name}`);
      return [aws.to('lambda', 'CreateFunctionUrlConfig', target), aws.to('lambda', 'AddPermission', target)];
    },
  },
  {
    name: 'containers-that-mine',
    technique: 'T1496.001+T1610',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.to('ecs', 'RegisterTaskDefinition', '*'),
      aws.to('ecs', 'RunTask', aws.arn('ecs', `task-definition/x${chance.hex(4)}:1`), { items: 10 }),
    ],
  },
  {
    name: 'a-neighbours-session',
    technique: 'T1078.004+T1528',
    tier: 'blatant',
    // A temporary key of another function of the same account, read from its environment.
    attack: ({ profile, chance, aws }) => {
      const kind = ['dynamodb:GetItem', 'dynamodb:Query', 's3:GetObject', 'sqs:SendMessage', 's3:PutObject'].find(
        profile.uses,
      );
      if (kind === undefined) return null;
      const as = { accessKeyId: chance.accessKey(), account: aws.account };
      return times(chance.whole(1, 4), () => ({ ...profile.own(kind)!, as }));
    },
  },
];
