import type { Ask } from '../ask.ts';
import type { FunctionModel, World } from '../world.ts';
import { named, since } from './names.ts';

const every = (minutes: number, at: number): number[] =>
  Array.from({ length: Math.floor(1440 / minutes) }, (_, i) => i * minutes + at);

/** The report of the night: a table read in four pieces side by side, a sheet, a mail to each who wants it; on the first of a month a second sheet. */
export function nightlyReport(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const identity = aws.arn('ses', `identity/reports.${world.company}.example`);
  return {
    name: 'nightly-report',
    arrivals: world.schedule([2 * 60 + 30]),
    handle(it) {
      it.all(
        Array.from({ length: 4 * chance.whole(4, 6) }, () =>
          aws.dynamodb('Scan', name('sales'), { items: chance.whole(2400, 2900), in: chance.about(1_020_000, 0.02) }),
        ),
        4,
      );
      const sheet = (which: string) =>
        it.call(
          aws.s3('PutObject', name('reports'), `${which}/${it.iso()}.xlsx`, { out: chance.about(310_000, 0.08) }),
        );
      sheet('daily');
      if (it.date.getUTCDate() === 1) it.novel('month-end', () => sheet('monthly'));
      for (let reader = 0; reader < 7; reader++)
        it.call(aws.to('ses', 'SendRawEmail', identity, { out: chance.about(430_000, 0.04) }));
    },
  };
}

/** Clears twice a day what nobody needs: sessions that have ended, uploads that were never finished. */
export function cronCleaner(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'cron-cleaner',
    arrivals: world.schedule([4 * 60 + 15, 16 * 60 + 15]),
    deployments: [5],
    handle(it) {
      const old = chance.tail(40, 1.5, 600);
      it.call(aws.dynamodb('Query', name('sessions'), { items: old, in: 400 + old * chance.about(120, 0.05) }));
      for (let from = 0; from < old; from += 25) {
        const items = Math.min(25, old - from);
        it.call(aws.dynamodb('BatchWriteItem', name('sessions'), { items, out: 500 + items * 92 }));
      }
      const uploads = chance.whole(1, 9);
      it.call(
        aws.s3('ListMultipartUploads', name('uploads'), null, {
          action: 'ListBucketMultipartUploads',
          in: 600 + uploads * chance.about(410, 0.03),
        }),
      );
      for (let n = 0; n < uploads; n++)
        it.call(aws.s3('AbortMultipartUpload', name('uploads'), `${it.iso(2)}/${chance.uuid()}.mov`));
    },
  };
}

/** What stock there is, as the house's books say, into the shop, every quarter of an hour; the books were shut one evening. A second warehouse opened. */
export function stockSync(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const shut = [5, 18].map((day) => world.start + (day + chance.between(0.75, 0.9)) * 86_400_000);
  return {
    name: 'stock-sync',
    arrivals: world.schedule(every(15, 4)),
    deployments: [8, 22],
    handle(it) {
      const houses = ['erp-north', 'erp-south'].slice(0, since(it.day, [17], 1));
      for (const house of houses) {
        const changed = chance.tail(1, 0.9, 70);
        const books = aws.egress(`${house}.${world.company}.example`, {
          out: chance.about(1300, 0.05),
          in: 2100 + changed * chance.about(260, 0.05),
        });
        const sync = () => {
          it.call(books);
          for (let n = 0; n < changed; n++) it.call(aws.dynamodb('UpdateItem', name('stock')));
        };
        if (shut.some((from) => it.started >= from && it.started < from + 3_600_000))
          it.novel('outage', () => {
            for (let tries = 0; tries < 3; tries++) it.call({ ...books, in: chance.about(900, 0.1) });
          });
        else if (house === 'erp-south') it.novel('new-source', sync);
        else sync();
      }
      it.call(aws.dynamodb('PutItem', name('sync-marks'), { out: chance.about(690, 0.03) }));
      if (it.version >= 3)
        it.novel('deployment', () => it.call(aws.to('sns', 'Publish', aws.arn('sns', 'stock-synced'))));
    },
  };
}

