import { arnOf } from '../invocation.ts';
import { dated, hourOf, known, object, queue, type SampleFunction, table } from '../sample.ts';

/** Functions whose figures are looked at rarely: nothing is tuned on them. */

const invoices: SampleFunction = {
  name: 'invoice-pdf',
  perDay: 140,
  rush: { 14: 3, 27: 3 },
  run(at) {
    const { random } = at;
    const [year, month] = dated(at);
    if (at.day === 14 || at.day === 27) at.novelty = 'month-end';
    const number = `R-${year}-${random.int(100_000, 999_999)}`;
    at.aws('dynamodb', 'GetItem', table('billing-accounts'));
    at.aws('dynamodb', 'Query', table('line-items'), { bytesIn: random.size(15_000, 1.1) });
    at.aws('s3', 'GetObject', object(`invoice-assets/templates/${random.pick(['en', 'de', 'fr'])}/invoice.html`));
    at.aws('s3', 'PutObject', object(`invoices-archive/${year}/${month}/${number}.pdf`), {
      bytesOut: random.size(180_000, 0.4),
    });
    if (random.chance(0.4))
      at.aws('ses', 'SendRawEmail', [arnOf('ses', 'identity/billing.example.org')], {
        bytesOut: random.size(240_000, 0.4),
      });
    at.aws('dynamodb', 'UpdateItem', table('billing-accounts'));
  },
};

const replicator: SampleFunction = {
  name: 'stream-replicator',
  perDay: 280,
  run(at) {
    const { random } = at;
    const outage = at.day === 21 && hourOf(at) >= '10' && hourOf(at) <= '13';
    if (outage) at.novelty = 'outage';
    const remote = (resource: string) => resource.replace('us-west-2', 'eu-west-1');
    for (let batches = random.poisson(0.6) + 1; batches > 0; batches--) {
      for (let tries = outage ? random.int(0, 3) : 0; tries > 0; tries--)
        at.aws('dynamodb', 'BatchWriteItem', table('profiles').map(remote), {
          region: 'eu-west-1',
          items: 25,
          errorCode: 'ServiceUnavailable',
          status: 503,
        });
      at.aws('dynamodb', 'BatchWriteItem', table('profiles').map(remote), {
        region: 'eu-west-1',
        items: random.int(1, 25),
        bytesOut: random.size(9_000, 0.8),
      });
    }
    if (random.chance(0.01)) at.aws('sqs', 'SendMessage', queue('replication-dlq'));
    at.aws('cloudwatch', 'PutMetricData', ['*']);
  },
};

const analytics: SampleFunction = {
  name: 'log-insights',
  perDay: 24,
  run(at) {
    const { random } = at;
    const groups = ['/app/web', '/app/api', '/app/batch'];
    if (at.day >= 19) groups.push('/app/mobile');
    for (const group of groups) {
      at.novelty = group === '/app/mobile' ? 'new-source' : null;
      at.aws('logs', 'StartQuery', [arnOf('logs', `log-group:${group}`)]);
      for (let i = random.int(1, 6); i > 0; i--)
        at.aws('logs', 'GetQueryResults', ['*'], { bytesIn: random.size(4_000, 1.2) });
    }
    at.aws('dynamodb', 'BatchWriteItem', table('kpi'), { items: random.int(3, 25) });
    at.connect('hooks.chat.example.com');
  },
};

const mailIn: SampleFunction = {
  name: 'inbound-mail',
  perDay: 170,
  run(at, world) {
    const { random } = at;
    const id = random.id(40);
    at.aws('s3', 'GetObject', object(`mail-inbox/incoming/${id}`), { bytesIn: random.size(60_000, 1.3) });
    if (random.chance(0.35)) {
      for (let n = random.poisson(0.8) + 1; n > 0; n--)
        at.aws(
          's3',
          'PutObject',
          object(`mail-attachments/${id}/${random.word()}.${random.pick(['pdf', 'png', 'docx'])}`),
          { bytesOut: random.size(300_000, 1.2) },
        );
      at.aws('textract', 'DetectDocumentText', ['*']);
    }
    const desk = known(at, world.hosts, 'customer-host').replace('hooks', 'desk');
    if (random.chance(0.5)) at.connect(desk, { bytesOut: random.size(20_000, 0.9) });
    else at.aws('dynamodb', 'PutItem', table('tickets'));
    at.aws('s3', 'DeleteObject', object(`mail-inbox/incoming/${id}`));
  },
};

