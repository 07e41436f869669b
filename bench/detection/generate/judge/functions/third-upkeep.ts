import type { Ask } from '../ask.ts';
import { DAYLIGHT, type FunctionModel, type World } from '../world.ts';
import { named } from './names.ts';

/** Makes a few large files of the last hour's many small ones; one morning hours are done again that had gone wrong. */
export function lakeCompactor(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const lake = name('lake');
  const table = aws.arn('glue', 'table/field/points');
  return {
    name: 'lake-compactor',
    arrivals: world.schedule(Array.from({ length: 24 }, (_, hour) => hour * 60 + 12)),
    handle(it) {
      const compact = (ago: number) => {
        const at = new Date(it.started - ago * 3_600_000).toISOString();
        const prefix = `dt=${at.slice(0, 10)}/hh=${at.slice(11, 13)}/`;
        it.call(aws.s3('ListObjectsV2', lake, null, { prefix: `points/${prefix}`, in: chance.about(14_000, 0.3) }));
        const small = chance.about(11, 0.35);
        it.all(
          Array.from({ length: small }, () =>
            aws.s3('GetObject', lake, `points/${prefix}${chance.uuid()}.parquet`, {
              in: chance.about(900_000, 0.5),
              ms: 60,
            }),
          ),
          4,
        );
        it.call(
          aws.s3('PutObject', lake, `compacted/${prefix}part-0.parquet`, { out: small * chance.about(640_000, 0.2) }),
        );
        it.call(aws.s3('DeleteObjects', lake, null, { items: small, out: 300 + small * 110 }));
        it.call(aws.to('glue', 'UpdatePartition', table));
      };
      it.call(aws.to('glue', 'GetPartitions', table, { in: chance.about(9000, 0.3) }));
      compact(1);
      if (it.day === 20 && it.hour >= '06' && it.hour < '09')
        it.novel('backfill', () => {
          for (let ago = 26; ago < 34; ago++) compact(ago);
        });
    },
  };
}

/** Asks the warehouse each night whether its numbers add up; a longer list at the month's end, and once again by hand. */
export function warehouseChecks(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const group = aws.arn('redshift-serverless', 'workgroup/finance');
  const nightly = world.schedule([4 * 60 + 20]);
  const byHand = world.start + 25 * 86_400_000 + (10 * 60 + 47) * 60_000;
  return {
    name: 'warehouse-checks',
    arrivals: [...nightly, byHand].sort((a, b) => a - b),
    handle(it) {
      const checks = (it.day === 22 ? 30 : 9) + chance.whole(0, 2);
      const run = () => {
        for (let check = 0; check < checks; check++) {
          it.call(aws.to('redshift-data', 'ExecuteStatement', group, { out: chance.about(1900, 0.4) }));
          for (let poll = chance.whole(1, 5); poll > 0; poll--) {
            it.wait(chance.between(400, 1200));
            it.call(aws.to('redshift-data', 'DescribeStatement', '*'));
          }
          it.call(aws.to('redshift-data', 'GetStatementResult', '*', { in: chance.about(5200, 0.6) }));
        }
        it.call(
          aws.s3('PutObject', name('finance-checks'), `${it.iso()}/report.json`, {
            out: checks * chance.about(1300, 0.2),
          }),
        );
        if (chance.often(0.25)) it.call(aws.to('sns', 'Publish', aws.arn('sns', 'finance-alerts')));
      };
      if (it.started === byHand) it.novel('rerun', run);
      else if (it.day === 22) it.novel('month-end', run);
      else run();
    },
  };
}

/** Exchange rates twice an hour, from a second source while the first is down. */
export function ratesImport(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const down = [6, 19].map((day) => world.start + (day + chance.between(0.3, 0.7)) * 86_400_000);
  return {
    name: 'rates-import',
    arrivals: world.schedule(Array.from({ length: 48 }, (_, half) => half * 30 + 3)),
    handle(it) {
      const first = aws.egress('data-api.ecb.europa.eu', {
        out: chance.about(700, 0.1),
        in: chance.about(21_000, 0.15),
      });
      const second = aws.egress('api.frankfurter.dev', { out: chance.about(640, 0.1), in: chance.about(3100, 0.1) });
      it.call(first);
      if (down.some((from) => it.started >= from && it.started < from + 3 * 3_600_000))
        it.novel('outage', () => {
          it.call(first);
          it.call(second);
        });
      it.call(aws.dynamodb('BatchWriteItem', name('rates'), { items: 25, out: chance.about(5600, 0.05) }));
      it.call(aws.dynamodb('BatchWriteItem', name('rates'), { items: 7, out: chance.about(1900, 0.05) }));
      it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/treasury')));
    },
  };
}