/** Looks every half hour whether messages lie aside and, where some do, sends them on their way again; one afternoon a night's worth. */
export function dlqRedrive(world: World): FunctionModel {
  const { aws, chance } = world;
  const [aside, back] = [aws.arn('sqs', 'jobs-dead'), aws.arn('sqs', 'jobs')];
  return {
    name: 'dlq-redrive',
    arrivals: world.schedule(every(30, 9)),
    deployments: [3],
    handle(it) {
      it.call(aws.to('sqs', 'GetQueueAttributes', aside, { in: chance.about(560, 0.02) }));
      const heap = it.day === 21 && it.hour === '14';
      if (!heap && chance.often(0.6)) return;
      const send = () => {
        for (let left = heap ? chance.whole(160, 240) : chance.tail(1, 1.2, 50); left > 0; left -= 10) {
          const items = Math.min(10, left);
          it.call(aws.to('sqs', 'ReceiveMessage', aside, { items, in: 400 + items * chance.about(1300, 0.1) }));
          it.call(aws.to('sqs', 'SendMessageBatch', back, { items, out: 500 + items * chance.about(1250, 0.1) }));
          it.call(aws.to('sqs', 'DeleteMessageBatch', aside, { items, out: 400 + items * 190 }));
        }
      };
      if (heap) it.novel('backfill', send);
      else send();
    },
  };
}

/** Fetches what is switched on from the vendor, every ten minutes; what is new is kept, and pages are told. */
export function toggleSync(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const pages = `arn:aws:cloudfront::${aws.account}:distribution/E${chance.base32(13)}`;
  return {
    name: 'toggle-sync',
    arrivals: world.schedule(every(10, 1)),
    deployments: [11],
    handle(it) {
      it.call(aws.egress('sdk.launchdarkly.com', { out: chance.about(1050, 0.03), in: chance.about(21_000, 0.02) }));
      it.call(aws.dynamodb('GetItem', name('toggles'), { in: chance.about(15_200, 0.02) }));
      if (chance.often(0.93)) return;
      it.call(aws.dynamodb('PutItem', name('toggles'), { out: chance.about(15_600, 0.02) }));
      it.call(aws.to('cloudfront', 'CreateInvalidation', pages));
    },
  };
}

/** Looks every twenty minutes whether the house's pages answer; one that does not is looked at again, then somebody is called. A page was added. */
export function uptimeProbe(world: World): FunctionModel {
  const { aws, chance } = world;
  const pages = ['www', 'shop', 'api', 'status', 'help', 'jobs'].map((it) => `${it}.${world.company}.example`);
  return {
    name: 'uptime-probe',
    arrivals: world.schedule(every(20, 6)),
    deployments: [2],
    handle(it) {
      for (const [i, page] of pages.slice(0, since(it.day, [16], 5)).entries()) {
        const look = () =>
          it.call(aws.egress(page, { out: chance.about(760, 0.04), in: chance.about(9000 + i * 3100, 0.05) }));
        if (i === 5) it.novel('new-source', look);
        else look();
        if (chance.often(0.006)) {
          it.novel('retry', look);
          if (chance.often(0.3))
            it.novel('error-path', () => it.call(aws.to('sns', 'Publish', aws.arn('sns', 'pages-down'))));
        }
      }
      it.call(aws.to('cloudwatch', 'PutMetricData', '*', { out: chance.about(2100, 0.04) }));
    },
  };
}