const features: SampleFunction = {
  name: 'feature-build',
  perDay: 40,
  deployedOn: 18,
  run(at) {
    const { random } = at;
    const [year, month, day] = dated(at);
    const base = at.version === '8' ? 'feature-store-v2' : 'feature-store';
    const set = random.pick(['clicks', 'orders', 'returns', 'sessions']);
    at.aws('glue', 'GetTable', [arnOf('glue', `table/features/${set}`)]);
    for (let i = random.int(2, 14); i > 0; i--)
      at.aws(
        's3',
        'GetObject',
        object(
          `events-parquet/${set}/year=${year}/month=${month}/day=${day}/hour=${hourOf(at)}/part-${String(random.int(0, 99_999)).padStart(5, '0')}-${random.uuid()}.snappy.parquet`,
        ),
        { bytesIn: random.size(4_000_000, 0.9) },
      );
    if (at.version === '8') at.novelty = 'deployment';
    at.aws(
      's3',
      'PutObject',
      object(`${base}/${set}/year=${year}/month=${month}/day=${day}/${random.uuid()}.parquet`),
      { bytesOut: random.size(2_000_000, 0.7) },
    );
    at.aws('glue', 'BatchCreatePartition', [arnOf('glue', `table/features/${set}`)]);
  },
};

const resolver: SampleFunction = {
  name: 'graph-resolver',
  perDay: 420,
  rush: { 24: 3 },
  run(at, world) {
    const { random } = at;
    if (at.day === 24) at.novelty = 'campaign';
    if (at.cold) at.aws('secretsmanager', 'GetSecretValue', [arnOf('secretsmanager', 'secret:graph/db-q1W2e3')]);
    const statements = Math.min(30, random.poisson(1.2) + 1 + (random.chance(0.02) ? random.int(3, 14) : 0));
    for (let i = 0; i < statements; i++)
      at.aws('rds-data', 'ExecuteStatement', [arnOf('rds', 'cluster:graph')], { bytesIn: random.size(3_000, 1.2) });
    if (random.chance(0.3))
      at.aws('s3', 'GetObject', object(`avatars-cdn/${known(at, world.ids, 'new-tenant')}/${random.uuid()}.png`), {
        bytesIn: random.size(40_000, 0.6),
      });
    if (random.chance(0.05)) at.aws('sns', 'Publish', [arnOf('sns', 'graph-events')]);
  },
};

const rotation: SampleFunction = {
  name: 'config-sync',
  perDay: 24,
  run(at, world) {
    const { random } = at;
    at.aws('ssm', 'GetParametersByPath', [arnOf('ssm', 'parameter/fleet/prod')], { bytesIn: random.size(9_000, 0.2) });
    if (hourOf(at) === '03') {
      at.aws('secretsmanager', 'GetSecretValue', [arnOf('secretsmanager', 'secret:fleet/api-K9mN2p')]);
      at.aws('secretsmanager', 'PutSecretValue', [arnOf('secretsmanager', 'secret:fleet/api-K9mN2p')]);
    }
    for (const { name, from } of world.partners) {
      if (from > at.day) continue;
      at.novelty = from >= 14 ? 'new-partner' : null;
      at.aws('s3', 'PutObject', object(`fleet-config/${name}/current.json`), { bytesOut: random.size(7_000, 0.1) });
    }
  },
};

const fanOut: SampleFunction = {
  name: 'alert-fanout',
  perDay: 200,
  run(at, world) {
    const { random } = at;
    const burst = at.day === 20 && hourOf(at) === '15';
    if (burst) at.novelty = 'incident';
    at.aws('sqs', 'ReceiveMessage', queue('alerts'), { items: random.int(1, 10) });
    const customer = known(at, world.numbers, 'new-tenant');
    at.aws('dynamodb', 'Query', table('subscriptions'), { bytesIn: random.size(5_000, 1) });
    for (let i = random.poisson(burst ? 9 : 2) + 1; i > 0; i--)
      at.aws('sns', 'Publish', [arnOf('sns', `customer/${customer}`.replace('/', '-'))]);
    if (random.chance(0.2)) at.aws('lambda', 'Invoke', [arnOf('lambda', 'function:pager')]);
    at.aws('sqs', 'DeleteMessageBatch', queue('alerts'), { items: random.int(1, 10) });
  },
};

const crossAccount: SampleFunction = {
  name: 'inventory-scan',
  perDay: 48,
  run(at) {
    const { random } = at;
    const account = random.pick(['444455556666', '555566667777', '666677778888']);
    const key = `ASIA${random.text(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
    at.aws('sts', 'AssumeRole', [`arn:aws:iam::${account}:role/inventory-reader`], { issuedAccessKeyId: key });
    const as = { accessKeyId: key, account };
    for (let pages = random.int(1, 5); pages > 0; pages--)
      at.aws('ec2', 'DescribeInstances', ['*'], { ...as, bytesIn: random.size(90_000, 0.8) });
    at.aws('rds', 'DescribeDBInstances', ['*'], as);
    at.aws('s3', 'ListBuckets', ['*'], as);
    at.aws('dynamodb', 'BatchWriteItem', table('inventory'), { items: random.int(5, 25) });
    if (random.chance(0.02)) at.aws('ec2', 'DescribeInstances', ['*'], { ...as, errorCode: 'RequestLimitExceeded' });
  },
};

export const heldOut: readonly SampleFunction[] = [
  invoices,
  replicator,
  analytics,
  mailIn,
  features,
  resolver,
  rotation,
  fanOut,
  crossAccount,
];
