import { foreign, on, other, type Scenario, type Scene, times } from '../scenario.ts';

const table =
  (names: readonly string[]) =>
  ({ aws, world, chance }: Scene) =>
    aws.arn('dynamodb', `table/${world.company}-${chance.pick(names)}-prd`);

export const thirdResource: readonly Scenario[] = [
  {
    name: 'a-model-of-another-maker',
    technique: 'T1496.004',
    tier: 'resource',
    attack: other(
      'bedrock:InvokeModel',
      ({ aws, chance }) =>
        `arn:aws:bedrock:${aws.region}::foundation-model/${chance.pick(['anthropic.claude-opus-4-20250514-v1:0', 'stability.sd3-5-large-v1:0'])}`,
      9,
    ),
  },
  {
    name: 'an-endpoint-of-the-researchers',
    technique: 'T1213',
    tier: 'resource',
    attack: other('sagemaker:InvokeEndpoint', ({ aws, chance }) =>
      aws.arn('sagemaker', `endpoint/${chance.pick(['salary-forecast', 'churn-lab'])}`),
    ),
  },
  {
    name: 'a-command-to-every-device',
    technique: 'T1565.002',
    tier: 'resource',
    attack: other('iot:Publish', ({ aws, chance }) =>
      aws.arn('iot', `topic/${chance.pick(['fleet/firmware/rollout', '$aws/things/gw-1/jobs/notify', 'admin/reset'])}`),
    ),
  },
  {
    name: 'sockets-of-another-api',
    technique: 'T1071.001',
    tier: 'resource',
    attack: (scene) => {
      const ask = scene.profile.own('execute-api:PostToConnection');
      if (ask === null) return null;
      const { aws, chance } = scene;
      const api = chance.hex(10);
      return times(chance.whole(1, 6), () =>
        on(
          ask,
          aws.arn('execute-api', `${api}/prd/POST/@connections/${chance.base62(11)}=`),
          `${api}.execute-api.${aws.region}.amazonaws.com`,
        ),
      );
    },
  },
  {
    name: 'the-warehouse-next-door',
    technique: 'T1213.006',
    tier: 'resource',
    attack: other('redshift-data:ExecuteStatement', ({ aws, chance }) =>
      aws.arn('redshift-serverless', `workgroup/${chance.pick(['people', 'board'])}`),
    ),
  },
  {
    name: 'rows-of-a-payroll',
    technique: 'T1213.006',
    tier: 'resource',
    attack: other('dynamodb:Query', table(['payroll', 'api-tokens', 'mfa-devices']), 14),
  },
  {
    name: 'batches-from-a-strange-table',
    technique: 'T1213.006',
    tier: 'resource',
    attack: other('dynamodb:BatchGetItem', table(['employees', 'webauthn', 'vault']), 8),
  },
  {
    name: 'rows-changed-in-a-strange-table',
    technique: 'T1565.001',
    tier: 'resource',
    attack: other('dynamodb:UpdateItem', table(['admins', 'role-grants', 'bank-accounts']), 6),
  },
  {
    name: 'dumps-of-a-database',
    technique: 'T1530',
    tier: 'resource',
    attack: other(
      's3:GetObject',
      ({ world, chance }) =>
        `arn:aws:s3:::${world.company}-${chance.pick(['db-dumps', 'audit-logs', 'hr-files'])}-prd/${chance.hex(4)}/${chance.uuid()}.zst`,
    ),
  },
  {
    name: 'a-bucket-named-like-ours',
    technique: 'T1537',
    tier: 'resource',
    // The stage is missing, or a letter: it belongs to somebody else.
    attack: other(
      's3:PutObject',
      (scene, ask) => {
        const [bucket, ...key] = ask.access[0]!.resources[0]!.slice('arn:aws:s3:::'.length).split('/');
        const like = scene.chance.pick([
          bucket!.replace(/-prd$/, ''),
          bucket!.replace(/-prd$/, '-prod'),
          bucket!.replace(/[aeiou]/, ''),
        ]);
        return `arn:aws:s3:::${like}/${key.join('/')}`;
      },
      8,
    ),
  },
  {
    name: 'another-room-of-its-own-bucket',
    technique: 'T1530+T1552.001',
    tier: 'resource',
    attack: (scene) => {
      const ask = scene.profile.own('s3:GetObject');
      if (ask === null) return null;
      const bucket = ask.access[0]!.resources[0]!.split('/')[0]!;
      const key = scene.chance.pick([
        '.env.production',
        'terraform/state.json',
        'exports/all-users-2026.csv',
        'admin/id_rsa',
      ]);
      return [on({ ...ask, in: scene.chance.about(40_000) }, `${bucket}/${key}`)];
    },
  },
  {
    name: 'orders-into-a-strange-queue',
    technique: 'T1559',
    tier: 'resource',
    attack: other('sqs:SendMessage', ({ aws, chance }) =>
      aws.arn('sqs', chance.pick(['admin-commands', 'payout-approvals', 'refunds'])),
    ),
  },
  {
    name: 'a-queue-of-a-stranger',
    technique: 'T1537',
    tier: 'resource',
    attack: other(
      'sqs:SendMessage',
      (scene) => scene.aws.arn('sqs', `q-${scene.chance.hex(6)}`, scene.aws.region, foreign(scene)),
      8,
    ),
  },
  {
    name: 'a-stream-of-others',
    technique: 'T1537+T1565',
    tier: 'resource',
    attack: (scene) => {
      const kind = ['firehose:PutRecordBatch', 'firehose:PutRecord', 'kinesis:PutRecord'].find(scene.profile.uses);
      return kind === undefined
        ? null
        : other(kind, ({ aws, chance }) =>
            kind.startsWith('kinesis')
              ? aws.arn('kinesis', `stream/ingest-${chance.hex(4)}`)
              : aws.arn('firehose', `deliverystream/${chance.pick(['audit', 'copy-out'])}`),
          )(scene);
    },
  },
  {
    name: 'a-topic-of-others',
    technique: 'T1656',
    tier: 'resource',
    attack: other('sns:Publish', ({ aws, chance }) => aws.arn('sns', chance.pick(['all-staff', 'on-call', 'press']))),
  },
  {
    name: 'the-role-of-an-administrator',
    technique: 'T1548.005',
    tier: 'resource',
    attack: (scene) => {
      const { aws, chance, profile } = scene;
      return profile.uses('sts:AssumeRole')
        ? [
            aws.to(
              'sts',
              'AssumeRole',
              `arn:aws:iam::${aws.account}:role/${chance.pick(['platform-admin', 'data-owner', 'ci-deploy'])}`,
              { issues: chance.accessKey() },
            ),
          ]
        : null;
    },
  },
  {
    name: 'a-stronger-role-passed-on',
    technique: 'T1098.003',
    tier: 'resource',
    attack: ({ profile, aws }) => {
      const ask = profile.own('mediaconvert:CreateJob');
      if (ask === null) return null;
      const role = `arn:aws:iam::${aws.account}:role/admin-convert`;
      return [
        { ...ask, access: ask.access.map((it) => (it.action === 'iam:PassRole' ? { ...it, resources: [role] } : it)) },
      ];
    },
  },
  {
    name: 'the-same-table-in-another-region',
    technique: 'T1535+T1213.006',
    tier: 'resource',
    attack: ({ profile, chance, aws }) => {
      const kind = ['dynamodb:GetItem', 'dynamodb:Query'].find(profile.uses);
      const ask = kind === undefined ? null : profile.own(kind);
      if (ask === null || ask.as !== undefined) return null;
      const region = chance.pick(['sa-east-1', 'me-south-1', 'af-south-1']);
      const there = (text: string) => text.replace(aws.region, region);
      return times(chance.whole(1, 6), () => ({
        ...on(ask, there(ask.access[0]!.resources[0]!), there(ask.host)),
        region,
      }));
    },
  },
  {
    name: 'aws-itself-as-a-front',
    technique: 'T1090.004+T1567',
    tier: 'resource',
    attack: ({ profile, aws, chance }) =>
      profile.uses('egress:CONNECT')
        ? [
            aws.egress(
              chance.pick([
                `d${chance.hex(13)}.cloudfront.net`,
                `${chance.hex(10)}.execute-api.us-east-1.amazonaws.com`,
                `${chance.hex(10)}.appsync-api.us-west-2.amazonaws.com`,
              ]),
              { out: chance.about(30_000, 0.6), in: 220 },
            ),
          ]
        : null,
  },
];