/** Keeps customers the same here and at the vendor of the sales team, every forty minutes of working days: a token, what has changed, a mark of how far it came. */
export function crmSync(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const secret = aws.arn('secretsmanager', `secret:crm/api-${chance.base62(6)}`);
  const mark = aws.arn('ssm', 'parameter/crm/changed-until');
  return {
    name: 'crm-sync',
    arrivals: world.schedule(every(40, 15), (weekday) => weekday > 0 && weekday < 6),
    deployments: [6],
    handle(it) {
      if (it.cold) it.call(aws.to('secretsmanager', 'GetSecretValue', secret, { in: chance.about(810, 0.03) }));
      it.call(aws.to('ssm', 'GetParameter', mark, { in: chance.about(490, 0.02) }));
      it.call(aws.egress('login.salesforce.com', { out: chance.about(1900, 0.03), in: chance.about(4800, 0.03) }));
      const changed = chance.tail(1, 1, 60);
      const org = `${world.company}.my.salesforce.com`;
      it.call(aws.egress(org, { out: chance.about(1600, 0.04), in: 5200 + changed * chance.about(1400, 0.08) }));
      for (let n = 0; n < changed; n++)
        it.call(aws.dynamodb('UpdateItem', name('customers'), { out: chance.about(1300, 0.1) }));
      it.call(aws.to('ssm', 'PutParameter', mark, { out: chance.about(560, 0.02) }));
    },
  };
}

/** A step of the hour's work in the lake: what landed is moved to where it is worked on, then looked through by a crawler. */
export function stageLoad(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const crawler = aws.arn('glue', 'crawler/stage');
  return {
    name: 'stage-load',
    arrivals: world.schedule(every(60, 12)),
    deployments: [9],
    handle(it) {
      const folder = `sales/dt=${it.iso()}/hh=${it.hour}/`;
      it.call(aws.s3('ListObjectsV2', name('landing'), null, { prefix: folder, in: chance.about(2800, 0.15) }));
      it.all(
        Array.from({ length: chance.whole(2, 7) }, () =>
          aws.copy(name('landing'), name('stage'), `${folder}${chance.uuid()}.parquet`, {
            in: chance.about(520, 0.03),
          }),
        ),
        3,
      );
      it.call(aws.to('glue', 'StartCrawler', crawler));
      for (let poll = chance.whole(1, 4); poll > 0; poll--) {
        it.wait(15_000);
        it.call(aws.to('glue', 'GetCrawler', crawler, { in: chance.about(2100, 0.03) }));
      }
    },
  };
}

/** Takes the night's copies of databases to the other region and throws away those of two weeks ago. */
export function snapshotCopy(world: World): FunctionModel {
  const { aws, chance } = world;
  const other = world.otherRegion;
  const databases = ['shop', 'ledger', 'people', 'search'];
  return {
    name: 'db-snapshot-copy',
    arrivals: world.schedule([3 * 60 + 40]),
    handle(it) {
      const rds = (operation: string, resources: string | string[], region = aws.region): Ask =>
        aws.to('rds', operation, resources, { region, in: chance.about(4200, 0.06) });
      it.call(rds('DescribeDBSnapshots', '*'));
      for (const [i, database] of databases.slice(0, since(it.day, [21], 3)).entries()) {
        const snapshot = (region: string, ago = 0) => aws.arn('rds', `snapshot:${database}-${it.iso(ago)}`, region);
        const copy = () => {
          it.call(rds('CopyDBSnapshot', [snapshot(aws.region), snapshot(other)], other));
          it.call(rds('DeleteDBSnapshot', snapshot(other, 14), other));
        };
        if (i === 3) it.novel('new-source', copy);
        else copy();
      }
    },
  };
}

/** Writes the day's logs into files, one group after the other, as the service does but one at a time. */
export function logExport(world: World): FunctionModel {
  const { aws, chance } = world;
  const groups = ['shop', 'pay', 'login', 'search', 'mail'].map((it) => aws.arn('logs', `log-group:/app/${it}`));
  return {
    name: 'log-export',
    arrivals: world.schedule([60 + 20]),
    handle(it) {
      for (const group of groups) {
        it.call(aws.to('logs', 'CreateExportTask', group, { out: chance.about(860, 0.03) }));
        for (let poll = chance.whole(2, 5); poll > 0; poll--) {
          it.wait(20_000);
          it.call(aws.to('logs', 'DescribeExportTasks', '*', { in: chance.about(980, 0.04) }));
        }
      }
      it.call(aws.to('cloudwatch', 'PutMetricData', '*', { out: chance.about(1300, 0.03) }));
    },
  };
}
