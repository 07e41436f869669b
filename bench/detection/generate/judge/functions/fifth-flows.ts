import type { Ask } from '../ask.ts';
import { DAYLIGHT, type FunctionModel, GLOBE, type World } from '../world.ts';
import { mostlyOne, named, since } from './names.ts';

/** A task of the workflow that grants loans: what the bureau knows of somebody, the figures beside it, on to the next step. The bureau was down twice. */
export function loanTask(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const down = [6, 22].map((day) => world.start + (day + chance.between(0.35, 0.6)) * 86_400_000);
  return {
    name: 'loan-assess-task',
    arrivals: world.demand(62, DAYLIGHT, 1.1),
    deployments: [6],
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('applications'), { in: chance.about(3400, 0.3) }));
      const bureau = () =>
        it.call(aws.egress('api.crif-online.de', { out: chance.about(1900, 0.2), in: chance.about(5600, 0.35) }));
      const outage = down.some((from) => it.started >= from && it.started < from + 2 * 3_600_000);
      bureau();
      if (chance.often(outage ? 0.7 : 0.012))
        it.novel(outage ? 'outage' : 'retry', () => {
          for (let n = chance.whole(1, outage ? 3 : 1); n > 0; n--) bureau();
        });
      it.call(aws.dynamodb('PutItem', name('assessments'), { out: chance.about(2600, 0.25) }));
      const end = (operation: string) =>
        it.call(aws.to('states', operation, '*', { out: chance.about(1350, 0.15), in: chance.about(260, 0.08) }));
      if (chance.often(0.985)) end('SendTaskSuccess');
      else it.novel('error-path', () => end('SendTaskFailure'));
    },
  };
}

/** Counts what is listened to, from a stream of many shards: a counter for each title of the batch; what it cannot read is laid aside. */
export function playCounter(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'play-counter',
    arrivals: world.demand(150, GLOBE, 1.15),
    deployments: [11],
    handle(it) {
      const titles = chance.tail(2, 1.1, 30);
      const counters: Ask[] = Array.from({ length: titles }, () => aws.dynamodb('UpdateItem', name('play-counts')));
      it.all(counters, 4);
      const items = Math.min(25, titles);
      it.call(aws.dynamodb('BatchWriteItem', name('plays'), { items, out: 350 + items * chance.about(260, 0.1) }));
      if (chance.often(0.05)) it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/charts')));
      if (chance.often(0.004))
        it.novel('dlq', () => it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'plays-unreadable'))));
    },
  };
}

/** Applies what a migration service lands of a database's changes, a folder for each table; a sixth table joined. */
export function changesApply(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const tables = ['orders', 'order_lines', 'customers', 'payments', 'articles', 'returns'];
  return {
    name: 'changes-apply',
    arrivals: world.demand(92, DAYLIGHT, 1.1),
    deployments: [9],
    handle(it) {
      const take = (table: string) => {
        const landed = `erp/public/${table}/${it.iso()}/${chance.uuid()}.parquet`;
        const size = chance.tail(9000, 1.15, 12_000_000);
        const file = aws.s3('GetObject', name('changes-landing'), landed, { in: size });
        if (chance.often(0.005)) return it.fail(file, 404, 'NoSuchKey', 'not-found');
        it.call(file);
        it.call(
          aws.s3('PutObject', name('mirror'), `public/${table}/dt=${it.iso()}/${chance.uuid()}.parquet`, {
            out: Math.round(size * chance.between(0.7, 0.9)),
          }),
        );
        it.call(aws.s3('DeleteObject', name('changes-landing'), landed));
        it.call(aws.dynamodb('UpdateItem', name('watermarks')));
      };
      for (let n = mostlyOne(world); n > 0; n--) {
        const table = chance.zipf(tables.slice(0, since(it.day, [18], 5)));
        if (table === 'returns') it.novel('new-source', () => take(table));
        else take(table);
      }
    },
  };
}

