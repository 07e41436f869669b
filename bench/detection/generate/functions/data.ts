import { arnOf } from '../invocation.ts';
import { dated, hourOf, known, object, queue, type SampleFunction, table } from '../sample.ts';

/** Exports for one tenant at a time: the tenant is a folder. A back-fill on one day makes up for a week. */
export const exporter: SampleFunction = {
  name: 'tenant-export',
  perDay: 90,
  rush: { 22: 3 },
  run(at, world) {
    const { random } = at;
    const tenant = known(at, world.tenants, 'new-tenant');
    let [year, month, day] = dated(at);
    if (at.day === 22 && random.chance(0.6)) {
      at.novelty = 'back-fill';
      [year, month, day] = new Date(at.time - random.int(2, 9) * 86_400_000).toISOString().slice(0, 10).split('-') as [
        string,
        string,
        string,
      ];
    }
    at.aws('kms', 'Decrypt', [arnOf('kms', 'key/0b9c6f1e-7f5e-4c52-9d0e-1a2b3c4d5e6f')]);
    at.aws('dynamodb', 'Query', table('ledger'), { bytesIn: random.size(40_000) });
    for (let parts = random.int(1, 4); parts > 0; parts--)
      at.aws('s3', 'GetObject', object(`ledger-archive/${tenant}/${year}/${month}/${random.uuid()}.avro`), {
        bytesIn: random.size(300_000, 0.8),
      });
    at.aws('s3', 'PutObject', object(`tenant-exports/${tenant}/export-${year}${month}${day}-${random.hex(6)}.csv`), {
      bytesOut: random.size(600_000, 0.8),
    });
    if (random.chance(0.1)) at.aws('sns', 'Publish', [arnOf('sns', 'export-ready')]);
  },
};

/** Clears what is older than a month; how much there is varies a lot. */
export const cleanup: SampleFunction = {
  name: 'nightly-cleanup',
  perDay: 24,
  run(at) {
    const { random } = at;
    const prefix = `spool/${new Date(at.time - 31 * 86_400_000).toISOString().slice(0, 10)}/`;
    at.aws('s3', 'ListObjectsV2', object('scratch-data'), { prefix, bytesIn: random.size(30_000, 0.6) });
    for (let batches = random.poisson(1.5); batches > 0; batches--)
      at.aws('s3', 'DeleteObjects', object(`scratch-data/${prefix}${random.id(10)}.tmp`), {
        items: random.int(1, 400),
      });
    at.aws('cloudwatch', 'PutMetricData', ['*']);
  },
};

/** Works in a partner's account with a role it assumes there. */
export const partner: SampleFunction = {
  name: 'partner-drop',
  perDay: 60,
  run(at, world) {
    const { random } = at;
    const [year, month, day] = dated(at);
    const key = `ASIA${random.text(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
    at.aws('sqs', 'ReceiveMessage', queue('drops'), { items: random.int(1, 10) });
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
    at.aws('sqs', 'DeleteMessage', queue('drops'), { items: 1 });
  },
};

/** Ships logs: streams and objects with names that machines make. In a fail-over it writes to the bucket of another region. */
export const shipper: SampleFunction = {
  name: 'log-shipper',
  perDay: 300,
  run(at) {
    const { random } = at;
    const [year, month, day] = dated(at);
    for (let streams = random.int(1, 5); streams > 0; streams--)
      at.aws(
        'logs',
        'GetLogEvents',
        [arnOf('logs', `log-group:/app/prod:log-stream:${year}/${month}/${day}/[$LATEST]${random.hex(32)}`)],
        { bytesIn: random.size(80_000, 0.7) },
      );
    const failover = at.day === 25 && (hourOf(at) === '11' || hourOf(at) === '12');
    if (failover) at.novelty = 'failover';
    at.aws(
      's3',
      'PutObject',
      object(
        `log-lake${failover ? '-dr' : ''}/app=prod/day=${year}-${month}-${day}/${random.id(8)}-${random.int(0, 999)}.gz`,
      ),
      { bytesOut: random.size(200_000, 0.6), ...(failover ? { region: 'us-east-2' } : {}) },
    );
    if (random.chance(0.01))
      at.aws('s3', 'PutObject', object(`log-lake/app=prod/day=${year}-${month}-${day}/${random.id(8)}-0.gz`), {
        errorCode: 'SlowDown',
      });
  },
};

/** A table and a queue for each customer: closed names of which new ones come. */
export const perTenant: SampleFunction = {
  name: 'tenant-tables',
  perDay: 160,
  run(at, world) {
    const { random } = at;
    const tenant = known(at, world.ids, 'new-tenant');
    at.aws('dynamodb', 'Query', table(`orders-${tenant}`), { bytesIn: random.size(8_000) });
    if (random.chance(0.7))
      at.aws('dynamodb', 'BatchWriteItem', table(`totals-${tenant}`), { items: random.int(1, 25) });
    at.aws('sqs', 'SendMessage', queue(`notify-${tenant}`));
  },
};
