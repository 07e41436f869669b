import { type Scenario, times } from '../scenario.ts';
import { blatant, to, ways } from './new-ways.ts';

export const fifthBlatant: readonly Scenario[] = [
  ways('a-queue-emptied', 'T1485+T1489', ({ aws, chance }) => [
    aws.to('sqs', 'ListQueues', '*', { in: chance.about(5200) }),
    aws.to('sqs', 'PurgeQueue', aws.arn('sqs', chance.pick(['payments', 'orders', 'invoices']))),
  ]),
  ways('put-to-sleep', 'T1489', ({ aws, chance }) => [
    aws.to(
      'lambda',
      'PutFunctionConcurrency',
      aws.arn('lambda', `function:${chance.pick(['fraud-check', 'audit-writer', 'alarm-relay'])}`),
    ),
  ]),
  ways('told-of-every-upload', 'T1020+T1546', ({ aws, world, chance }) => [
    aws.s3(
      'PutBucketNotificationConfiguration',
      `${world.company}-${chance.pick(['uploads', 'contracts'])}-prd`,
      null,
      {
        action: 'PutBucketNotification',
        out: chance.about(1100, 0.1),
      },
    ),
  ]),
  ways('versions-no-longer-kept', 'T1490', ({ aws, world, chance }) =>
    times(chance.whole(1, 4), () =>
      aws.s3('PutBucketVersioning', `${world.company}-${chance.pick(['backups', 'ledger', 'media'])}-prd`, null),
    ),
  ),
  ways('tables-thrown-away', 'T1485', ({ aws, world, chance }) => [
    aws.to('dynamodb', 'ListTables', '*', { in: chance.about(1900) }),
    ...times(chance.whole(1, 5), () =>
      aws.dynamodb('DeleteTable', `${world.company}-${chance.pick(['users', 'invoices', 'carts', 'audit'])}-prd`),
    ),
  ]),
  ways('the-databases-password-set', 'T1098+T1531', ({ aws, chance }) => [
    aws.to('rds', 'DescribeDBClusters', '*', { in: chance.about(14_000) }),
    aws.to('rds', 'ModifyDBCluster', aws.arn('rds', `cluster:${chance.pick(['core', 'billing', 'reporting'])}`)),
  ]),
  ways('screens-and-passwords-of-servers', 'T1552+T1580', ({ aws, chance }) => {
    const server = aws.arn('ec2', `instance/i-0${chance.hex(16)}`);
    return [
      aws.to('ec2', 'DescribeInstances', '*', { in: chance.about(60_000) }),
      ...['GetConsoleScreenshot', 'GetPasswordData'].map((operation) => aws.to('ec2', operation, server)),
    ];
  }),
  ways('a-servers-start-changed', 'T1037+T1578', ({ aws, chance }) => {
    const server = aws.arn('ec2', `instance/i-0${chance.hex(16)}`);
    return ['StopInstances', 'ModifyInstanceAttribute', 'StartInstances'].map((operation) =>
      aws.to('ec2', operation, server),
    );
  }),
  ways('lookups-no-longer-logged', 'T1562.008', ({ aws, chance }) => [
    aws.to('route53resolver', 'ListResolverQueryLogConfigs', '*'),
    aws.to(
      'route53resolver',
      'DisassociateResolverQueryLogConfig',
      aws.arn('route53resolver', `resolver-query-log-config/rqlc-${chance.hex(16)}`),
    ),
  ]),
  ways('the-recorder-stopped', 'T1562.008', ({ aws }) => [
    aws.to('config', 'DescribeConfigurationRecorders', '*'),
    aws.to('config', 'StopConfigurationRecorder', '*'),
  ]),
  ways('what-guests-may', 'T1078.004+T1528', ({ aws, chance }) => [
    aws.to('cognito-identity', 'ListIdentityPools', '*'),
    aws.to('cognito-identity', 'GetId', aws.arn('cognito-identity', `identitypool/${aws.region}:${chance.uuid()}`)),
    aws.to('cognito-identity', 'GetCredentialsForIdentity', '*', { in: chance.about(1800, 0.05) }),
  ]),
  ways('a-build-of-ones-own', 'T1648+T1195.002', ({ aws, chance }) => [
    aws.to('codebuild', 'ListProjects', '*'),
    aws.to('codebuild', 'StartBuild', aws.arn('codebuild', `project/${chance.pick(['deploy', 'images', 'infra'])}`), {
      out: chance.about(3300, 0.2),
    }),
  ]),
  ways('a-door-to-the-outside', 'T1133', ({ aws, chance }) => [
    aws.to('apigateway', 'CreateApi', `arn:aws:apigateway:${aws.region}::/apis`, {
      action: 'POST',
      out: chance.about(900, 0.2),
    }),
  ]),
  ways('certificates-taken-along', 'T1552.004', ({ aws, chance }) => [
    aws.to('acm', 'ListCertificates', '*', { in: chance.about(7200) }),
    ...times(chance.whole(1, 4), () =>
      aws.to('acm', 'ExportCertificate', aws.arn('acm', `certificate/${chance.uuid()}`), { in: 9100 }),
    ),
  ]),
  ways('a-device-of-ones-own', 'T1098.001', ({ aws, chance }) => [
    aws.to('iot', 'CreateKeysAndCertificate', '*', { in: 5200 }),
    aws.to('iot', 'AttachPolicy', aws.arn('iot', `cert/${chance.hex(64)}`)),
  ]),
  ways('come-back-by-the-clock', 'T1053', ({ aws, chance }) => [
    aws.to('scheduler', 'CreateSchedule', aws.arn('scheduler', `schedule/default/health-${chance.hex(4)}`), {
      out: chance.about(1400, 0.1),
    }),
  ]),
  ways('desktops-for-hire', 'T1496.001', ({ aws, chance }) => [
    aws.to('workspaces', 'DescribeWorkspaceBundles', '*', { in: chance.about(31_000) }),
    aws.to('workspaces', 'CreateWorkspaces', aws.arn('workspaces', `workspacebundle/wsb-${chance.hex(9)}`)),
  ]),
  ways('the-accounts-lock-taken-off', 'T1562.007', ({ aws }) => [
    {
      ...aws.to('s3', 'PutPublicAccessBlock', '*', { action: 'PutAccountPublicAccessBlock' }),
      host: `${aws.account}.s3-control.${aws.region}.amazonaws.com`,
    },
  ]),
  blatant(
    'letters-by-another-post',
    'T1048.003',
    to(({ chance }) => chance.pick(['smtp.gmail.com:587', 'smtp.mail.ru:465', 'mail.gmx.net:587']), 38_000),
  ),
  blatant(
    'a-neighbour-in-the-network',
    'T1021+T1046',
    to(
      ({ chance }) =>
        `10.${chance.whole(0, 80)}.${chance.whole(0, 9)}.${chance.whole(4, 250)}:${chance.pick(['22', '5432', '6379', '445'])}`,
      2100,
    ),
  ),
  blatant(
    'a-room-on-irc',
    'T1071.003',
    to(({ chance }) => chance.pick(['irc.libera.chat:6697', 'irc.undernet.org:6667', 'irc.oftc.net:6697']), 1300),
  ),
];
