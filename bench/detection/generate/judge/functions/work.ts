import { type FunctionModel, OFFICE, type World } from '../world.ts';

/** Reads what customers send in: text out of a scan, fields out of the text by a model, the rest by hand. */
export function documentIntake(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const customers = Array.from({ length: 40 }, () => `c-${chance.digits(6)}`);
  const key = aws.arn('kms', `key/${chance.uuid()}`);
  const model = `arn:aws:bedrock:${aws.region}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0`;
  return {
    name: `${company}-document-intake`,
    arrivals: world.demand(95, OFFICE, 1.2),
    deployments: [11],
    handle(it) {
      const customer = chance.zipf(customers);
      const id = chance.uuid();
      const day = it.iso().replaceAll('-', '/');
      const size = chance.tail(60_000, 1.05, 19_000_000);
      const object = `incoming/${customer}/${day}/${id}.pdf`;
      if (chance.often(0.006))
        return it.fail(aws.s3('GetObject', `${company}-intake`, object), 404, 'NoSuchKey', 'not-found');
      it.call(aws.s3('HeadObject', `${company}-intake`, object));
      it.call(aws.s3('GetObject', `${company}-intake`, object, { in: size, ms: chance.tail(30, 1.4, 4000) }));
      if (it.expired('data key', 300_000)) it.call(aws.to('kms', 'Decrypt', key));
      const pages = chance.tail(1, 1.3, 30);
      it.all(
        Array.from({ length: Math.min(pages, 12) }, () =>
          aws.to('textract', 'AnalyzeDocument', '*', {
            out: chance.about(180_000, 0.4),
            in: chance.about(42_000, 0.4),
            ms: chance.tail(900, 2, 9000),
          }),
        ),
        3,
      );
      if (chance.often(0.85))
        it.call(
          aws.to('bedrock', 'InvokeModel', model, {
            out: pages * chance.about(4200, 0.3),
            in: chance.about(3100, 0.4),
            ms: chance.tail(1500, 2, 20_000),
          }),
        );
      it.call(
        aws.s3('PutObject', `${company}-extracted`, `${customer}/${day}/${id}.json`, {
          out: pages * chance.about(7000, 0.4),
        }),
      );
      it.call(aws.dynamodb('PutItem', `${company}-documents-index`));
      if (chance.often(0.13)) it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', `${company}-manual-review`)));
    },
  };
}

/** The bot of those on call: seldom asked, and each time for something else. */
export function opsBot(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const clusters = ['core', 'edge', 'batch'];
  const groups = ['api', 'checkout', 'search', 'worker', 'gateway'].map((name) =>
    aws.arn('logs', `log-group:/ecs/${company}-${name}:*`),
  );
  return {
    name: `${company}-ops-bot`,
    arrivals: world.demand(26, OFFICE),
    handle(it) {
      if (it.cold)
        it.call(
          aws.to(
            'ssm',
            'GetParameters',
            [aws.arn('ssm', `parameter/${company}/slack/token`), aws.arn('ssm', `parameter/${company}/slack/signing`)],
            { items: 2 },
          ),
        );
      const cluster = chance.zipf(clusters);
      const drawn = chance.next();
      if (drawn < 0.4)
        for (let n = chance.whole(1, 4); n > 0; n--)
          it.call(aws.to('cloudwatch', 'GetMetricData', '*', { in: chance.about(9000, 0.6) }));
      else if (drawn < 0.7) {
        it.call(aws.to('ecs', 'ListServices', '*'));
        it.call(
          aws.to('ecs', 'DescribeServices', aws.arn('ecs', `service/${company}-${cluster}/*`), {
            in: chance.about(14_000, 0.4),
            items: chance.whole(1, 10),
          }),
        );
      } else if (drawn < 0.92) {
        const group = chance.zipf(groups);
        it.call(aws.to('logs', 'StartQuery', group));
        for (let poll = chance.whole(1, 6); poll > 0; poll--) {
          it.wait(1000);
          it.call(aws.to('logs', 'GetQueryResults', '*', { in: chance.tail(3000, 1, 400_000) }));
        }
      } else if (drawn < 0.97) {
        it.call(
          aws.to(
            'ecs',
            'UpdateService',
            aws.arn('ecs', `service/${company}-${cluster}/${chance.pick(['api', 'worker'])}`),
          ),
        );
      } else
        it.novel('error-path', () =>
          it.call(aws.to('cloudwatch', 'DescribeAlarms', '*', { in: chance.about(30_000) })),
        );
      for (let n = chance.whole(1, 2); n > 0; n--)
        it.call(aws.egress('slack.com', { out: chance.about(2400, 0.4), in: chance.about(1500, 0.2) }));
    },
  };
}

