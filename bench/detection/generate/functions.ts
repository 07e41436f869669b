import { arnOf, type Invocation, REGION } from './invocation.ts';
import type { Random } from './random.ts';

/** What a function does in one invocation. `world` is what stays the same over the whole set: tenants, hosts, keys. */
export interface SampleFunction {
  readonly name: string;
  /** Invocations a day. */
  readonly perDay: number;
  run(at: Invocation, world: World): void;
}

export interface World {
  readonly tenants: readonly Tenant[];
  readonly hosts: readonly { readonly name: string; readonly from: number }[];
  readonly models: readonly string[];
  readonly role: string;
  readonly partnerKey: string;
}

export interface Tenant {
  readonly name: string;
  /** Day since the start of training from which it exists. */
  readonly from: number;
}

/** Days of training; tenants and hosts with a later `from` are news of the test part. */
export const TRAINING_DAYS = 14;

export function worldOf(random: Random): World {
  const from = (i: number, known: number) => (i < known ? 0 : random.int(TRAINING_DAYS + 1, 2 * TRAINING_DAYS - 2));
  return {
    tenants: Array.from({ length: 14 }, (_, i) => ({ name: `${random.word()}-${random.word()}`, from: from(i, 12) })),
    hosts: Array.from({ length: 22 }, (_, i) => ({
      name: `hooks.${random.word()}${random.word()}.com`,
      from: from(i, 20),
    })),
    models: ['fraud/v12/model.onnx', 'fraud/v12/vocab.json'],
    role: 'arn:aws:iam::333344445555:role/partner-drop',
    partnerKey: random.uuid(),
  };
}

/** Some are seen far more often than others, but none so seldom that training may miss it. */
function known<T extends { readonly from: number }>(at: Invocation, all: readonly T[]): T {
  const now = all.filter(({ from }) => from <= at.day);
  return at.random.chance(0.4) ? at.random.pick(now) : at.random.zipf(now);
}

const table = (name: string): string[] => [arnOf('dynamodb', `table/${name}`)];
const object = (path: string): string[] => [`arn:aws:s3:::${path}`];
const dated = (at: Invocation): [string, string, string] =>
  new Date(at.time).toISOString().slice(0, 10).split('-') as [string, string, string];

/** An API back end: reads side by side in no fixed order, a cache that misses now and then. */
const storefront: SampleFunction = {
  name: 'storefront-api',
  perDay: 320,
  run(at) {
    const { random } = at;
    if (at.cold)
      at.aws('ssm', 'GetParameters', [arnOf('ssm', 'parameter/store/flags'), arnOf('ssm', 'parameter/store/limits')], {
        items: 2,
      });
    const kind = random.next();
    if (kind < 0.6) {
      const reads = [
        () => at.aws('dynamodb', 'GetItem', table('products')),
        () => at.aws('dynamodb', 'Query', table('reviews'), { bytesIn: random.size(9_000) }),
      ];
      if (random.chance(0.5)) reads.push(() => at.aws('dynamodb', 'GetItem', table('stock')));
      for (const read of random.shuffled(reads)) read();
      if (random.chance(0.04)) at.aws('dynamodb', 'Query', table('reviews'), { bytesIn: random.size(9_000) });
    } else if (kind < 0.93) {
      at.aws('dynamodb', 'BatchGetItem', table('products'), { items: random.int(2, 25), bytesIn: random.size(12_000) });
    } else {
      at.aws('dynamodb', 'GetItem', table('stock'));
      at.aws(
        'dynamodb',
        'PutItem',
        table('baskets'),
        random.chance(0.02) ? { errorCode: 'ConditionalCheckFailedException' } : {},
      );
      at.aws('events', 'PutEvents', [arnOf('events', 'event-bus/shop')]);
    }
  },
};

/** Exports for one tenant at a time: the tenant is a folder. */
const exporter: SampleFunction = {
  name: 'tenant-export',
  perDay: 90,
  run(at, world) {
    const { random } = at;
    const tenant = known(at, world.tenants);
    const novelty = tenant.from > 0 ? 'new-tenant' : null;
    const [year, month, day] = dated(at);
    at.aws('kms', 'Decrypt', [arnOf('kms', 'key/0b9c6f1e-7f5e-4c52-9d0e-1a2b3c4d5e6f')]);
    at.aws('dynamodb', 'Query', table('ledger'), { bytesIn: random.size(40_000) }, { novelty });
    for (let parts = random.int(1, 4); parts > 0; parts--) {
      at.aws(
        's3',
        'GetObject',
        object(`ledger-archive/${tenant.name}/${year}/${month}/${random.uuid()}.avro`),
        { bytesIn: random.size(300_000, 0.8) },
        { novelty },
      );
    }
    at.aws(
      's3',
      'PutObject',
      object(`tenant-exports/${tenant.name}/export-${year}${month}${day}-${random.hex(6)}.csv`),
      { bytesOut: random.size(600_000, 0.8) },
      { novelty },
    );
    if (random.chance(0.1)) at.aws('sns', 'Publish', [arnOf('sns', 'export-ready')], {}, { novelty });
  },
};

