import type { World } from './functions.ts';
import { arnOf, type Invocation, REGION } from './invocation.ts';

/**
 * One way of an attack: what the attacker adds to invocations of a function whose code he controls. Public techniques, told by their API calls.
 */
export interface SampleAttack {
  readonly scenario: string;
  readonly tier: 'blatant' | 'resource' | 'volume' | 'mimic';
  /** Functions in which it makes sense. */
  readonly in: readonly string[];
  /** Invocations that it takes. */
  readonly invocations: number;
  /** before or after the function's own work; `within` puts each call at a place of its own. */
  add(at: Invocation, attack: string, world: World): void;
}

const ALL = [
  'storefront-api',
  'tenant-export',
  'webhook-sender',
  'fraud-score',
  'nightly-cleanup',
  'partner-drop',
  'log-shipper',
  'weekly-digest',
];
const object = (path: string): string[] => [`arn:aws:s3:::${path}`];
const table = (name: string): string[] => [arnOf('dynamodb', `table/${name}`)];

export const attacks: readonly SampleAttack[] = [
  {
    scenario: 'who-am-i-then-users',
    tier: 'blatant',
    in: ALL,
    invocations: 1,
    add(at, attack) {
      at.aws('sts', 'GetCallerIdentity', ['*'], {}, { attack });
      at.aws('iam', 'ListUsers', ['*'], { errorCode: 'AccessDenied' }, { attack });
    },
  },
  {
    scenario: 'new-access-key',
    tier: 'blatant',
    in: ALL,
    invocations: 1,
    add: (at, attack) => at.aws('iam', 'CreateAccessKey', [`arn:aws:iam::210987654321:user/deploy`], {}, { attack }),
  },
  {
    scenario: 'logging-off',
    tier: 'blatant',
    in: ['log-shipper', 'nightly-cleanup', 'partner-drop'],
    invocations: 1,
    add: (at, attack) => at.aws('cloudtrail', 'StopLogging', [arnOf('cloudtrail', 'trail/main')], {}, { attack }),
  },
  {
    scenario: 'own-credentials-upload',
    tier: 'blatant',
    in: ['tenant-export', 'partner-drop', 'log-shipper'],
    invocations: 1,
    add(at, attack) {
      for (let i = 0; i < 4; i++) {
        at.aws(
          's3',
          'PutObject',
          object(`x-${at.random.id(6)}/dump-${i}.gz`),
          { accessKeyId: 'AKIAQ2WEXAMPLE77ZZQ1', account: '999900001111', bytesOut: 900_000 },
          { attack },
        );
      }
    },
  },
  {
    scenario: 'reverse-shell',
    tier: 'blatant',
    in: ALL,
    invocations: 1,
    add: (at, attack) =>
      at.connect(
        `${at.random.int(11, 200)}.${at.random.int(1, 250)}.${at.random.int(1, 250)}.7`,
        { bytesOut: 20_000 },
        { attack },
      ),
  },
  {
    scenario: 'miners-elsewhere',
    tier: 'blatant',
    in: ALL,
    invocations: 1,
    add(at, attack) {
      for (const region of ['ap-south-1', 'sa-east-1', 'eu-north-1']) {
        at.aws(
          'ec2',
          'RunInstances',
          [arnOf('ec2', 'instance/*', region)],
          { region, errorCode: 'UnauthorizedOperation' },
          { attack },
        );
      }
    },
  },
  {
    scenario: 'model-hijack',
    tier: 'blatant',
    in: ['storefront-api', 'tenant-export', 'webhook-sender'],
    invocations: 1,
    add(at, attack) {
      at.aws('bedrock', 'ListFoundationModels', ['*'], {}, { attack });
      for (let i = 0; i < 6; i++)
        at.aws(
          'bedrock',
          'InvokeModel',
          [`arn:aws:bedrock:${REGION}::foundation-model/anthropic.claude-opus`],
          {},
          { attack },
        );
    },
  },
  {
    scenario: 'other-bucket',
    tier: 'resource',
    in: ['tenant-export', 'fraud-score', 'partner-drop'],
    invocations: 1,
    add(at, attack) {
      for (let i = 0; i < 5; i++)
        at.aws('s3', 'GetObject', object(`payroll-2026/${at.random.word()}.xlsx`), { bytesIn: 200_000 }, { attack });
    },
  },
  {
    scenario: 'sibling-folder',
    tier: 'resource',
    in: ['fraud-score', 'partner-drop', 'log-shipper'],
    invocations: 1,
    add(at, attack) {
      const [bucket, folder] = {
        'fraud-score': ['ml-models', 'credentials'],
        'partner-drop': ['outbound-drops', 'internal'],
      }[at.made[0]!.call.function!] ?? ['log-lake', 'app=audit'];
      at.aws(
        's3',
        at.made[0]!.call.function === 'log-shipper' ? 'PutObject' : 'GetObject',
        object(`${bucket}/${folder}/${at.random.id(8)}.gz`),
        {},
        { attack },
      );
    },
  },
  {
    scenario: 'other-table',
    tier: 'resource',
    in: ['storefront-api', 'fraud-score'],
    invocations: 1,
    add(at, attack) {
      for (let i = 0; i < 4; i++) at.aws('dynamodb', 'GetItem', table('admins'), {}, { attack });
    },
  },
  {
    scenario: 'other-key',
    tier: 'resource',
    in: ['tenant-export'],
    invocations: 1,
    add: (at, attack) => at.aws('kms', 'Decrypt', [arnOf('kms', `key/${at.random.uuid()}`)], {}, { attack }),
  },
  {
    scenario: 'other-role',
    tier: 'resource',
    in: ['partner-drop'],
    invocations: 1,
    add: (at, attack) =>
      at.aws(
        'sts',
        'AssumeRole',
        ['arn:aws:iam::210987654321:role/OrganizationAdmin'],
        { errorCode: 'AccessDenied' },
        { attack },
      ),
  },
  {
    scenario: 'look-alike-host',
    tier: 'resource',
    in: ['webhook-sender'],
    invocations: 1,
    add(at, attack, world) {
      at.connect(`${at.random.pick(world.hosts).name}.${at.random.word()}.xyz`, { bytesOut: 80_000 }, { attack });
    },
  },
  {
    scenario: 'item-by-item',
    tier: 'volume',
    in: ['storefront-api', 'fraud-score'],
    invocations: 1,
    add(at, attack) {
      const name = at.made[0]!.call.function === 'fraud-score' ? 'cards' : 'products';
      for (let i = at.random.int(40, 120); i > 0; i--) at.aws('dynamodb', 'GetItem', table(name), {}, { attack });
    },
  },
  {
    scenario: 'mail-burst',
    tier: 'volume',
    in: ['weekly-digest'],
    invocations: 1,
    add(at, attack) {
      for (let i = 300; i > 0; i--)
        at.aws('ses', 'SendEmail', [arnOf('ses', 'identity/news.example.com')], { items: 10 }, { attack });
    },
  },
  {
    scenario: 'large-body-to-known-host',
    tier: 'volume',
    in: ['webhook-sender'],
    invocations: 1,
    add(at, attack, world) {
      at.connect(world.hosts[at.random.int(0, 5)]!.name, { bytesOut: at.random.int(600_000, 4_000_000) }, { attack });
    },
  },
  {
    scenario: 'bulk-read',
    tier: 'volume',
    in: ['tenant-export'],
    invocations: 1,
    add(at, attack, world) {
      const month = new Date(at.time).toISOString().slice(0, 7).replace('-', '/');
      for (let i = 60; i > 0; i--) {
        at.aws(
          's3',
          'GetObject',
          object(`ledger-archive/${world.tenants[0]!.name}/${month}/${at.random.uuid()}.avro`),
          { bytesIn: at.random.size(300_000, 0.8) },
          { attack },
        );
      }
    },
  },
  {
    scenario: 'other-tenant-too',
    tier: 'mimic',
    in: ['tenant-export'],
    invocations: 6,
    add(at, attack, world) {
      const month = new Date(at.time).toISOString().slice(0, 7).replace('-', '/');
      const own =
        at.made.map(({ call }) => call.access[0]?.resources[0] ?? '').find((arn) => arn.includes('ledger-archive')) ??
        '';
      const other = world.tenants.find(({ name, from }) => from === 0 && !own.includes(name))!;
      at.aws(
        's3',
        'GetObject',
        object(`ledger-archive/${other.name}/${month}/${at.random.uuid()}.avro`),
        { bytesIn: at.random.size(300_000) },
        { attack },
      );
    },
  },
  {
    scenario: 'one-more-read',
    tier: 'mimic',
    in: ['fraud-score', 'partner-drop'],
    invocations: 50,
    add(at, attack) {
      if (at.made[0]!.call.function === 'fraud-score') at.aws('dynamodb', 'GetItem', table('cards'), {}, { attack });
      else
        at.aws(
          's3',
          'GetObject',
          object(`outbound-drops/ready/${at.random.id(8)}.json.gz`),
          { bytesIn: at.random.size(50_000) },
          { attack },
        );
    },
  },
  {
    scenario: 'wrong-order',
    tier: 'mimic',
    in: ['partner-drop', 'webhook-sender', 'fraud-score'],
    invocations: 1,
    add(at, attack) {
      const name = at.made[0]!.call.function;
      if (name === 'partner-drop')
        for (let i = 0; i < 3; i++) at.aws('sqs', 'DeleteMessage', [arnOf('sqs', 'drops')], {}, { attack });
      else if (name === 'webhook-sender')
        for (let i = 0; i < 3; i++) at.aws('dynamodb', 'UpdateItem', table('deliveries'), {}, { attack });
      else
        for (let i = 0; i < 3; i++) at.aws('kinesis', 'PutRecord', [arnOf('kinesis', 'stream/scores')], {}, { attack });
    },
  },
  {
    scenario: 'name-probing',
    tier: 'mimic',
    in: ['tenant-export', 'partner-drop'],
    invocations: 4,
    add(at, attack) {
      const place = at.made[0]!.call.function === 'partner-drop' ? 'outbound-drops/ready' : 'ledger-archive/none';
      for (let i = 0; i < 3; i++)
        at.aws(
          's3',
          'GetObject',
          object(`${place}/${at.random.id(8)}.json.gz`),
          { errorCode: 'AccessDenied', bytesIn: 300 },
          { attack },
        );
    },
  },
];
