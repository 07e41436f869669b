import { type Scenario, times } from '../scenario.ts';
import { blatant, to, ways } from './new-ways.ts';

export const fourthBlatant: readonly Scenario[] = [
  ways('users-listed', 'T1087.004+T1201', ({ aws, chance }) => [
    aws.to('iam', 'ListUsers', '*', { in: chance.about(11_000) }),
    aws.to('iam', 'GetAccountPasswordPolicy', '*'),
  ]),
  ways('a-region-opened', 'T1535', ({ aws, chance }) => [
    aws.to('account', 'EnableRegion', '*', {
      region: 'us-east-1',
      out: chance.about(540, 0.1),
    }),
  ]),
  ways('more-machines-asked-for', 'T1578.005+T1496', ({ aws, chance }) => [
    aws.to('servicequotas', 'ListServiceQuotas', '*', { in: chance.about(38_000) }),
    aws.to('servicequotas', 'RequestServiceQuotaIncrease', aws.arn('servicequotas', 'ec2/L-DB2E81BA')),
  ]),
  ways('second-factor-removed', 'T1556.006', ({ aws, chance }) => {
    const user = `arn:aws:iam::${aws.account}:user/${chance.pick(['anna', 'root-ops', 'jh'])}`;
    return [aws.to('iam', 'ListMFADevices', user), aws.to('iam', 'DeactivateMFADevice', user)];
  }),
  ways('a-role-of-ones-own', 'T1136.003+T1098.003', ({ aws, chance }) => {
    const role = `arn:aws:iam::${aws.account}:role/service-support-${chance.hex(4)}`;
    return [aws.to('iam', 'CreateRole', role, { out: 1300 }), aws.to('iam', 'AttachRolePolicy', role)];
  }),
  ways('disks-read-block-by-block', 'T1530+T1578.001', ({ aws, chance }) => {
    const snapshot = `arn:aws:ec2:${aws.region}::snapshot/snap-0${chance.hex(16)}`;
    return [
      aws.to('ebs', 'ListSnapshotBlocks', snapshot, { in: 52_000 }),
      ...times(chance.whole(6, 30), () => aws.to('ebs', 'GetSnapshotBlock', snapshot, { in: 524_800 })),
    ];
  }),
  ways('logs-kept-for-a-day', 'T1562.008', ({ aws, function: name }) => [
    aws.to('logs', 'PutRetentionPolicy', aws.arn('logs', `log-group:/aws/lambda/${name}:*`)),
  ]),
  ways('flows-no-longer-logged', 'T1562.008', ({ aws, chance }) => [
    aws.to('ec2', 'DeleteFlowLogs', aws.arn('ec2', `vpc-flow-log/fl-0${chance.hex(16)}`)),
  ]),
  ways('a-door-in-the-firewall', 'T1562.007', ({ aws, chance }) => [
    aws.to('ec2', 'DescribeSecurityGroups', '*', { in: chance.about(24_000) }),
    aws.to('ec2', 'AuthorizeSecurityGroupIngress', aws.arn('ec2', `security-group/sg-0${chance.hex(16)}`)),
  ]),
  ways('a-key-pushed-to-a-server', 'T1021.004', ({ aws, chance }) => [
    aws.to('ec2-instance-connect', 'SendSSHPublicKey', aws.arn('ec2', `instance/i-0${chance.hex(16)}`)),
  ]),
  ways('a-stack-with-a-role', 'T1648+T1098.003', ({ aws, chance }) => [
    aws.to('cloudformation', 'CreateStack', aws.arn('cloudformation', `stack/base-${chance.hex(4)}/*`), {
      out: chance.about(5400),
    }),
  ]),
  ways('a-job-with-a-stronger-role', 'T1648+T1078.004', ({ aws, chance }) => {
    const job = aws.arn('glue', `job/refresh-${chance.hex(3)}`);
    return ['CreateJob', 'StartJobRun'].map((operation) => aws.to('glue', operation, job));
  }),
  ways('somebody-more-in-the-directory', 'T1136.003+T1098.003', ({ aws, chance }) => [
    aws.to('sso', 'ListInstances', '*'),
    aws.to('sso', 'CreateAccountAssignment', `arn:aws:sso:::instance/ssoins-${chance.hex(16)}`),
  ]),
  ways('servers-for-hire', 'T1496.001', ({ aws, chance }) =>
    times(chance.whole(1, 6), () => aws.to('lightsail', 'CreateInstances', aws.arn('lightsail', 'Instance/*'))),
  ),
  ways('the-trail-searched', 'T1654', ({ aws, chance }) =>
    times(chance.whole(2, 9), () => aws.to('cloudtrail', 'LookupEvents', '*', { in: chance.about(44_000) })),
  ),
  ways('findings-switched-off', 'T1562.001', ({ aws, chance }) => [
    chance.often(0.5) ? aws.to('securityhub', 'DisableSecurityHub', '*') : aws.to('inspector2', 'Disable', '*'),
  ]),
  ways('a-share-for-strangers', 'T1537', ({ aws, chance }) => [
    aws.to('ram', 'CreateResourceShare', aws.arn('ram', `resource-share/${chance.uuid()}`)),
  ]),
  ways('a-database-written-into-files', 'T1537+T1213.006', ({ aws, chance }) => [
    aws.to('rds', 'DescribeDBClusterSnapshots', '*', { in: chance.about(17_000) }),
    aws.to('rds', 'StartExportTask', '*', { out: 1100 }),
  ]),
  blatant(
    'a-place-for-files',
    'T1567.002',
    to(({ chance }) => chance.pick(['transfer.sh', 'store1.gofile.io', 'file.io', 'catbox.moe']), 120_000),
  ),
  blatant(
    'out-through-the-dark',
    'T1090.003',
    to(({ chance }) => `${chance.base32(16).toLowerCase()}.onion.${chance.pick(['ws', 'ly', 'pet'])}`, 4200),
  ),
  blatant(
    'a-chat-that-listens',
    'T1567.004',
    to(({ chance }) => chance.pick(['discord.com', 'webhook.site', 'ntfy.sh']), 9000),
  ),
];