/** Sends events to customers' own hosts: new ones come all the time. */
const webhooks: SampleFunction = {
  name: 'webhook-sender',
  perDay: 240,
  run(at, world) {
    const { random } = at;
    if (at.cold) at.aws('secretsmanager', 'GetSecretValue', [arnOf('secretsmanager', 'secret:hooks/signing-Ab12Cd')]);
    const host = known(at, world.hosts);
    const novelty = host.from > 0 ? 'customer-host' : null;
    at.connect(host.name, {}, { novelty });
    if (random.chance(0.08)) {
      at.connect(host.name, {}, { novelty });
      if (random.chance(0.3)) at.aws('sqs', 'SendMessage', [arnOf('sqs', 'hooks-retry')], {}, { novelty });
    }
    at.aws('dynamodb', 'UpdateItem', table('deliveries'), {}, { novelty });
    at.aws('sqs', 'DeleteMessage', [arnOf('sqs', 'hooks')], {}, { novelty });
  },
};

/** Scores with a model it loads when cold, asks a foundation model where it is not sure. */
const scoring: SampleFunction = {
  name: 'fraud-score',
  perDay: 400,
  run(at, world) {
    const { random } = at;
    if (at.cold)
      for (const model of world.models)
        at.aws('s3', 'GetObject', object(`ml-models/${model}`), { bytesIn: random.size(30_000_000, 0.02) });
    at.aws('dynamodb', 'GetItem', table('cards'));
    at.aws('dynamodb', 'GetItem', table('devices'));
    if (random.chance(0.12)) {
      at.aws('bedrock', 'Converse', [`arn:aws:bedrock:${REGION}::foundation-model/anthropic.claude-haiku`], {
        bytesOut: random.size(6_000),
        bytesIn: random.size(2_000),
      });
    }
    at.aws('kinesis', 'PutRecord', [arnOf('kinesis', 'stream/scores')]);
  },
};

/** Clears what is older than a month; how much there is varies a lot. */
const cleanup: SampleFunction = {
  name: 'nightly-cleanup',
  perDay: 24,
  run(at) {
    const { random } = at;
    const old = new Date(at.time - 31 * 86_400_000).toISOString();
    const prefix = `spool/${old.slice(0, 10)}/`;
    at.aws('s3', 'ListObjectsV2', object('scratch-data'), { prefix, bytesIn: random.size(30_000, 0.6) });
    for (let batches = random.poisson(1.5); batches > 0; batches--) {
      at.aws('s3', 'DeleteObject', object(`scratch-data/${prefix}${random.id(10)}.tmp`), { items: random.int(1, 400) });
    }
    at.aws('cloudwatch', 'PutMetricData', ['*']);
  },
};

/** Works in a partner's account with a role it assumes there. */
const partner: SampleFunction = {
  name: 'partner-drop',
  perDay: 60,
  run(at, world) {
    const { random } = at;
    const [year, month, day] = dated(at);
    const key = `ASIA${random.text(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
    at.aws('sqs', 'ReceiveMessage', [arnOf('sqs', 'drops')], { items: random.int(1, 10) });
    at.aws('sts', 'AssumeRole', [world.role], { issuedAccessKeyId: key });
    for (let files = random.int(1, 3); files > 0; files--) {
      const name = `${random.id(8)}.json.gz`;
      at.aws('s3', 'GetObject', object(`outbound-drops/ready/${name}`), { bytesIn: random.size(50_000) });
      at.aws('s3', 'PutObject', object(`partner-inbox/acme/${year}/${month}/${day}/${name}`), {
        accessKeyId: key,
        account: '333344445555',
        bytesOut: random.size(50_000),
      });
    }
    at.aws('sqs', 'DeleteMessage', [arnOf('sqs', 'drops')], { items: 1 });
  },
};

/** Ships logs: streams and objects with names that machines make. */
const shipper: SampleFunction = {
  name: 'log-shipper',
  perDay: 500,
  run(at) {
    const { random } = at;
    const [year, month, day] = dated(at);
    const streams = random.int(1, 5);
    for (let i = 0; i < streams; i++) {
      at.aws(
        'logs',
        'GetLogEvents',
        [arnOf('logs', `log-group:/app/prod:log-stream:${year}/${month}/${day}/[$LATEST]${random.hex(32)}`)],
        { bytesIn: random.size(80_000, 0.7) },
      );
    }
    at.aws(
      's3',
      'PutObject',
      object(`log-lake/app=prod/day=${year}-${month}-${day}/${random.id(8)}-${random.int(0, 999)}.gz`),
      { bytesOut: random.size(60_000 * streams, 0.6) },
    );
    if (random.chance(0.01))
      at.aws('s3', 'PutObject', object(`log-lake/app=prod/day=${year}-${month}-${day}/${random.id(8)}-0.gz`), {
        errorCode: 'SlowDown',
      });
  },
};

/** Few invocations, mail to many. */
const digest: SampleFunction = {
  name: 'weekly-digest',
  perDay: 2,
  run(at) {
    const { random } = at;
    at.aws('dynamodb', 'Query', table('subscribers'), { bytesIn: random.size(60_000) });
    for (let mails = random.int(20, 60); mails > 0; mails--) {
      at.aws('ses', 'SendEmail', [arnOf('ses', 'identity/news.example.com')], { bytesOut: random.size(9_000) });
    }
    at.aws('s3', 'PutObject', object(`digests/${new Date(at.time).toISOString().slice(0, 10)}.html`), {
      bytesOut: random.size(40_000),
    });
  },
};

export const functions: readonly SampleFunction[] = [
  storefront,
  exporter,
  webhooks,
  scoring,
  cleanup,
  partner,
  shipper,
  digest,
];
