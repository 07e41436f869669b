import type { Ask } from '../ask.ts';
import { EVENING, type FunctionModel, type World } from '../world.ts';

/** Keeps a search index up with a table: a stream's batch in, one bulk request out, stragglers looked up. */
export function searchIndexer(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const domain = `${company}-catalog`;
  return {
    name: `${company}-search-indexer`,
    arrivals: world.demand(240, EVENING),
    handle(it) {
      const size = chance.tail(1, 0.8, 100);
      if (chance.often(0.4))
        it.call(
          aws.dynamodb('BatchGetItem', `${company}-products`, {
            items: size,
            in: size * chance.about(1400),
            out: 500 + size * 70,
          }),
        );
      const bulk = aws.search(domain, '/_bulk', {
        items: size,
        out: size * chance.about(1900, 0.3),
        in: 300 + size * 160,
      });
      if (chance.often(0.01)) {
        it.fail(bulk, 429, 'TooManyRequests', 'throttle');
        it.wait(chance.between(500, 3000));
      }
      it.call(bulk);
      if (chance.often(0.06)) it.call(aws.search(domain, '/products/_delete_by_query', { in: 600 }));
      if (chance.often(0.004))
        it.novel('dlq', () =>
          it.call(
            aws.to('sqs', 'SendMessage', aws.arn('sqs', `${company}-index-failures`), { out: chance.about(5000) }),
          ),
        );
    },
  };
}

/** The numbers of the night: queries in Athena, one mail; a longer set on Mondays, the longest after the month's end. */
export function nightlyFigures(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const group = aws.arn('athena', `workgroup/${company}-bi`);
  const results = `${company}-athena-results-${aws.account}`;
  return {
    name: `${company}-nightly-figures`,
    arrivals: world.schedule([2 * 60 + 15]),
    handle(it) {
      const monday = it.date.getUTCDay() === 1;
      const first = it.date.getUTCDate() === 1;
      const run = () => {
        for (let query = 0; query < 4 + (monday ? 3 : 0) + (first ? 6 : 0); query++) {
          it.call(aws.to('athena', 'StartQueryExecution', group, { out: chance.about(2600, 0.4) }));
          for (let poll = chance.whole(2, 9); poll > 0; poll--) {
            it.wait(chance.between(900, 1400));
            it.call(aws.to('athena', 'GetQueryExecution', group, { in: chance.about(1900, 0.15) }));
          }
          for (let page = chance.tail(1, 1.5, 5); page > 0; page--)
            it.call(aws.to('athena', 'GetQueryResults', group, { in: chance.about(90_000, 0.6), items: 1 }));
        }
        it.call(aws.s3('GetObject', results, `bi/${chance.uuid()}.csv`, { in: chance.tail(20_000, 1.1, 6_000_000) }));
        it.call(
          aws.s3('PutObject', `${company}-dashboards`, `kpi/${it.iso(1)}.json`, { out: chance.about(65_000, 0.2) }),
        );
        it.call(
          aws.to('ses', 'SendRawEmail', aws.arn('ses', `identity/bi@${company}.com`), {
            out: chance.about(210_000, 0.2),
            items: 9,
          }),
        );
      };
      if (first) it.novel('month-end', run);
      else run();
    },
  };
}

/** Clicks from Kinesis into the lake, partitioned by the hour they happened in, which is not always this one. */
export function clickstream(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const lake = `${company}-lake-bronze`;
  return {
    name: `${company}-clickstream`,
    arrivals: world.demand(170, EVENING, 1.4),
    deployments: [16],
    handle(it) {
      const records = chance.tail(40, 1.1, 1000);
      const hours = chance.often(0.2) ? [0, 1] : [0];
      if (chance.often(0.01)) hours.push(chance.whole(2, 30));
      it.all(
        hours.map((ago) => {
          const at = new Date(it.started - ago * 3_600_000).toISOString();
          return aws.s3(
            'PutObject',
            lake,
            `clicks/dt=${at.slice(0, 10)}/hh=${at.slice(11, 13)}/${chance.uuid()}.parquet`,
            {
              out: Math.round((records / hours.length) * chance.about(140, 0.1)),
            },
          );
        }),
        2,
      );
      it.call(
        aws.to('timestream', 'WriteRecords', aws.arn('timestream', `database/${company}/table/sessions`), {
          items: Math.min(100, records),
        }),
      );
      if (it.version >= 2)
        it.novel('deployment', () =>
          it.call(
            aws.to('firehose', 'PutRecordBatch', aws.arn('firehose', `deliverystream/${company}-clicks-raw`), {
              items: Math.min(500, records),
              out: records * 180,
            }),
          ),
        );
    },
  };
}