/** Turns orders into shipments at carriers, with a role in the logistics account and a queue between. */
export function shipmentWorker(world: World): FunctionModel {
  const { aws, company, chance, otherRegion } = world;
  const logistics = `9${chance.digits(11)}`;
  const carriers = ['api.dhl.com', 'onlinetools.ups.com', 'apis.fedex.com', 'api.gls.nl'];
  const table = `${company}-shipments`;
  return {
    name: `${company}-shipment-worker`,
    arrivals: world.demand(70, OFFICE, 1.1),
    deployments: [3, 20],
    handle(it) {
      const count = chance.whole(1, 5);
      // The region was drained for some hours; tables are global.
      const drained = it.day === 24 && it.date.getUTCHours() >= 9 && it.date.getUTCHours() < 13;
      const region = drained ? otherRegion : aws.region;
      const as = it.assume(`${company}-logistics-access`, logistics, 'shipment-worker', 3_000_000);
      if (it.expired('carrier keys', 1_800_000))
        it.call(
          aws.to('secretsmanager', 'GetSecretValue', aws.arn('secretsmanager', `secret:${company}/carriers-8sKd0P`)),
        );
      for (let n = 0; n < count; n++) {
        const order = chance.digits(9);
        const work = () => it.call(aws.dynamodb('GetItem', table, { region }));
        if (drained) it.novel('failover', work);
        else work();
        it.call(
          aws.to('dynamodb', 'Query', aws.arn('dynamodb', 'table/stock-levels', aws.region, logistics), {
            as,
            items: chance.whole(1, 6),
          }),
        );
        it.call(aws.egress(chance.zipf(carriers), { out: chance.about(3400, 0.4), in: chance.about(5200, 0.6) }));
        it.call(
          aws.s3('PutObject', `${company}-labels`, `labels/${it.iso()}/${order}.zpl`, { out: chance.about(5200, 0.3) }),
        );
        const write = () => it.call(aws.dynamodb('UpdateItem', table, { region }));
        if (drained) it.novel('failover', write);
        else write();
        // Since version 3 customers hear of it from an event, no longer from a queue.
        if (it.version >= 3)
          it.novel('deployment', () =>
            it.call(aws.to('events', 'PutEvents', aws.arn('events', `event-bus/${company}-shipping`))),
          );
        else it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', `${company}-shipped`)));
      }
      it.call(
        aws.to('sqs', 'DeleteMessageBatch', aws.arn('sqs', `${company}-to-ship`), {
          action: 'DeleteMessage',
          items: count,
        }),
      );
    },
  };
}

/** Cleans up after leavers once a week. */
export function leaverCleanup(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const pool = aws.arn('cognito-idp', `userpool/${aws.region}_${chance.base62(9)}`);
  return {
    name: `${company}-leaver-cleanup`,
    arrivals: world.schedule([20 * 60], (weekday) => weekday === 0),
    handle(it) {
      it.call(aws.egress('api.personio.de', { in: chance.about(20_000, 0.4) }));
      for (let n = chance.whole(0, 5); n > 0; n--) {
        it.call(aws.to('cognito-idp', 'AdminGetUser', pool));
        it.call(aws.to('cognito-idp', 'AdminDisableUser', pool));
        it.call(aws.dynamodb('DeleteItem', `${company}-staff`));
      }
    },
  };
}