/** Log lines to the vendor and to the archive; what the vendor does not take is kept. */
export function logForwarder(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'log-forwarder',
    arrivals: world.demand(210, DAYLIGHT, 1.1),
    handle(it) {
      const lines = chance.tail(20, 1.2, 1200);
      const out = lines * chance.about(95, 0.2);
      if (it.cold) it.call(aws.to('ssm', 'GetParameter', aws.arn('ssm', 'parameter/prd/logs/vendor-key')));
      it.call(aws.egress('http-intake.logs.datadoghq.eu', { out, in: chance.about(310, 0.1) }));
      if (chance.often(0.008))
        it.novel('error-path', () =>
          it.call(
            aws.s3('PutObject', name('logs-unsent'), `${it.iso()}/${it.hour}/${chance.uuid()}.gz`, {
              out: Math.ceil(out / 3),
            }),
          ),
        );
      it.call(
        aws.to('firehose', 'PutRecordBatch', aws.arn('firehose', 'deliverystream/logs'), {
          items: Math.min(500, lines),
          out: out + lines * 30,
        }),
      );
    },
  };
}

/** Rotates the passwords of databases by night; in the test part another database joined them. */
export function secretRotator(world: World): FunctionModel {
  const { aws, chance } = world;
  const secrets = ['orders', 'billing', 'crm', 'search', 'loyalty'].map(
    (database) => [database, aws.arn('secretsmanager', `secret:prd/db/${database}-${chance.base62(6)}`)] as const,
  );
  return {
    name: 'secret-rotator',
    arrivals: world.schedule([120, 121, 122, 123, 124]),
    handle(it) {
      const turn = Math.floor((it.started % 86_400_000) / 60_000) - 120;
      const [database, secret] = secrets[Math.min(turn, it.day < 21 ? 3 : 4)]!;
      const run = () => {
        it.call(aws.to('secretsmanager', 'DescribeSecret', secret));
        it.call(aws.to('secretsmanager', 'GetSecretValue', secret));
        it.call(aws.to('secretsmanager', 'GetRandomPassword', '*'));
        it.call(aws.to('secretsmanager', 'PutSecretValue', secret));
        it.call(aws.to('rds', 'ModifyDBCluster', aws.arn('rds', `cluster:${database}-prd`)));
        it.call(aws.to('secretsmanager', 'UpdateSecretVersionStage', secret));
      };
      if (database === 'loyalty') it.novel('new-secret', run);
      else run();
    },
  };
}

/** Forgets a person who asks for it: rows, files, the sign-in. */
export function personEraser(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const pool = aws.arn('cognito-idp', `userpool/${aws.region}_${chance.base62(9)}`);
  return {
    name: 'person-eraser',
    arrivals: world.demand(10, DAYLIGHT),
    handle(it) {
      const person = chance.uuid();
      it.call(aws.dynamodb('Query', name('people')));
      for (const table of ['people', 'contacts', 'consents']) it.call(aws.dynamodb('DeleteItem', name(table)));
      for (const bucket of [name('statements'), name('tickets')]) {
        it.call(aws.s3('ListObjectsV2', bucket, null, { prefix: `person/${person}/`, in: chance.about(2600, 0.5) }));
        const files: Ask[] = Array.from({ length: chance.often(0.8) ? chance.tail(1, 1.3, 20) : 0 }, () =>
          aws.s3('DeleteObject', bucket, `person/${person}/${chance.uuid()}`),
        );
        it.all(files, 1);
      }
      it.call(aws.to('cognito-idp', 'AdminDeleteUser', pool));
      it.call(aws.dynamodb('PutItem', name('erasures')));
    },
  };
}
