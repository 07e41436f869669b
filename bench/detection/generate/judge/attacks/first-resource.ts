import { on, type Scenario, times } from '../scenario.ts';

/** Actions that the function makes all day, on something that it never touched. */
export const firstResource: readonly Scenario[] = [
  {
    name: 'state-file-of-terraform',
    technique: 'T1530+T1552.001',
    tier: 'resource',
    attack: ({ profile, aws, world, chance }) =>
      profile.uses('s3:GetObject')
        ? times(chance.whole(1, 3), (i) =>
            aws.s3('GetObject', `${world.company}-tfstate`, `env/prod/stack-${i}/terraform.tfstate`, {
              in: chance.about(210_000),
            }),
          )
        : null,
  },
  {
    name: 'another-corner-of-its-own-bucket',
    technique: 'T1530',
    tier: 'resource',
    attack: ({ profile, chance }) => {
      const ask = profile.own('s3:GetObject');
      if (ask === null) return null;
      const bucket = ask.access[0]!.resources[0]!.split('/')[0]!;
      return [
        on(
          { ...ask, in: 48_000_000 },
          `${bucket}/${chance.pick(['db-dumps/prod.sql.gz', 'hr/payroll-2026.xlsx', '_backup/users.csv'])}`,
        ),
      ];
    },
  },
  {
    name: 'a-table-of-others',
    technique: 'T1213.006',
    tier: 'resource',
    attack: ({ profile, chance, aws, world }) => {
      const kind = ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:BatchGetItem'].find(profile.uses);
      const ask = kind === undefined ? null : profile.own(kind);
      if (ask === null) return null;
      const table = `${world.company}-${chance.pick(['employees', 'api-keys', 'cards-vault', 'password-resets'])}`;
      return times(chance.whole(1, 8), () => on(ask, aws.arn('dynamodb', `table/${table}`)));
    },
  },
  {
    name: 'a-secret-of-others',
    technique: 'T1555.006',
    tier: 'resource',
    attack: ({ profile, aws, chance, world }) =>
      profile.uses('secretsmanager:GetSecretValue')
        ? [
            aws.to(
              'secretsmanager',
              'GetSecretValue',
              aws.arn(
                'secretsmanager',
                `secret:${world.company}/${chance.pick(['rds/master', 'datadog', 'okta-admin'])}-${chance.base62(6)}`,
              ),
            ),
          ]
        : null,
  },
  {
    name: 'a-key-of-others',
    technique: 'T1552',
    tier: 'resource',
    attack: ({ profile, aws, chance }) => {
      const kind = ['kms:Decrypt', 'kms:Sign'].find(profile.uses);
      return kind === undefined
        ? null
        : times(chance.whole(1, 3), () => aws.to('kms', kind.slice(4), aws.arn('kms', `key/${chance.uuid()}`)));
    },
  },
  {
    name: 'a-queue-in-another-account',
    technique: 'T1537',
    tier: 'resource',
    attack: ({ profile, aws, chance }) =>
      profile.uses('sqs:SendMessage')
        ? times(chance.whole(1, 4), () =>
            aws.to('sqs', 'SendMessage', aws.arn('sqs', 'inbox', aws.region, `8${chance.digits(11)}`), {
              out: chance.about(200_000, 0.2),
            }),
          )
        : null,
  },
  {
    name: 'the-administrators-role',
    technique: 'T1548.005',
    tier: 'resource',
    attack: ({ profile, aws, chance }) => {
      if (!profile.uses('sts:AssumeRole')) return null;
      const role = chance.pick(['OrganizationAccountAccessRole', 'AWSControlTowerExecution', 'deploy-admin']);
      const account = chance.often(0.5) ? aws.account : `4${chance.digits(11)}`;
      return [
        aws.to(
          'sts',
          'AssumeRole',
          `arn:aws:iam::${account}:role/${role}`,
          chance.often(0.5) ? { issues: chance.accessKey() } : { status: 403, errorCode: 'AccessDenied' },
        ),
      ];
    },
  },
  {
    name: 'same-name-elsewhere',
    technique: 'T1535',
    tier: 'resource',
    attack: ({ profile, aws, chance }) => {
      const kind = ['dynamodb:PutItem', 'sqs:SendMessage', 'bedrock:InvokeModel', 'dynamodb:UpdateItem'].find(
        profile.uses,
      );
      const ask = kind === undefined ? null : profile.own(kind);
      if (ask === null || ask.region !== aws.region) return null;
      const region = chance.pick(['me-south-1', 'af-south-1', 'ap-east-1']);
      const move = (text: string) => text.replaceAll(aws.region, region);
      return times(2, () => ({ ...on(ask, move(ask.access[0]!.resources[0]!), move(ask.host)), region }));
    },
  },
  {
    name: 'whole-bucket-listed',
    technique: 'T1619',
    tier: 'resource',
    attack: ({ profile, chance }) => {
      const ask = profile.own('s3:ListObjectsV2');
      return ask === null
        ? null
        : times(chance.whole(1, 3), () => ({ ...ask, prefix: '', in: chance.about(310_000, 0.1) }));
    },
  },
  {
    name: 'the-dearest-model',
    technique: 'T1496.004',
    tier: 'resource',
    attack: ({ profile, aws, chance }) =>
      profile.uses('bedrock:InvokeModel')
        ? times(chance.whole(1, 6), () =>
            aws.to(
              'bedrock',
              'InvokeModel',
              `arn:aws:bedrock:${aws.region}::foundation-model/anthropic.claude-opus-4-20250514-v1:0`,
              { out: chance.about(9000), in: chance.about(5000) },
            ),
          )
        : null,
  },
  {
    name: 'bucket-of-nearly-that-name',
    technique: 'T1537+T1583',
    tier: 'resource',
    attack: ({ profile, chance, aws }) => {
      const ask = profile.own('s3:PutObject');
      if (ask === null || ask.as !== undefined) return null;
      const [, bucket, key] = /^arn:aws:s3:::([^/]+)\/(.*)$/.exec(ask.access[0]!.resources[0]!)!;
      return times(chance.whole(2, 9), () =>
        aws.s3('PutObject', `${bucket}-eu`, key!, { out: chance.about(ask.out, 0.3) }),
      );
    },
  },
  {
    name: 'logs-of-others',
    technique: 'T1552.001+T1213',
    tier: 'resource',
    attack: ({ profile, aws, world }) =>
      profile.uses('logs:StartQuery')
        ? [aws.to('logs', 'StartQuery', aws.arn('logs', `log-group:/aws/lambda/${world.company}-payment-webhook:*`))]
        : null,
  },
  {
    name: 'a-job-that-is-not-the-hours',
    technique: 'T1648',
    tier: 'resource',
    attack: ({ profile, aws, world, chance }) =>
      profile.uses('glue:StartJobRun')
        ? [
            aws.to(
              'glue',
              'StartJobRun',
              aws.arn('glue', `job/${world.company}-${chance.pick(['gdpr-eraser', 'export-to-partner'])}`),
            ),
          ]
        : null,
  },
];