/** Copies yesterday's archive to a bucket in the other region; sometimes what was left over from days before. */
export function archiveCopy(world: World): FunctionModel {
  const { aws, company, chance, otherRegion } = world;
  const [from, to] = [`${company}-archive`, `${company}-archive-dr`];
  return {
    name: `${company}-archive-copy`,
    arrivals: world.schedule([3 * 60 + 40]),
    handle(it) {
      const copyDay = (ago: number) => {
        const prefix = `daily/${it.iso(ago)}/`;
        const pages = chance.whole(1, 3);
        const asks: Ask[] = [];
        for (let page = 0; page < pages; page++) {
          it.call(aws.s3('ListObjectsV2', from, null, { prefix, in: chance.about(38_000, 0.3) }));
          for (let n = chance.about(45, 0.3); n > 0; n--)
            asks.push(
              aws.copy(from, to, `${prefix}${chance.ulid()}.tar.zst`, {
                region: otherRegion,
                ms: chance.tail(90, 1.6, 20_000),
              }),
            );
        }
        it.all(asks, 8);
      };
      copyDay(1);
      // Two days were not there in time; a team asked for the week again.
      if (it.day === 9) copyDay(2);
      if (it.day === 21)
        it.novel('backfill', () => {
          for (let ago = 2; ago < 7; ago++) copyDay(ago);
        });
      it.call(aws.to('cloudwatch', 'PutMetricData', '*'));
    },
  };
}

/** Starts the hour's jobs and waits for the short ones. */
export function lakeConductor(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const job = (name: string) => aws.arn('glue', `job/${company}-${name}`);
  return {
    name: `${company}-lake-conductor`,
    arrivals: world.schedule(Array.from({ length: 24 }, (_, hour) => hour * 60 + 7)),
    handle(it) {
      const stamp = new Date(it.started - 3_600_000).toISOString();
      it.call(
        aws.s3('ListObjectsV2', `${company}-lake-bronze`, null, {
          prefix: `clicks/dt=${stamp.slice(0, 10)}/hh=${stamp.slice(11, 13)}/`,
          in: chance.about(9000, 0.4),
        }),
      );
      const start = aws.to('glue', 'StartJobRun', job('bronze-to-silver'));
      if (chance.often(0.02)) {
        it.fail(start, 400, 'ConcurrentRunsExceededException');
        it.wait(30_000);
      }
      it.call(start);
      for (let poll = chance.whole(3, 8); poll > 0; poll--) {
        it.wait(chance.between(14_000, 16_000));
        it.call(aws.to('glue', 'GetJobRun', job('bronze-to-silver')));
      }
      it.call(
        aws.to(
          'glue',
          'GetPartitions',
          [
            aws.arn('glue', 'catalog'),
            aws.arn('glue', `database/${company}`),
            aws.arn('glue', `table/${company}/clicks`),
          ],
          { in: chance.about(21_000, 0.2) },
        ),
      );
      it.call(
        aws.to(
          'glue',
          'BatchCreatePartition',
          [
            aws.arn('glue', 'catalog'),
            aws.arn('glue', `database/${company}`),
            aws.arn('glue', `table/${company}/clicks`),
          ],
          { items: chance.whole(1, 3) },
        ),
      );
      if (it.hour === '04')
        it.call(aws.to('states', 'StartExecution', aws.arn('states', `stateMachine:${company}-gold-models`)));
      if (it.hour === '04' && it.date.getUTCDate() === 1)
        it.novel('month-end', () => it.call(aws.to('glue', 'StartJobRun', job('month-close'))));
    },
  };
}

/** Looks for new configuration every five minutes; mostly there is none. */
export function configSync(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const bucket = `${company}-runtime-config`;
  const rare = ['limits', 'banners', 'pricing', 'experiments', 'regions'];
  return {
    name: `${company}-config-sync`,
    arrivals: world.schedule(Array.from({ length: 144 }, (_, i) => i * 10)),
    handle(it) {
      if (it.cold)
        it.call(
          aws.to('secretsmanager', 'GetSecretValue', aws.arn('secretsmanager', `secret:${company}/github-app-Zk1mNb`)),
        );
      it.call(aws.egress('api.github.com', { out: chance.about(1250, 0.05), in: chance.about(2600, 0.1) }));
      const changed = chance.often(0.03);
      if (!changed) return;
      it.call(aws.egress('codeload.github.com', { out: 900, in: chance.tail(40_000, 1.4, 3_000_000), ms: 800 }));
      const name = chance.zipf(rare);
      it.call(aws.s3('PutObject', bucket, `current/${name}.json`, { out: chance.tail(2000, 1.4, 90_000) }));
      it.call(aws.to('ssm', 'PutParameter', aws.arn('ssm', `parameter/${company}/config/${name}/version`)));
      it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/default')));
    },
  };
}
