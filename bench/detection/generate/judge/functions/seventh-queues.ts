import { DAYLIGHT, type FunctionModel, GLOBE, WORKDAYS, type World } from '../world.ts';
import { named, since } from './names.ts';

/** Brings what happened to one customer's own host, signed with the secret of that customer; what is not taken comes again later. Customers join. */
export function webhookFanout(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const again = aws.arn('sqs', 'hooks-again');
  const customers = Array.from({ length: 19 }, (_, i) => ({
    host: `${chance.pick(['hooks', 'api', 'in'])}.${chance.pick(['north', 'blue', 'alder', 'quick', 'stone'])}${i}-${chance.pick(['shop', 'freight', 'labs'])}.example`,
    secret: aws.arn('secretsmanager', `secret:hooks/customer-${100 + i}-${chance.base62(6)}`),
  }));
  return {
    name: 'webhook-fanout',
    arrivals: world.demand(150, GLOBE, 1.1),
    deployments: [7],
    handle(it) {
      const customer = chance.zipf(customers.slice(0, since(it.day, [2, 9, 16, 22], 15)));
      const bring = () => {
        it.call(aws.dynamodb('GetItem', name('hooks'), { in: chance.about(780, 0.08) }));
        if (it.expired(customer.secret, 3_600_000))
          it.call(aws.to('secretsmanager', 'GetSecretValue', customer.secret, { in: chance.about(690, 0.03) }));
        it.call(aws.egress(customer.host, { out: chance.about(2300, 0.2), in: chance.about(3600, 0.12) }));
        if (chance.often(0.03)) it.call(aws.to('sqs', 'SendMessage', again, { out: chance.about(1900, 0.15) }));
        else it.call(aws.dynamodb('PutItem', name('hooks-brought'), { out: chance.about(720, 0.06) }));
      };
      if (customers.indexOf(customer) >= 17) it.novel('new-client', bring);
      else bring();
    },
  };
}

/** A customer's file of rows into the database, all or nothing; of what was wrong a list is kept. One customer's files grew in the test part. */
export function csvImport(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const cluster = aws.arn('rds', 'cluster:catalogue');
  const tenants = Array.from({ length: 14 }, () => `t-${chance.hex(8)}`);
  const sql = (operation: string, details = {}) => aws.to('rds-data', operation, cluster, details);
  return {
    name: 'csv-import',
    arrivals: world.demand(52, WORKDAYS, 1.1),
    deployments: [6, 12],
    handle(it) {
      const tenant = chance.zipf(tenants.slice(0, since(it.day, [5, 18], 12)));
      const grown = it.day >= 19 && tenant === tenants[1];
      const take = () => {
        const rows = Math.min(60_000, chance.tail(60, 0.95, 9000) * (grown ? 7 : 1));
        const file = `imports/${tenant}/${it.iso()}/${chance.uuid()}.csv`;
        const read = aws.s3('GetObject', name('imports'), file, { in: rows * chance.about(118, 0.08) });
        if (chance.often(0.005)) return it.fail(read, 404, 'NoSuchKey', 'not-found');
        it.call(read);
        it.call(sql('BeginTransaction', { in: chance.about(520, 0.04) }));
        for (let from = 0; from < rows; from += 1000) {
          const items = Math.min(1000, rows - from);
          it.call(sql('BatchExecuteStatement', { items, out: 900 + items * chance.about(190, 0.05) }));
        }
        const wrong = chance.often(0.07);
        it.call(sql(wrong ? 'RollbackTransaction' : 'CommitTransaction'));
        if (wrong)
          it.call(
            aws.s3('PutObject', name('imports'), `wrong/${tenant}/${it.iso()}/${chance.uuid()}.json`, {
              out: chance.tail(600, 1.2, 90_000),
            }),
          );
        it.call(aws.to('sns', 'Publish', aws.arn('sns', 'imports-done'), { out: chance.about(960, 0.05) }));
      };
      if (grown) it.novel('larger-files', take);
      else if (tenants.indexOf(tenant) === 13) it.novel('new-client', take);
      else take();
    },
  };
}

