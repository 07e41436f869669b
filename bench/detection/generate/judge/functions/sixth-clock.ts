import { DAYLIGHT, type FunctionModel, OFFICE, type World } from '../world.ts';
import { named, since } from './names.ts';

const every = (minutes: number, at: number): number[] =>
  Array.from({ length: Math.floor(1440 / minutes) }, (_, i) => i * minutes + at);

/** Looks every ten minutes how fast services use up what may fail, and calls somebody where it is too fast. */
export function burnRate(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'burn-rate',
    arrivals: world.schedule(every(10, 3)),
    deployments: [9],
    handle(it) {
      it.call(aws.dynamodb('Query', name('objectives'), { items: 12, in: chance.about(5100, 0.03) }));
      for (let window = 0; window < 3; window++)
        it.call(
          aws.to('cloudwatch', 'GetMetricData', '*', { out: chance.about(3900, 0.03), in: chance.about(6200, 0.08) }),
        );
      it.call(aws.dynamodb('PutItem', name('burn-rates'), { out: chance.about(1900, 0.04) }));
      if (chance.often(0.008))
        it.novel('rare-path', () =>
          it.call(
            aws.to('ssm-incidents', 'StartIncident', `arn:aws:ssm-incidents::${aws.account}:response-plan/on-call`),
          ),
        );
    },
  };
}

/** Writes the file of prices that portals fetch, every half hour; the whole assortment on Sundays. */
export function priceFeed(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'price-feed',
    arrivals: world.schedule(every(30, 7)),
    deployments: [8],
    handle(it) {
      const whole = it.date.getUTCDay() === 0 && it.hour === '04' && it.date.getUTCMinutes() < 30;
      const pages = whole ? chance.whole(36, 44) : chance.tail(2, 1.8, 9);
      for (let page = 0; page < pages; page++)
        it.call(aws.dynamodb('Query', name('prices'), { items: 400, in: chance.about(210_000, 0.05) }));
      const out = pages * chance.about(96_000, 0.04);
      it.call(aws.s3('PutObject', name('feeds'), `prices/${it.iso()}/${whole ? 'whole' : it.hour}.csv.gz`, { out }));
      it.call(aws.s3('PutObject', name('feeds'), 'prices/latest.csv.gz', { out }));
      it.call(aws.to('cloudwatch', 'PutMetricData', '*'));
    },
  };
}

/** Renews the tokens of accounts that customers have linked: the secret in, the provider asked, the new secret back; customers link more. */
export function tokenRefresh(world: World): FunctionModel {
  const { aws, chance } = world;
  const providers = ['oauth2.googleapis.com', 'login.microsoftonline.com', 'auth.atlassian.com'];
  const links = Array.from({ length: 9 }, (_, i) => ({
    secret: aws.arn('secretsmanager', `secret:prd/links/${chance.hex(8)}-${chance.base62(6)}`),
    host: providers[i % 3]!,
  }));
  return {
    name: 'token-refresh',
    arrivals: world.schedule(every(45, 11)),
    handle(it) {
      for (const [i, { secret, host }] of links.slice(0, since(it.day, [4, 20], 7)).entries()) {
        const renew = () => {
          it.call(aws.to('secretsmanager', 'GetSecretValue', secret, { in: chance.about(2300, 0.04) }));
          it.call(aws.egress(host, { out: chance.about(1700, 0.06), in: chance.about(3400, 0.08) }));
          it.call(aws.to('secretsmanager', 'PutSecretValue', secret, { out: chance.about(2400, 0.04) }));
        };
        if (i === 8) it.novel('new-client', renew);
        else renew();
      }
    },
  };
}

/** Gives tenants their quota back at midnight, a row for each; on the first of a month it writes down what they had left. */
export function quotaReset(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'quota-reset',
    arrivals: world.schedule([2]),
    handle(it) {
      const tenants = 38 + Math.floor(it.day / 3) + chance.whole(-1, 1);
      it.call(aws.dynamodb('Query', name('tenants'), { items: tenants, in: tenants * chance.about(340, 0.04) }));
      for (let n = 0; n < tenants; n++) it.call(aws.dynamodb('UpdateItem', name('quotas')));
      if (it.date.getUTCDate() === 1)
        it.novel('month-end', () => {
          for (let from = 0; from < tenants; from += 25)
            it.call(aws.dynamodb('BatchWriteItem', name('quota-history'), { items: Math.min(25, tenants - from) }));
        });
      it.call(aws.to('sns', 'Publish', aws.arn('sns', 'quotas-reset')));
    },
  };
}

/** Builds features each hour on a cluster that comes and goes; one night the hours of a day were built again. */
export function featureBuild(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const application = aws.arn('emr-serverless', `/applications/00${chance.base32(14).toLowerCase()}`);
  const role = `arn:aws:iam::${aws.account}:role/feature-build-jobs`;
  const again = Array.from({ length: 24 }, (_, i) => world.start + (20.9 + i * 0.004) * 86_400_000);
  return {
    name: 'feature-build',
    arrivals: [...world.schedule(every(60, 22)), ...again].sort((a, b) => a - b),
    deployments: [6],
    handle(it) {
      const made = it.day >= 20 && again.includes(it.started);
      const build = () => {
        it.call(aws.dynamodb('GetItem', name('build-state')));
        const job = aws.to('emr-serverless', 'StartJobRun', application, { out: chance.about(2100, 0.05) });
        it.call({ ...job, access: [...job.access, { action: 'iam:PassRole', resources: [role] }] });
        for (let poll = chance.whole(2, 6); poll > 0; poll--) {
          it.wait(20_000);
          it.call(aws.to('emr-serverless', 'GetJobRun', `${application}/jobruns/*`, { in: chance.about(2900, 0.06) }));
        }
        it.call(aws.dynamodb('UpdateItem', name('build-state')));
      };
      if (made) it.novel('backfill', build);
      else build();
    },
  };
}

