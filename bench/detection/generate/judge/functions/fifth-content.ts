import type { Ask } from '../ask.ts';
import { DAYLIGHT, EVENING, type FunctionModel, type World } from '../world.ts';
import { mostlyOne, named } from './names.ts';

/** Sets a book of somebody's photos for the printer: large books go up in parts. One day those of a week were set again. */
export function photoBook(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const again = Array.from({ length: 60 }, () => world.start + (23.35 + chance.next() * 0.15) * 86_400_000);
  return {
    name: 'photo-book',
    arrivals: [...world.demand(44, EVENING), ...again].sort((a, b) => a - b),
    deployments: [7],
    handle(it) {
      const set = () => {
        const book = chance.ulid();
        const photos = chance.tail(12, 1.6, 90);
        it.call(aws.dynamodb('Query', name('books'), { items: photos, in: photos * chance.about(260, 0.1) }));
        const sources: Ask[] = Array.from({ length: photos }, () =>
          aws.s3('GetObject', name('photos'), `albums/${chance.ulid()}/${chance.uuid()}.jpg`, {
            in: chance.about(2_300_000, 0.5),
          }),
        );
        it.all(sources, 6);
        const print = `books/${it.iso()}/${book}.pdf`;
        if (photos < 70)
          it.call(aws.s3('PutObject', name('prints'), print, { out: photos * chance.about(420_000, 0.1) }));
        else
          it.novel('multipart', () => {
            it.call(aws.s3('CreateMultipartUpload', name('prints'), print));
            const parts = Array.from({ length: Math.ceil(photos / 20) }, () =>
              aws.s3('UploadPart', name('prints'), print, { out: chance.about(8_388_608, 0.001) }),
            );
            it.all(parts, 3);
            it.call(aws.s3('CompleteMultipartUpload', name('prints'), print));
          });
        it.call(aws.dynamodb('UpdateItem', name('books')));
        it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'to-the-printer'), { out: chance.about(1250, 0.15) }));
      };
      if (it.day === 23 && again.includes(it.started)) it.novel('backfill', set);
      else set();
    },
  };
}

/** Pieces of a map with what is drawn upon them; at sea there are none. One noon they came from the replica. */
export function mapTiles(world: World): FunctionModel {
  const { aws, chance, otherRegion } = world;
  const name = named(world);
  return {
    name: 'map-tiles',
    arrivals: world.demand(180, DAYLIGHT, 1.1),
    deployments: [3, 17],
    handle(it) {
      const away = it.day === 21 && it.date.getUTCHours() >= 11 && it.date.getUTCHours() < 13;
      const zoom = chance.whole(9, 16);
      // Somewhere in the country.
      const [x, y] = [0.52, 0.32].map((edge) => Math.floor(2 ** zoom * (edge + 0.02 * chance.next())));
      const look = (dx: number) => {
        const [bucket, region] = away ? [name('tiles-replica'), otherRegion] : [name('tiles'), aws.region];
        const tile = aws.s3('GetObject', bucket, `base/v4/${zoom}/${x! + dx}/${y}.pbf`, {
          region,
          in: chance.about(24_000, 0.6),
        });
        if (chance.often(0.03)) it.fail(tile, 404, 'NoSuchKey');
        else it.call(tile);
      };
      const tiles = chance.tail(1, 1.7, 9);
      const all = () => {
        for (let i = 0; i < tiles; i++) look(i);
      };
      if (away) it.novel('failover', all);
      else all();
      it.call(aws.dynamodb('Query', name('map-pins'), { items: chance.tail(1, 1.2, 60), in: chance.about(3300, 0.5) }));
    },
  };
}

/** Opens a dashboard to who is signed in, with a role that may do just that. */
export function dashboardEmbed(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const dashboards = Array.from({ length: 6 }, () => aws.arn('quicksight', `dashboard/${chance.uuid()}`));
  return {
    name: 'dashboard-embed',
    arrivals: world.demand(72, DAYLIGHT),
    deployments: [8],
    handle(it) {
      it.call(aws.dynamodb('GetItem', name('seats')));
      if (chance.often(0.03)) return;
      const as = it.assume('dashboards-reader', aws.account, `seat-${chance.digits(6)}`);
      for (let n = mostlyOne(world); n > 0; n--)
        it.call(
          aws.to('quicksight', 'GetDashboardEmbedUrl', chance.zipf(dashboards), {
            as,
            out: chance.about(1900, 0.05),
            in: chance.about(1400, 0.05),
          }),
        );
      if (chance.often(0.35)) it.call(aws.dynamodb('UpdateItem', name('seats')));
    },
  };
}

/** Publishes what is switched on to the apps, a bucket for each, and to the edge; an app for televisions came out. */
export function flagPublisher(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const store = `arn:aws:cloudfront::${aws.account}:key-value-store/${chance.uuid()}`;
  const host = `${aws.account}.cloudfront-kvs.global.api.aws`;
  return {
    name: 'flag-publisher',
    arrivals: world.demand(52, DAYLIGHT),
    deployments: [10],
    handle(it) {
      it.call(aws.dynamodb('Query', name('flags'), { items: chance.whole(20, 34), in: chance.about(9800, 0.15) }));
      const publish = (app: string) =>
        it.call(aws.s3('PutObject', name(`${app}-config`), 'flags/current.json', { out: chance.about(6400, 0.1) }));
      for (const app of ['web', 'ios', 'android']) publish(app);
      if (it.day >= 16) it.novel('new-client', () => publish('tv'));
      const edge = (operation: string, details = {}) =>
        it.call({
          ...aws.to('cloudfront-keyvaluestore', operation, store, { region: 'us-east-1', ...details }),
          host,
        });
      edge('DescribeKeyValueStore', { in: chance.about(480, 0.05) });
      for (let n = mostlyOne(world); n > 0; n--)
        edge('UpdateKeys', { out: chance.about(1500, 0.3), items: chance.whole(1, 6) });
      if (chance.often(0.12)) it.call(aws.to('sns', 'Publish', aws.arn('sns', 'flags-changed')));
    },
  };
}
