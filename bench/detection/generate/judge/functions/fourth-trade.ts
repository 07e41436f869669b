import type { Ask } from '../ask.ts';
import { DAYLIGHT, type FunctionModel, type World } from '../world.ts';
import { named, since } from './names.ts';

/** Sends drivers on their way: where are they, which way is the shortest. The newer version asks the newer service. */
export function driverDispatch(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const calculator = aws.arn('geo', 'route-calculator/vans');
  const settings = aws.arn('appconfig', 'application/dispatch/environment/prd/configuration/rules');
  return {
    name: 'driver-dispatch',
    arrivals: world.demand(120, DAYLIGHT, 1.1),
    deployments: [6, 20],
    handle(it) {
      if (it.cold) it.call(aws.to('appconfig', 'StartConfigurationSession', settings));
      if (it.expired('rules', 300_000))
        it.call(aws.to('appconfig', 'GetLatestConfiguration', settings, { in: chance.about(1300, 0.1) }));
      it.call(aws.dynamodb('Query', name('shifts'), { items: chance.whole(2, 9), in: chance.about(2600, 0.3) }));
      const near = { ...aws.to('geo', 'BatchGetDevicePosition', aws.arn('geo', 'tracker/vans')) };
      it.call({ ...near, items: chance.whole(2, 9), host: `tracking.geo.${aws.region}.amazonaws.com` });
      const ways = chance.tail(1, 1.6, 7);
      for (let n = 0; n < ways; n++) {
        const size = { in: chance.tail(5200, 1.4, 240_000), ms: chance.tail(60, 2, 1500) };
        if (it.version >= 3)
          it.novel('deployment', () =>
            it.call({
              ...aws.to('geo-routes', 'CalculateRoutes', `arn:aws:geo-routes:${aws.region}::provider/default`, size),
              host: `routes.geo.${aws.region}.amazonaws.com`,
            }),
          );
        else
          it.call({
            ...aws.to('geo', 'CalculateRoute', calculator, size),
            host: `routes.geo.${aws.region}.amazonaws.com`,
          });
      }
      it.call(aws.dynamodb('UpdateItem', name('orders')));
      it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'drivers-told'), { out: chance.about(1150, 0.2) }));
      if (chance.often(0.004))
        it.novel('rare-path', () => it.call(aws.to('sns', 'Publish', aws.arn('sns', 'no-driver-left'))));
    },
  };
}

/** Takes in what suppliers offer: a file with rows, written by twenty-five; what cannot be read is laid aside. */
export function supplierFeeds(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const suppliers = Array.from({ length: 13 }, () => `s${chance.digits(4)}`);
  return {
    name: 'supplier-feeds',
    arrivals: world.demand(36, DAYLIGHT, 1.1),
    deployments: [9],
    handle(it) {
      const supplier = chance.zipf(suppliers.slice(0, since(it.day, [5, 18], 11)));
      const run = () => {
        const file = `${supplier}/${it.iso()}/${chance.uuid()}.csv.gz`;
        const rows = chance.tail(20, 1.1, 900);
        const feed = aws.s3('GetObject', name('feeds'), file, { in: rows * chance.about(140, 0.15) });
        if (chance.often(0.006)) return it.fail(feed, 404, 'NoSuchKey', 'not-found');
        it.call(feed);
        if (chance.often(0.012))
          return it.novel('error-path', () => {
            it.call(aws.s3('PutObject', name('feeds-refused'), file, { out: chance.about(2600, 0.3) }));
            it.call(aws.to('sns', 'Publish', aws.arn('sns', 'feed-refused')));
          });
        const batches: Ask[] = Array.from({ length: Math.ceil(rows / 25) }, (_, i) => {
          const items = Math.min(25, rows - i * 25);
          return aws.dynamodb('BatchWriteItem', name('offers'), { items, out: 400 + items * chance.about(310, 0.08) });
        });
        it.all(batches, 3);
        it.call(aws.dynamodb('PutItem', name('feed-runs')));
        it.call(aws.to('events', 'PutEvents', aws.arn('events', 'event-bus/assortment')));
      };
      if (suppliers.indexOf(supplier) >= 12) it.novel('new-client', run);
      else run();
    },
  };
}

/** Stops writing to people whose mail comes back, or who complain. */
export function bounceHandler(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'bounce-handler',
    arrivals: world.demand(55, DAYLIGHT),
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('recipients')));
      if (chance.often(0.7))
        it.call(
          aws.to('ses', 'PutSuppressedDestination', '*', { out: chance.about(640, 0.1), in: chance.about(300, 0.1) }),
        );
      it.call(aws.dynamodb('UpdateItem', name('recipients')));
      if (chance.often(0.06)) it.call(aws.to('sns', 'Publish', aws.arn('sns', 'complaints')));
    },
  };
}

/** Tells the marketplace each hour what its customers have used; before the month ends all of it is told again. */
export function usageMeter(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'usage-meter',
    arrivals: world.schedule(Array.from({ length: 24 }, (_, hour) => hour * 60 + 6)),
    handle(it) {
      const customers = Math.round(26 + it.day * 0.25 + chance.whole(-3, 3));
      const meter = () => {
        it.call(
          aws.dynamodb('Query', name('usage'), { items: customers, in: 400 + customers * chance.about(180, 0.05) }),
        );
        for (let from = 0; from < customers; from += 25) {
          const items = Math.min(25, customers - from);
          it.call(
            aws.to('aws-marketplace', 'BatchMeterUsage', '*', {
              region: 'us-east-1',
              items,
              out: 600 + items * chance.about(150, 0.05),
              in: 400 + items * chance.about(190, 0.05),
            }),
          );
        }
        it.call(aws.dynamodb('PutItem', name('meterings')));
      };
      meter();
      const tomorrow = new Date(it.started + 86_400_000).getUTCDate();
      if (tomorrow === 1 && it.hour === '22')
        it.novel('month-end', () => {
          for (let day = 0; day < 5; day++) meter();
        });
    },
  };
}
