import { DAYLIGHT, type FunctionModel, type World } from '../world.ts';
import { named, since } from './names.ts';

/** Tells what happened to hosts that customers have entered; a new one every other day, before and after training. */
export function callbackDispatcher(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const hosts = Array.from({ length: 56 }, () => {
    const customer = `${chance.pick(SYLLABLES)}${chance.pick(SYLLABLES)}${chance.pick(SYLLABLES)}`;
    return chance.pick([`hooks.${customer}.com`, `api.${customer}.io`, `${customer}.example.net`, `in.${customer}.de`]);
  });
  const secret = aws.arn('secretsmanager', `secret:prd/callbacks/signing-${chance.base62(6)}`);
  return {
    name: 'callback-dispatcher',
    arrivals: world.demand(115, DAYLIGHT, 1.2),
    deployments: [6],
    handle(it) {
      if (it.cold) it.call(aws.to('secretsmanager', 'GetSecretValue', secret));
      const count = chance.tail(1, 1.3, 10);
      for (let n = 0; n < count; n++) {
        it.call(aws.dynamodb('GetItem', name('endpoints')));
        const host = chance.zipf(hosts.slice(0, 28 + Math.floor(it.day * 0.5)));
        const send = () => it.call(aws.egress(host, { out: chance.about(2100), in: chance.about(420) }));
        const deliver = () => {
          send();
          if (chance.often(0.03)) it.novel('retry', send);
        };
        if (hosts.indexOf(host) >= 28 + 7) it.novel('new-client', deliver);
        else deliver();
        it.call(aws.dynamodb('UpdateItem', name('deliveries')));
      }
      if (chance.often(0.012))
        it.novel('dlq', () => it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'callbacks-given-up'))));
      it.call(aws.to('sqs', 'DeleteMessageBatch', aws.arn('sqs', 'callbacks'), DELETE(count)));
    },
  };
}

/** A tenant's monthly statement, read and written with a session of the role that the tenant alone has. */
export function tenantStatements(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const tenants = Array.from(
    { length: 17 },
    () => `${chance.pick(SYLLABLES)}${chance.pick(SYLLABLES)}-${chance.hex(4)}`,
  );
  return {
    name: 'tenant-statements',
    arrivals: world.demand(55, DAYLIGHT, 1.15),
    deployments: [8],
    handle(it) {
      const tenant = chance.zipf(tenants.slice(0, since(it.day, [0, 3, 9, 16, 20], 13)));
      const run = () => {
        it.call(aws.dynamodb('GetItem', name('tenants')));
        const as = it.assume(`tenant-${tenant}-data`, aws.account, `statement-${chance.hex(8)}`);
        const pages = chance.tail(1, 1.4, 12);
        for (let page = 0; page < pages; page++)
          it.call(aws.dynamodb('Query', name('ledger'), { as, in: chance.about(38_000, 0.35), items: 50 }));
        const key = `${tenant}/${it.iso().slice(0, 7).replace('-', '/')}/${chance.uuid()}.pdf`;
        it.call(aws.s3('PutObject', name('statements'), key, { as, out: pages * chance.about(24_000, 0.3) }));
        it.call(aws.to('ses', 'SendEmail', aws.arn('ses', `identity/statements.${world.company}.com`), MAIL(chance)));
        it.call(aws.dynamodb('UpdateItem', name('tenants')));
        if (chance.often(0.015))
          it.novel('error-path', () => it.call(aws.to('sns', 'Publish', aws.arn('sns', 'statements-bounced'))));
      };
      if (tenants.indexOf(tenant) >= 15) it.novel('new-client', run);
      else run();
    },
  };
}

/** Takes in what partners lay down, each in a bucket of its own: looked at, copied on, removed. */
export function fileGateway(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const name = named(world);
  const partners = Array.from(
    { length: 12 },
    () => `${chance.pick(SYLLABLES)}${chance.pick(SYLLABLES)}${chance.digits(2)}`,
  );
  const queue = aws.arn('sqs', 'inbound-files');
  return {
    name: 'file-gateway',
    arrivals: world.demand(75, DAYLIGHT),
    handle(it) {
      const partner = chance.zipf(partners.slice(0, since(it.day, [0, 6, 17, 23], 8)));
      const source = `${company}-sftp-${partner}-prd`;
      const run = () => {
        const file = `out/${it.iso().replaceAll('-', '')}_${chance.pick(['ORD', 'INV', 'STK'])}_${chance.digits(6)}.csv`;
        it.call(aws.s3('HeadObject', source, file, { in: chance.about(410, 0.1) }));
        const target = chance.often(0.01) ? name('quarantine') : name('inbound');
        const size = chance.tail(8000, 1.2, 4_000_000);
        const copy = () => {
          it.call(aws.s3('GetObject', source, file, { in: size }));
          it.call(aws.s3('PutObject', target, `${partner}/${it.iso()}/${chance.uuid()}.csv`, { out: size + 600 }));
        };
        if (target === name('inbound')) copy();
        else it.novel('error-path', copy);
        it.call(aws.s3('DeleteObject', source, file));
        it.call(aws.to('sqs', 'SendMessage', queue, { out: chance.about(900, 0.2) }));
      };
      if (chance.often(0.006))
        it.fail(aws.s3('HeadObject', source, `out/${it.iso().replaceAll('-', '')}.tmp`), 404, 'NotFound', 'not-found');
      else if (partners.indexOf(partner) >= 9) it.novel('new-bucket', run);
      else run();
    },
  };
}

/** Says to the contact centre who is calling. With its last version came a newer SDK, which asks at another host of the same service. */
export function crmLookup(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const name = named(world);
  const newer = `dynamodb.${aws.region}.api.aws`;
  return {
    name: 'crm-lookup',
    arrivals: world.demand(160, DAYLIGHT, 1.1),
    deployments: [10, 20],
    handle(it) {
      const table = (operation: string, of: string, details = {}) => {
        const ask = aws.dynamodb(operation, name(of), details);
        it.call(it.version >= 3 ? { ...ask, host: newer } : ask);
      };
      table('Query', 'callers', { in: chance.about(1600, 0.4), items: chance.tail(1, 2.5, 5) });
      if (chance.often(0.3)) table('GetItem', 'tickets');
      if (chance.often(0.55)) {
        if (it.expired('token', 1_800_000)) it.call(aws.egress('login.salesforce.com', { out: 1600, in: 2900 }));
        const ask = () =>
          it.call(aws.egress(`${company}.my.salesforce.com`, { out: chance.about(1250), in: chance.about(3900) }));
        ask();
        if (chance.often(0.02)) it.novel('retry', ask);
      }
      if (chance.often(0.1)) table('PutItem', 'call-notes');
      if (chance.often(0.003))
        it.novel('rare-path', () => it.call(aws.to('sns', 'Publish', aws.arn('sns', 'vip-is-calling'))));
    },
  };
}

const DELETE = (items: number) => ({ action: 'DeleteMessage', items, out: 480 + items * 140 });
const MAIL = (chance: World['chance']) => ({ out: chance.about(5200, 0.25) });
const SYLLABLES = ['lor', 'ven', 'qua', 'tis', 'mar', 'dun', 'ost', 'fel', 'gra', 'ibe', 'zan', 'pru', 'kel', 'hux'];
