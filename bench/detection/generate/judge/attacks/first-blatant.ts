import { type Scenario, times } from '../scenario.ts';

/** Known at the first call: an action, a host or a credential that the function never had. */
export const firstBlatant: readonly Scenario[] = [
  {
    name: 'who-am-i-and-what-may-i',
    technique: 'T1087.004+T1069.003',
    tier: 'blatant',
    attack: ({ aws, function: name }) => {
      const role = `arn:aws:iam::${aws.account}:role/${name}-role`;
      return [
        aws.to('sts', 'GetCallerIdentity', '*'),
        aws.to('iam', 'ListAttachedRolePolicies', role),
        aws.to('iam', 'ListRolePolicies', role, DENIED),
        aws.to('iam', 'GetRolePolicy', role, DENIED),
      ];
    },
  },
  {
    name: 'code-and-environment-theft',
    technique: 'T1526+T1552.005',
    tier: 'blatant',
    attack: ({ aws, chance, world }) => [
      aws.to('lambda', 'ListFunctions', '*', { in: 88_000 }),
      ...times(chance.whole(3, 12), (i) =>
        aws.to('lambda', 'GetFunction', aws.arn('lambda', `function:${world.company}-internal-${i}`), { in: 4100 }),
      ),
    ],
  },
  {
    name: 'own-code-replaced',
    technique: 'T1525+T1648',
    tier: 'blatant',
    place: 'end',
    attack: ({ aws, function: name }) => [
      aws.to('lambda', 'UpdateFunctionCode', aws.arn('lambda', `function:${name}`), { out: 2_400_000 }),
    ],
  },
  {
    name: 'access-key-for-a-user',
    technique: 'T1098.001',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.to('iam', 'ListUsers', '*', chance.often(0.4) ? DENIED : {}),
      aws.to('iam', 'CreateAccessKey', `arn:aws:iam::${aws.account}:user/terraform-ci`),
    ],
  },
  {
    name: 'trust-policy-opened',
    technique: 'T1098.003',
    tier: 'blatant',
    attack: ({ aws, world }) => [
      aws.to('iam', 'UpdateAssumeRolePolicy', `arn:aws:iam::${aws.account}:role/${world.company}-deploy`),
    ],
  },
  {
    name: 'miners-in-ec2',
    technique: 'T1496.001+T1535',
    tier: 'blatant',
    attack: ({ aws, chance }) =>
      chance
        .some(['us-east-1', 'us-west-2', 'ap-south-1', 'sa-east-1', 'eu-west-3'], 3)
        .flatMap((region) => [
          aws.to('ec2', 'DescribeInstanceTypeOfferings', '*', { region, in: 30_000 }),
          aws.to('ec2', 'RunInstances', '*', { region, ...(chance.often(0.5) ? DENIED : {}) }),
        ]),
  },
  {
    name: 'snapshot-given-away',
    technique: 'T1537+T1578.001',
    tier: 'blatant',
    attack: ({ aws, chance }) => {
      const snapshot = `arn:aws:ec2:${aws.region}::snapshot/snap-0${chance.hex(16)}`;
      return [
        aws.to('ec2', 'DescribeVolumes', '*', { in: 24_000 }),
        aws.to('ec2', 'CreateSnapshot', aws.arn('ec2', `volume/vol-0${chance.hex(16)}`)),
        aws.to('ec2', 'ModifySnapshotAttribute', snapshot),
      ];
    },
  },
  {
    name: 'trail-stopped',
    technique: 'T1562.008',
    tier: 'blatant',
    attack: ({ aws, chance }) => {
      const trail = aws.arn('cloudtrail', 'trail/organization');
      return [aws.to('cloudtrail', chance.pick(['StopLogging', 'PutEventSelectors', 'DeleteTrail']), trail)];
    },
  },
  {
    name: 'bucket-opened-to-the-world',
    technique: 'T1537+T1530',
    tier: 'blatant',
    attack: ({ aws, world }) => [
      aws.s3('PutBucketPolicy', `${world.company}-archive`, null),
      aws.s3('DeleteBucketPublicAccessBlock', `${world.company}-archive`, null, {
        action: 'PutBucketPublicAccessBlock',
      }),
    ],
  },
  {
    name: 'bucket-emptied-by-lifecycle',
    technique: 'T1485',
    tier: 'blatant',
    attack: ({ aws, world, chance }) => [
      aws.s3(
        'PutBucketLifecycleConfiguration',
        `${world.company}-${chance.pick(['archive', 'labels', 'intake'])}`,
        null,
      ),
    ],
  },
  {
    name: 'commands-on-servers',
    technique: 'T1651',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.to('ssm', 'DescribeInstanceInformation', '*', { in: 16_000 }),
      aws.to('ssm', 'SendCommand', [
        aws.arn('ec2', `instance/i-0${chance.hex(16)}`),
        `arn:aws:ssm:${aws.region}::document/AWS-RunShellScript`,
      ]),
    ],
  },
  {
    name: 'all-secrets-at-once',
    technique: 'T1555.006',
    tier: 'blatant',
    attack: ({ aws }) => [
      aws.to('secretsmanager', 'ListSecrets', '*', { in: 31_000 }),
      ...times(3, () => aws.to('secretsmanager', 'BatchGetSecretValue', '*', { items: 20, in: 18_000 })),
    ],
  },
  {
    name: 'upload-with-the-intruders-key',
    technique: 'T1567.002+T1078.004',
    tier: 'blatant',
    // The function's own call, to its own bucket or table's service, but another account signs and is charged.
    attack: ({ chance, profile }) => {
      const ask = profile.own('s3:PutObject') ?? profile.own('dynamodb:PutItem') ?? profile.own('sqs:SendMessage');
      if (ask === null) return null;
      const as = { accessKeyId: `AKIA${chance.base32(16)}`, account: `6${chance.digits(11)}` };
      return times(chance.whole(1, 5), () => ({ ...ask, as }));
    },
  },
  {
    name: 'a-colleagues-key',
    technique: 'T1078.004+T1552.001',
    tier: 'blatant',
    // A key of the same account that lay in a configuration; the call itself is an everyday one.
    attack: ({ chance, aws, profile }) => {
      const ask = profile.own('dynamodb:Query') ?? profile.own('dynamodb:GetItem') ?? profile.own('s3:GetObject');
      if (ask === null) return null;
      const as = { accessKeyId: `AKIA${chance.base32(16)}`, account: aws.account };
      return times(chance.whole(2, 6), () => ({ ...ask, as }));
    },
  },
  {
    name: 'paste-site',
    technique: 'T1567.003',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.egress(chance.pick(['pastebin.com', 'transfer.sh', 'file.io', '0x0.st']), { out: chance.about(30_000, 0.8) }),
    ],
  },
  {
    name: 'shell-to-an-address',
    technique: 'T1059.004+T1571',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.egress(
        `${chance.pick(['45.9.148', '185.220.101', '94.156.8'])}.${chance.whole(2, 250)}:${chance.pick(['4444', '9001', '1337', '443'])}`,
        {
          out: chance.about(2600),
          in: chance.about(900),
          ms: 240_000,
        },
      ),
    ],
  },
  {
    name: 'look-alike-host',
    technique: 'T1583.001+T1041',
    tier: 'blatant',
    attack: ({ aws, profile }) => {
      const host = profile.own('egress:CONNECT')?.host.replace(/:443$/, '');
      if (host === undefined) return null;
      const [, label, rest] = /^(?:.*?\.)?([^.]+)(\.[^.]+)$/.exec(host)!;
      return [aws.egress(host.replace(`${label}${rest}`, `${label}-cdn${rest}`), { out: 8000 })];
    },
  },
  {
    name: 'mining-pool',
    technique: 'T1496.001',
    tier: 'blatant',
    attack: ({ aws, chance }) => [
      aws.egress('objects.githubusercontent.com', { in: 3_100_000 }),
      aws.egress(chance.pick(['pool.supportxmr.com:3333', 'gulf.moneroocean.stream:10128']), {
        out: 6000,
        in: 9000,
        ms: 600_000,
      }),
    ],
  },
  {
    name: 'rule-that-returns',
    technique: 'T1546',
    tier: 'blatant',
    attack: ({ aws, chance, function: name }) => {
      const rule = aws.arn('events', `rule/sync-${chance.hex(4)}`);
      return [
        aws.to('events', 'PutRule', rule),
        aws.to('events', 'PutTargets', rule),
        aws.to('lambda', 'AddPermission', aws.arn('lambda', `function:${name}`)),
      ];
    },
  },
  {
    name: 'table-exported',
    technique: 'T1537+T1213.006',
    tier: 'blatant',
    attack: ({ profile, aws }) => {
      const ask = profile.own('dynamodb:GetItem') ?? profile.own('dynamodb:Query');
      if (ask === null) return null;
      const table = ask.access[0]!.resources[0]!;
      return [
        aws.to('dynamodb', 'DescribeContinuousBackups', table),
        aws.to('dynamodb', 'ExportTableToPointInTime', table),
      ];
    },
  },
];

export const DENIED = { status: 403, errorCode: 'AccessDenied' } as const;