/** Log files of the shops' servers, as they land, line by line to the stream that writes them in columns. A second region's servers joined. */
export function eventsToLake(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const servers = ['web-a', 'web-b', 'api-a', 'edge-a'];
  return {
    name: 'events-to-lake',
    arrivals: world.demand(96, GLOBE, 1.1),
    deployments: [9],
    handle(it) {
      const server = chance.pick(servers.slice(0, since(it.day, [20], 3)));
      const bring = () => {
        const lines = chance.tail(400, 1.3, 9000);
        const file = `${server}/${it.iso().replaceAll('-', '/')}/${it.hour}/${chance.ulid()}.log.gz`;
        it.call(aws.s3('GetObject', name('server-logs'), file, { in: lines * chance.about(74, 0.06) }));
        it.all(
          Array.from({ length: Math.ceil(lines / 500) }, (_, i) => {
            const items = Math.min(500, lines - i * 500);
            const stream = aws.arn('firehose', 'deliverystream/server-lines');
            const out = 700 + items * chance.about(390, 0.04);
            return aws.to('firehose', 'PutRecordBatch', stream, { items, out, in: 300 + items * 62 });
          }),
          3,
        );
      };
      if (server === 'edge-a') it.novel('new-source', bring);
      else bring();
    },
  };
}

/** Where the vans are, from a rule of IoT: kept by the tracker, told where one has left its district. */
export function vanPositions(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const tracker = aws.arn('geo', 'tracker/vans');
  return {
    name: 'van-positions',
    arrivals: world.demand(270, DAYLIGHT, 1.05),
    deployments: [10],
    handle(it) {
      const items = chance.whole(1, 10);
      const out = 500 + items * chance.about(170, 0.04);
      const keep = aws.to('geo', 'BatchUpdateDevicePosition', tracker, { items, out, in: chance.about(370, 0.05) });
      it.call({ ...keep, host: `tracking.geo.${aws.region}.amazonaws.com` });
      it.call(aws.dynamodb('UpdateItem', name('vans')));
      if (chance.often(0.04)) it.call(aws.to('sns', 'Publish', aws.arn('sns', 'vans-astray')));
    },
  };
}

/** What a table's stream says of orders, to the bus, ten at a time; what the bus does not take is laid aside. In a drained region the other's bus was told. */
export function orderEvents(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const from = world.start + 23.45 * 86_400_000;
  return {
    name: 'order-events',
    arrivals: world.demand(165, DAYLIGHT, 1.15),
    deployments: [5, 19],
    handle(it) {
      const tell = (region: string, items: number) =>
        it.call(
          aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/shop', region), {
            region,
            items,
            out: 600 + items * chance.about(820, 0.06),
            in: 280 + items * 58,
          }),
        );
      for (let left = chance.tail(1, 1.1, 60); left > 0; left -= 10) {
        const items = Math.min(10, left);
        if (it.started >= from && it.started < from + 5_400_000)
          it.novel('failover', () => tell(world.otherRegion, items));
        else tell(aws.region, items);
      }
      if (chance.often(0.008))
        it.novel('dlq', () =>
          it.call(
            aws.s3('PutObject', name('events-aside'), `${it.iso()}/${chance.uuid()}.json`, {
              out: chance.about(2600, 0.3),
            }),
          ),
        );
      if (it.version >= 3)
        it.novel('deployment', () =>
          it.call(aws.to('cloudwatch', 'PutMetricData', '*', { out: chance.about(1150, 0.05) })),
        );
    },
  };
}

/** Hands an audience that marketing has chosen to the account of marketing, and to the network of advertisers; another brand of the house asked for it. */
export function audiencePush(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const brands = Array.from({ length: 3 }, () => `6${chance.digits(11)}`);
  return {
    name: 'audience-push',
    arrivals: world.demand(17, WORKDAYS),
    handle(it) {
      const brand = chance.zipf(brands.slice(0, since(it.day, [20], 2)));
      const push = () => {
        const people = chance.tail(2000, 1.1, 90_000);
        for (let page = 0; page < people; page += 5000)
          it.call(aws.dynamodb('Query', name('segments'), { items: 5000, in: Math.min(5000, people - page) * 96 }));
        const as = it.assume('audience-writer', brand, 'audience');
        it.call(
          aws.s3('PutObject', `audiences-${brand.slice(-4)}`, `${it.iso()}/${chance.uuid()}.csv.gz`, {
            as,
            out: people * chance.about(41, 0.04),
          }),
        );
        it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'audiences-in', aws.region, brand), { as }));
        it.call(
          aws.egress('graph.facebook.com', { out: people * chance.about(70, 0.03), in: chance.about(4100, 0.1) }),
        );
      };
      if (brand === brands[2]) it.novel('new-client', push);
      else push();
    },
  };
}