/** Looks each morning which certificates end soon. */
export function certificateExpiry(world: World): FunctionModel {
  const { aws, chance } = world;
  const certificates = Array.from({ length: 13 }, () => aws.arn('acm', `certificate/${chance.uuid()}`));
  return {
    name: 'certificate-expiry',
    arrivals: world.schedule([6 * 60 + 10]),
    handle(it) {
      it.call(aws.to('acm', 'ListCertificates', '*', { in: chance.about(4900, 0.03) }));
      for (const [i, certificate] of certificates.slice(0, since(it.day, [20], 12)).entries()) {
        const look = () => it.call(aws.to('acm', 'DescribeCertificate', certificate, { in: chance.about(2600, 0.05) }));
        if (i === 12) it.novel('new-source', look);
        else look();
      }
      it.call(aws.to('cloudwatch', 'PutMetricData', '*', { out: chance.about(2200, 0.04) }));
    },
  };
}

/** Puts what developers left running to sleep, on working evenings, with a role in each of their accounts; a team got an account. */
export function sandboxSweep(world: World): FunctionModel {
  const { aws, chance } = world;
  const accounts = Array.from({ length: 6 }, () => `5${chance.digits(11)}`);
  const machines = new Map(
    accounts.map((account) => [
      account,
      Array.from({ length: 6 }, () => aws.arn('ec2', `instance/i-0${chance.hex(16)}`, aws.region, account)),
    ]),
  );
  return {
    name: 'sandbox-sweep',
    arrivals: world.schedule([18 * 60 + 30, 20 * 60 + 30], (weekday) => weekday > 0 && weekday < 6),
    handle(it) {
      for (const [i, account] of accounts.slice(0, since(it.day, [17], 5)).entries()) {
        const sweep = () => {
          const as = it.assume('sandbox-sweeper', account, 'sweep');
          it.call(aws.to('ec2', 'DescribeInstances', '*', { as, in: chance.about(18_000, 0.2) }));
          for (const machine of chance.some(machines.get(account)!, chance.whole(0, 4)))
            it.call(aws.to('ec2', 'StopInstances', machine, { as }));
        };
        if (i === 5) it.novel('new-client', sweep);
        else sweep();
      }
      it.call(aws.to('sns', 'Publish', aws.arn('sns', 'sandboxes-swept'), { out: chance.about(1500, 0.1) }));
    },
  };
}

/** Gives teams the tables that their managers have granted, a few times a day. */
export function lakeGrants(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const tables = ['sales', 'stock', 'web', 'tickets', 'campaigns'].map((it) =>
    aws.arn('lakeformation', `table/lake/${it}`),
  );
  return {
    name: 'lake-grants',
    arrivals: world.demand(16, OFFICE),
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('grant-requests'), { in: chance.about(1300, 0.15) }));
      const table = chance.zipf(tables);
      if (chance.often(0.2)) it.call(aws.to('lakeformation', 'RevokePermissions', table));
      else it.call(aws.to('lakeformation', 'GrantPermissions', table, { out: chance.about(1150, 0.1) }));
      it.call(aws.dynamodb('PutItem', name('grant-audit')));
      it.call(aws.egress('slack.com', { out: chance.about(1500, 0.1), in: chance.about(1200, 0.1) }));
    },
  };
}

/** Takes in what customers' meters have read, a file at a time; large ones are fetched in pieces. */
export function meterFiles(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'meter-files',
    arrivals: world.demand(74, DAYLIGHT, 1.1),
    deployments: [7],
    handle(it) {
      const size = chance.tail(400_000, 1.1, 60_000_000);
      const file = `readings/${it.iso()}/${chance.uuid()}.csv`;
      const take = () => {
        it.call(aws.s3('HeadObject', name('meters'), file, { in: chance.about(430, 0.05) }));
        if (size < 16_000_000) it.call(aws.s3('GetObject', name('meters'), file, { in: size }));
        else
          it.novel('multipart', () =>
            it.all(
              Array.from({ length: Math.ceil(size / 8_388_608) }, () =>
                aws.s3('GetObject', name('meters'), file, { in: chance.about(8_388_608, 0.002) }),
              ),
              4,
            ),
          );
        const rows = Math.min(100, Math.ceil(size / 200_000));
        it.call(
          aws.to('timestream', 'WriteRecords', aws.arn('timestream', 'database/energy/table/meters'), {
            items: rows,
            out: 600 + rows * chance.about(190, 0.04),
          }),
        );
        it.call(aws.dynamodb('UpdateItem', name('meter-files')));
      };
      if (chance.often(0.99)) take();
      else it.fail(aws.s3('HeadObject', name('meters'), file), 404, 'NotFound', 'not-found');
    },
  };
}
