import { ACCOUNT, arnOf, type Invocation, REGION } from '../invocation.ts';
import type { SampleAttack } from './attack.ts';

type Step = readonly [service: string, operation: string, resource: string, denied?: 'denied'];

/** A story told in calls that the function has no business with. */
const story = (scenario: string, half: SampleAttack['half'], steps: readonly Step[]): SampleAttack => ({
  scenario,
  tier: 'blatant',
  half,
  add(at, attack) {
    for (const [service, operation, resource, denied] of steps)
      at.aws(service, operation, [resource], denied ? { errorCode: 'AccessDenied', status: 403 } : {}, { attack });
    return true;
  },
});

const other = (
  scenario: string,
  half: SampleAttack['half'],
  add: (at: Invocation, attack: string) => void,
): SampleAttack => ({
  scenario,
  tier: 'blatant',
  half,
  add(at, attack) {
    add(at, attack);
    return true;
  },
});

const user = `arn:aws:iam::${ACCOUNT}:user/deploy`;
const role = `arn:aws:iam::${ACCOUNT}:role/admin`;

export const blatant: readonly SampleAttack[] = [
  story('who-am-i-then-users', 'open', [
    ['sts', 'GetCallerIdentity', '*'],
    ['iam', 'ListUsers', '*', 'denied'],
  ]),
  story('new-access-key', 'open', [['iam', 'CreateAccessKey', user]]),
  story('logging-off', 'open', [['cloudtrail', 'StopLogging', arnOf('cloudtrail', 'trail/main')]]),
  story('command-to-instances', 'open', [['ssm', 'SendCommand', arnOf('ec2', 'instance/i-0a1b2c3d4e5f60718')]]),
  story('snapshot-shared', 'open', [
    ['ec2', 'ModifySnapshotAttribute', arnOf('ec2', 'snapshot/snap-0123456789abcdef0')],
  ]),
  story('code-replaced', 'open', [['lambda', 'UpdateFunctionCode', arnOf('lambda', 'function:billing')]]),
  story('bucket-opened', 'open', [['s3', 'PutBucketPolicy', 'arn:aws:s3:::backups']]),
  other('own-credentials-upload', 'open', (at, attack) => {
    for (let i = 0; i < 4; i++)
      at.aws(
        's3',
        'PutObject',
        [`arn:aws:s3:::x-${at.random.id(6)}/dump-${i}.gz`],
        { accessKeyId: 'AKIAQ2WEXAMPLE77ZZQ1', account: '999900001111', bytesOut: 900_000 },
        { attack },
      );
  }),
  other('reverse-shell', 'open', (at, attack) =>
    at.connect(
      `${at.random.int(11, 200)}.${at.random.int(1, 250)}.${at.random.int(1, 250)}.7`,
      { bytesOut: 20_000 },
      { attack },
    ),
  ),
  other('miners-elsewhere', 'open', (at, attack) => {
    for (const region of ['ap-south-1', 'sa-east-1'])
      at.aws(
        'ec2',
        'RunInstances',
        [arnOf('ec2', 'instance/*', region)],
        { region, errorCode: 'UnauthorizedOperation' },
        { attack },
      );
  }),
  story('model-hijack', 'open', [
    ['bedrock', 'ListFoundationModels', '*'],
    ['bedrock', 'PutUseCaseForModelAccess', '*'],
  ]),
  other('upload-to-paste-site', 'open', (at, attack) => at.connect('pastebin.com', { bytesOut: 9_000 }, { attack })),

  story('admin-policy-attached', 'held-out', [['iam', 'AttachRolePolicy', role]]),
  story('detector-deleted', 'held-out', [['guardduty', 'DeleteDetector', '*']]),
  story('key-deletion', 'held-out', [
    ['kms', 'ScheduleKeyDeletion', arnOf('kms', 'key/11111111-2222-4333-8444-555555555555')],
  ]),
  story('rule-as-back-door', 'held-out', [
    ['events', 'PutRule', arnOf('events', 'rule/sync')],
    ['events', 'PutTargets', arnOf('events', 'rule/sync')],
  ]),
  story('function-url', 'held-out', [['lambda', 'CreateFunctionUrlConfig', arnOf('lambda', 'function:billing')]]),
  story('database-snapshot', 'held-out', [['rds', 'ModifyDBSnapshotAttribute', arnOf('rds', 'snapshot:prod')]]),
  story('name-hijack', 'held-out', [['route53', 'ChangeResourceRecordSets', 'arn:aws:route53:::hostedzone/Z1']]),
  story('leave-organization', 'held-out', [['organizations', 'LeaveOrganization', '*', 'denied']]),
  story('admin-user-created', 'held-out', [
    ['cognito-idp', 'AdminCreateUser', arnOf('cognito-idp', `userpool/${REGION}_X`)],
  ]),
  story('secrets-listed', 'held-out', [
    ['secretsmanager', 'ListSecrets', '*'],
    ['secretsmanager', 'GetSecretValue', arnOf('secretsmanager', 'secret:prod/db-ZZZZZZ')],
  ]),
  other('metadata-service', 'held-out', (at, attack) => at.connect('169.254.170.2', {}, { attack })),
  other('foreign-key-on-own-service', 'held-out', (at, attack) => {
    const call = at.made[0]!.call;
    at.aws(
      call.service ?? 's3',
      call.operation === 'CONNECT' ? 'GetObject' : call.operation!,
      call.access[0]?.resources ?? ['*'],
      { accessKeyId: 'ASIAZZZZZZZZZZZZZZZZ' },
      { attack },
    );
  }),
  other('unknown-operation', 'held-out', (at, attack) => at.unnamed('s3', {}, { attack })),
  other('name-server-over-https', 'held-out', (at, attack) => at.connect('dns.example-resolver.net', {}, { attack })),
];
