import type { Ask } from '../ask.ts';
import { type FunctionModel, GLOBE, OFFICE, type World } from '../world.ts';

/** Writes a tenant's export into the tenant's own bucket in the tenant's own account, under a role that the tenant has made. */
export function tenantExport(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const tenants = Array.from({ length: 17 }, (_, i) => tenant(world, i));
  return {
    name: `${company}-tenant-export`,
    arrivals: world.demand(75, OFFICE, 1.2),
    deployments: [6],
    handle(it) {
      // Two tenants signed up during the test part, one during training.
      const known = it.day < 5 ? 13 : it.day < 17 ? 14 : it.day < 22 ? 15 : 16;
      const mine = chance.zipf(tenants.slice(0, known));
      const run = () => {
        const job = chance.uuid();
        const pages = chance.tail(1, 1.2, 24);
        it.call(aws.dynamodb('GetItem', `${company}-export-jobs`));
        for (let page = 0; page < pages; page++)
          it.call(aws.dynamodb('Query', `${company}-documents`, { in: chance.about(260_000, 0.5), items: 200 }));
        const as = it.assume(`${company}-export-writer`, mine.account, `export-${job}`);
        const key = `exports/${it.iso().replaceAll('-', '/')}/${job}.ndjson.gz`;
        const size = pages * chance.about(48_000, 0.3);
        if (size < 500_000) it.call(aws.s3('PutObject', mine.bucket, key, { as, out: size, region: mine.region }));
        else for (const ask of multipart(mine.bucket, key, size, mine.region, as)) it.call(ask);
        if (chance.often(0.015))
          return it.novel('error-path', () => {
            it.call(aws.dynamodb('UpdateItem', `${company}-export-jobs`));
            it.call(aws.to('sns', 'Publish', aws.arn('sns', `${company}-export-failed`)));
          });
        it.call(aws.dynamodb('UpdateItem', `${company}-export-jobs`));
        it.call(aws.to('states', 'SendTaskSuccess', '*', { out: chance.about(1700, 0.1) }));
      };
      if (tenants.indexOf(mine) >= 14) it.novel('new-client', run);
      else run();
    },
  };

  function multipart(bucket: string, key: string, size: number, region: string, as: Ask['as']): Ask[] {
    const parts = Math.ceil(size / 524_288);
    const signed = { region, ...(as === undefined ? {} : { as }) };
    return [
      aws.s3('CreateMultipartUpload', bucket, key, signed),
      ...Array.from({ length: parts }, () => aws.s3('UploadPart', bucket, key, { out: 524_900, ...signed })),
      aws.s3('CompleteMultipartUpload', bucket, key, { out: 400 + parts * 110, ...signed }),
    ];
  }
}

function tenant({ chance, aws, otherRegion }: World, i: number) {
  const name = `${chance.pick(['acme', 'borealis', 'cobalt', 'dunlin', 'ferrum', 'garnet', 'heron', 'ibex'])}${i}`;
  return {
    account: chance.pick(['1', '3', '5', '7']) + chance.digits(11),
    bucket: `${name}-inbound-${chance.hex(6)}`,
    region: i % 5 === 3 ? otherRegion : aws.region,
  };
}

/** Tells customers what happened: webhooks to their hosts, mail, now and then a text message. */
export function notifier(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const hosts = chance.some(
    FIRST_WORDS.flatMap((one) =>
      SECOND_WORDS.map((two) =>
        chance.pick([`hooks.${one}${two}.com`, `api.${one}-${two}.io`, `${one}.${two}.net`, `${one}${two}.app`]),
      ),
    ),
    60,
  );
  const queue = aws.arn('sqs', `${company}-notifications`);
  return {
    name: `${company}-notifier`,
    arrivals: world.demand(110, GLOBE, 1.3),
    handle(it) {
      const count = Math.min(10, chance.tail(1, 1.1, 10));
      const known = 34 + Math.floor(it.day * 0.7);
      if (it.cold)
        it.call(
          aws.to(
            'secretsmanager',
            'GetSecretValue',
            aws.arn('secretsmanager', `secret:${company}/hmac-signing-q8TfZa`),
          ),
        );
      for (let message = 0; message < count; message++) {
        it.call(aws.dynamodb('Query', `${company}-subscriptions`, { items: chance.whole(1, 5) }));
        const drawn = chance.next();
        if (drawn < 0.6) {
          const at = hosts.indexOf(chance.zipf(hosts.slice(0, known)));
          const send = () => {
            it.call(aws.egress(hosts[at]!, { out: chance.tail(900, 1.7, 40_000), in: chance.about(800, 0.5) }));
            if (chance.often(0.03))
              it.novel('retry', () => it.call(aws.egress(hosts[at]!, { out: chance.about(1500) })));
          };
          if (at >= 34 + 9) it.novel('new-client', send);
          else send();
        } else if (drawn < 0.93) {
          it.call(
            aws.to('ses', 'SendEmail', aws.arn('ses', `identity/notify.${company}.com`), {
              out: chance.about(9800, 0.4),
              items: chance.often(0.9) ? 1 : chance.whole(2, 4),
            }),
          );
        } else it.call(aws.to('sns', 'Publish', '*', { out: chance.about(780, 0.1) }));
      }
      it.call(aws.to('sqs', 'DeleteMessageBatch', queue, { action: 'DeleteMessage', items: count }));
    },
  };
}

const FIRST_WORDS = ['lumen', 'quarz', 'talweg', 'vireo', 'zinnia', 'orbit', 'pallas', 'nimbus', 'koru', 'harbour'];
const SECOND_WORDS = ['retail', 'freight', 'dental', 'bikes', 'books', 'solar', 'foods'];