/** Fetches new orders from the shops of merchants, each at a host of its own; merchants join. */
export function shopConnector(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const shops = Array.from(
    { length: 22 },
    () => `${chance.pick(['alma', 'fjord', 'nook', 'petit', 'sol', 'tide'])}-${chance.hex(4)}.myshopify.com`,
  );
  return {
    name: 'shop-connector',
    arrivals: world.demand(105, DAYLIGHT, 1.1),
    deployments: [6, 18],
    handle(it) {
      const shop = chance.zipf(shops.slice(0, since(it.day, [3, 9, 17, 21], 18)));
      const run = () => {
        it.call(aws.dynamodb('GetItem', name('merchants')));
        for (let page = chance.tail(1, 2, 5); page > 0; page--)
          it.call(aws.egress(shop, { out: chance.about(1150, 0.15), in: chance.about(21_000, 0.5) }));
        const items = chance.tail(1, 1.1, 25);
        it.call(
          aws.dynamodb('BatchWriteItem', name('merchant-orders'), { items, out: 400 + items * chance.about(900, 0.1) }),
        );
        it.call(aws.dynamodb('UpdateItem', name('merchants')));
      };
      if (shops.indexOf(shop) >= 20) it.novel('new-client', run);
      else run();
    },
  };
}

/** Fetches statements from banks every other hour, over SFTP with a key for each; a fourth bank joined; on the first of a month those of the whole month. */
export function bankStatements(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const banks = [
    'sftp.nordbank.example',
    'ebics.sparbank.example',
    'files.eurocredit.example',
    'mft.handelsbank.example',
  ];
  const keys = banks.map((bank) =>
    aws.arn('secretsmanager', `secret:prd/banks/${bank.split('.')[1]}-${chance.base62(6)}`),
  );
  return {
    name: 'bank-statements',
    arrivals: world.schedule(Array.from({ length: 12 }, (_, i) => i * 120 + 13)),
    handle(it) {
      const fetched = (bank: string, files: number) => {
        it.call(
          aws.egress(`${bank}:22`, {
            out: chance.about(5200, 0.1) + files * chance.about(600, 0.1),
            in: chance.about(4100, 0.1) + files * chance.about(38_000, 0.4),
          }),
        );
        for (let file = 0; file < files; file++)
          it.call(
            aws.s3('PutObject', name('statements'), `${bank.split('.')[1]}/${it.iso()}/${chance.digits(10)}.xml`, {
              out: chance.about(38_000, 0.4),
            }),
          );
      };
      for (const [i, bank] of banks.slice(0, since(it.day, [19], 3)).entries()) {
        const visit = () => {
          it.call(aws.to('secretsmanager', 'GetSecretValue', keys[i]!, { in: chance.about(3900, 0.05) }));
          if (it.date.getUTCDate() === 1 && it.hour === '06')
            it.novel('month-end', () => fetched(bank, chance.whole(20, 35)));
          else fetched(bank, chance.whole(0, 3));
        };
        if (i === 3) it.novel('new-client', visit);
        else visit();
      }
      it.call(aws.dynamodb('PutItem', name('statement-runs')));
    },
  };
}

/** One piece of a mailing: a file of recipients, fifty to a call, and what came of each. */
export function newsletterBatch(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const name = named(world);
  const sender = aws.arn('ses', `identity/news.${company}.com`);
  return {
    name: 'newsletter-batch',
    arrivals: world.demand(46, DAYLIGHT, 1.1),
    deployments: [13],
    handle(it) {
      const people = chance.whole(40, 200);
      const piece = `mailings/${it.iso()}/${chance.uuid()}/${chance.digits(5)}.jsonl`;
      it.call(aws.s3('GetObject', name('mailings'), piece, { in: people * chance.about(130, 0.05) }));
      for (let from = 0; from < people; from += 50) {
        const items = Math.min(50, people - from);
        it.call(aws.to('ses', 'SendBulkEmail', sender, { items, out: 900 + items * chance.about(310, 0.06) }));
      }
      it.call(aws.dynamodb('UpdateItem', name('mailings')));
      if (chance.often(0.01))
        it.novel('dlq', () => it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'mailing-again'))));
    },
  };
}
