import { arnOf, type Invocation } from '../invocation.ts';
import { object } from '../sample.ts';
import { own, type SampleAttack } from './attack.ts';

/** The function's own call of this name, if this invocation made one. */
const made = (at: Invocation, operation: string) =>
  own(at).find((call) => call.operation === operation && call.errorCode === null && call.accessKeyId === at.ownKey);

/** A known action on another resource. */
const onOther = (
  scenario: string,
  half: SampleAttack['half'],
  operation: string,
  resource: (at: Invocation, known: string) => string,
  times = 1,
): SampleAttack => ({
  scenario,
  tier: 'resource',
  half,
  add(at, attack) {
    const call = made(at, operation);
    if (call === undefined) return false;
    for (let i = 0; i < times; i++)
      at.aws(
        call.service!,
        operation,
        [resource(at, call.access[0]!.resources[0]!)],
        {
          region: call.region,
          bytesIn: at.random.size(call.bytesIn ?? 500),
          bytesOut: at.random.size(call.bytesOut ?? 500),
        },
        { attack },
      );
    return true;
  },
});

/** `bucket/a/b` → `bucket/<with>` */
const inBucket = (arn: string, path: string) => `${arn.split('/')[0]}/${path}`;
/** A folder beside the first one that the key lies in, all else the same. */
const beside = (arn: string, folder: string) => {
  const parts = arn.split('/');
  return parts.length < 3 ? `${parts[0]}/${folder}/${parts[1]}` : [parts[0], folder, ...parts.slice(2)].join('/');
};

export const resource: readonly SampleAttack[] = [
  onOther('other-bucket', 'open', 'GetObject', (at) => object(`payroll-2026/${at.random.word()}.xlsx`)[0]!, 4),
  onOther('sibling-folder', 'open', 'GetObject', (_, arn) => beside(arn, 'credentials')),
  onOther(
    'other-bucket-written',
    'open',
    'PutObject',
    (at) => object(`drop-${at.random.id(6)}/${at.random.uuid()}.gz`)[0]!,
    3,
  ),
  onOther('other-table', 'open', 'GetItem', () => arnOf('dynamodb', 'table/admins'), 4),
  onOther('other-table-queried', 'open', 'Query', () => arnOf('dynamodb', 'table/payment-cards'), 4),
  onOther('other-key', 'open', 'Decrypt', (at) => arnOf('kms', `key/${at.random.uuid()}`)),
  onOther('other-role', 'open', 'AssumeRole', () => 'arn:aws:iam::210987654321:role/OrganizationAdmin'),
  onOther('other-secret', 'open', 'GetSecretValue', () => arnOf('secretsmanager', 'secret:prod/root-Qq12Ww')),
  onOther('other-queue', 'open', 'SendMessage', () => arnOf('sqs', 'payouts')),
  onOther('other-topic', 'open', 'Publish', () => arnOf('sns', 'all-staff')),
  {
    scenario: 'look-alike-host',
    tier: 'resource',
    half: 'open',
    add(at, attack) {
      const call = own(at).find(({ service }) => service === null);
      if (call === undefined) return false;
      const host = call.host!.replace(/:\d+$/, '');
      at.connect(`${host}.${at.random.word()}.xyz`, { bytesOut: 80_000 }, { attack });
      return true;
    },
  },
  {
    scenario: 'function-url-of-others',
    tier: 'resource',
    half: 'open',
    add(at, attack) {
      at.connect(`${at.random.id(32)}.lambda-url.us-west-2.on.aws`, { bytesOut: 60_000 }, { attack });
      return true;
    },
  },

  onOther('path-traversal', 'held-out', 'GetObject', (_, arn) => inBucket(arn, '../../proc/self/environ')),
  onOther('hidden-file', 'held-out', 'GetObject', (_, arn) => inBucket(arn, '.aws/credentials')),
  onOther('one-folder-up', 'held-out', 'GetObject', (_, arn) => inBucket(arn, 'terraform.tfstate')),
  onOther('web-shell', 'held-out', 'PutObject', (_, arn) => arn.replace(/[^/]+$/, 'index.php')),
  onOther(
    'other-account-bucket',
    'held-out',
    'PutObject',
    (at) => object(`backup-${at.random.hex(8)}/${at.random.uuid()}`)[0]!,
    5,
  ),
  onOther('other-table', 'held-out', 'BatchWriteItem', () => arnOf('dynamodb', 'table/permissions'), 2),
  onOther('other-table-queried', 'held-out', 'Query', () => arnOf('dynamodb', 'table/salaries'), 5),
  onOther('other-function', 'held-out', 'Invoke', () => arnOf('lambda', 'function:refund-approver')),
  onOther('other-role', 'held-out', 'AssumeRole', () => 'arn:aws:iam::444455556666:role/OrganizationAccountAccessRole'),
  onOther('other-topic', 'held-out', 'Publish', () => arnOf('sns', 'ops-commands')),
  onOther('other-database', 'held-out', 'ExecuteStatement', () => arnOf('rds', 'cluster:payments'), 3),
  onOther('other-log-group', 'held-out', 'StartQuery', () => arnOf('logs', 'log-group:/aws/lambda/auth')),
  onOther('other-parameters', 'held-out', 'GetParametersByPath', () => arnOf('ssm', 'parameter/root')),
  {
    scenario: 'other-region',
    tier: 'resource',
    half: 'held-out',
    add(at, attack) {
      const call = own(at).find(({ service, errorCode }) => service === 'dynamodb' && errorCode === null);
      if (call === undefined) return false;
      const resources = call.access[0]!.resources.map((arn) => arn.replace(call.region!, 'ap-southeast-1'));
      at.aws(call.service!, call.operation!, resources, { region: 'ap-southeast-1' }, { attack });
      return true;
    },
  },
  {
    scenario: 'misspelt-host',
    tier: 'resource',
    half: 'held-out',
    add(at, attack) {
      const call = own(at).find(({ service }) => service === null);
      if (call === undefined) return false;
      const host = call.host!.replace(/:\d+$/, '');
      at.connect(host.replace(/\.(\w+)$/, '-secure.$1'), { bytesOut: 50_000 }, { attack });
      return true;
    },
  },
];
