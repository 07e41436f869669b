import type { Ask } from '../ask.ts';
import { DAYLIGHT, EVENING, type FunctionModel, GLOBE, type World } from '../world.ts';
import { mostlyOne, named, since } from './names.ts';

/** Temperatures of freezers in supermarkets: a batch of values, an alarm where one thaws. In a drained region they went to the other. */
export function freezerReadings(world: World): FunctionModel {
  const { aws, chance, otherRegion } = world;
  const name = named(world);
  return {
    name: 'freezer-readings',
    arrivals: world.demand(170, GLOBE),
    deployments: [9],
    handle(it) {
      const away = it.day === 20 && it.date.getUTCHours() >= 10 && it.date.getUTCHours() < 12;
      const region = away ? otherRegion : aws.region;
      const batch = () => {
        const items = chance.tail(3, 1.3, 10);
        for (let n = mostlyOne(world); n > 0; n--)
          it.call(
            aws.to('iotsitewise', 'BatchPutAssetPropertyValue', '*', {
              region,
              items,
              out: 500 + items * chance.about(210, 0.05),
            }),
          );
        it.call(aws.dynamodb('UpdateItem', name('freezers'), { region }));
      };
      if (away) it.novel('failover', batch);
      else batch();
      if (chance.often(0.012)) it.call(aws.to('sns', 'Publish', aws.arn('sns', 'freezer-thaws')));
    },
  };
}

/** Sets goods aside for orders, a batch from a queue that keeps its order; what somebody else holds comes again later. */
export function stockReserve(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const queue = aws.arn('sqs', 'reservations.fifo');
  return {
    name: 'stock-reserve',
    arrivals: world.demand(155, DAYLIGHT, 1.15),
    deployments: [6, 17],
    handle(it) {
      const orders = chance.tail(1, 1.5, 10);
      for (let order = 0; order < orders; order++) {
        const reserve = aws.dynamodb('UpdateItem', name('stock'), { out: chance.about(760, 0.1) });
        if (chance.often(0.025)) {
          it.fail(reserve, 400, 'ConditionalCheckFailedException');
          it.call(aws.to('sqs', 'ChangeMessageVisibility', queue));
          continue;
        }
        it.call(reserve);
        it.call(aws.dynamodb('PutItem', name('reservations')));
        if (it.version >= 3 && chance.often(0.9))
          it.novel('deployment', () => it.call(aws.to('sns', 'Publish', aws.arn('sns', 'goods-set-aside'))));
      }
      it.call(aws.to('sqs', 'DeleteMessageBatch', queue, { action: 'DeleteMessage', items: orders }));
    },
  };
}

/** Walks from a new account to those that share its phone, its card, its address, in a graph. */
export function fraudRings(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const cluster = aws.arn('neptune-db', `cluster-${chance.base32(26)}/database`);
  const host = `rings.cluster-c${chance.hex(11)}.${aws.region}.neptune.amazonaws.com`;
  return {
    name: 'fraud-rings',
    arrivals: world.demand(90, DAYLIGHT, 1.1),
    deployments: [13],
    handle(it) {
      for (let n = mostlyOne(world); n > 0; n--)
        it.call({
          ...aws.to('neptune-db', 'ExecuteOpenCypherQuery', cluster, {
            action: 'ReadDataViaQuery',
            out: chance.about(1050, 0.08),
            in: chance.tail(700, 1.3, 90_000),
            ms: chance.tail(15, 1.5, 4000),
          }),
          host,
        });
      it.call(aws.dynamodb('PutItem', name('ring-scores'), { out: chance.about(980, 0.1) }));
      if (chance.often(0.04)) it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'rings-to-look-at')));
      if (chance.often(0.005))
        it.novel('dlq', () => it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'rings-failed'))));
    },
  };
}

/** Events from Kafka into files, a folder for each topic; the schema is looked up when cold. A fifth topic joined. */
export function kafkaSink(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const topics = ['orders', 'payments', 'shipments', 'returns', 'loyalty'];
  return {
    name: 'kafka-sink',
    arrivals: world.demand(160, GLOBE, 1.1),
    deployments: [8],
    handle(it) {
      if (it.cold)
        it.call(
          aws.to('glue', 'GetSchemaVersion', aws.arn('glue', 'schema/shop/events'), { in: chance.about(5200, 0.1) }),
        );
      const topic = chance.zipf(topics.slice(0, since(it.day, [21], 4)));
      const land = () => {
        const size = chance.tail(6000, 1.2, 5_000_000);
        const file = `topics/${topic}/${it.iso()}/${it.hour}/${chance.ulid()}.avro`;
        it.call(aws.s3('PutObject', name('event-lake'), file, { out: size }));
        it.call(aws.dynamodb('UpdateItem', name('offsets')));
      };
      if (topic === 'loyalty') it.novel('new-source', land);
      else land();
      if (chance.often(0.006))
        it.novel('dlq', () =>
          it.call(aws.s3('PutObject', name('event-lake'), `unreadable/${topic}/${it.iso()}/${chance.ulid()}.bin`)),
        );
    },
  };
}

/** Features of customers as they change: into the store of features, a row a customer. A later version keeps a second group. */
export function featureWriter(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const host = `featurestore-runtime.sagemaker.${aws.region}.amazonaws.com`;
  const write = (group: string): Ask => ({
    ...aws.to('sagemaker', 'PutRecord', aws.arn('sagemaker', `feature-group/${group}`), {
      out: chance.about(1480, 0.08),
    }),
    host,
  });
  return {
    name: 'feature-writer',
    arrivals: world.demand(135, DAYLIGHT, 1.1),
    deployments: [6, 20],
    handle(it) {
      it.call(aws.dynamodb('Query', name('visits'), { items: chance.tail(2, 1.4, 80), in: chance.about(4800, 0.4) }));
      for (let n = mostlyOne(world); n > 0; n--) it.call(write('customers'));
      if (it.version >= 3) it.novel('deployment', () => it.call(write('baskets')));
    },
  };
}

/** Documents of trading partners, each with an inbox of its own: listed, handed to the transformer, asked about until it is done, put where orders are read. Partners join. */
export function ediInbound(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const partners = Array.from({ length: 21 }, () => `gln-${chance.digits(13)}`);
  const transformer = aws.arn('b2bi', `transformer/tr-${chance.hex(17)}`);
  return {
    name: 'edi-inbound',
    arrivals: world.demand(80, DAYLIGHT, 1.1),
    deployments: [10],
    handle(it) {
      const partner = chance.zipf(partners.slice(0, since(it.day, [6, 15, 20], 18)));
      const take = () => {
        const inbox = `${partner}/in/${it.iso()}/`;
        it.call(aws.s3('ListObjectsV2', name('edi'), null, { prefix: inbox, in: chance.about(1400, 0.2) }));
        const file = `${chance.digits(9)}.edi`;
        const size = chance.tail(2400, 1.2, 2_000_000);
        const document = aws.s3('GetObject', name('edi'), `${inbox}${file}`, { in: size });
        if (chance.often(0.006)) return it.fail(document, 404, 'NoSuchKey', 'not-found');
        it.call(document);
        it.call(aws.to('b2bi', 'StartTransformerJob', transformer, { out: chance.about(980, 0.06) }));
        for (let poll = chance.whole(1, 3); poll > 0; poll--) {
          it.wait(2000);
          it.call(aws.to('b2bi', 'GetTransformerJob', transformer, { in: chance.about(610, 0.06) }));
        }
        it.call(
          aws.s3('PutObject', name('edi-orders'), `${partner}/${it.iso()}/${file.replace('edi', 'json')}`, {
            out: Math.round(size * chance.between(1.8, 2.3)),
          }),
        );
      };
      if (partners.indexOf(partner) >= 19) it.novel('new-client', take);
      else take();
    },
  };
}

/** Hands letters to a printer who posts them; a batch that failed in March was posted again one morning. */
export function letterDispatch(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const again = Array.from({ length: 75 }, () => world.start + (22.3 + chance.next() * 0.1) * 86_400_000);
  return {
    name: 'letter-dispatch',
    arrivals: [...world.demand(66, DAYLIGHT), ...again].sort((a, b) => a - b),
    deployments: [13],
    handle(it) {
      const made = it.day === 22 && again.includes(it.started);
      const post = () => {
        const size = chance.about(140_000, 0.3);
        const letter = `out/${it.iso(made ? chance.whole(20, 24) : 0)}/${chance.uuid()}.pdf`;
        it.call(aws.s3('GetObject', name('letters'), letter, { in: size }));
        it.call(aws.egress('api.brief-versand.example', { out: Math.round(size * 1.37), in: chance.about(1900, 0.1) }));
        it.call(aws.dynamodb('UpdateItem', name('letters')));
        it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'letters-posted'), { out: chance.about(900, 0.06) }));
      };
      if (made) it.novel('backfill', post);
      else post();
    },
  };
}

/** Cuts what is worth seeing again out of live matches: the channel is looked at, a cut is ordered, told to the apps. */
export function liveClipper(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const channels = Array.from({ length: 4 }, () => aws.arn('medialive', `channel:${chance.digits(7)}`));
  return {
    name: 'live-clipper',
    arrivals: world.demand(58, EVENING),
    deployments: [7],
    handle(it) {
      const channel = chance.zipf(channels);
      it.call(aws.to('medialive', 'DescribeChannel', channel, { in: chance.about(11_000, 0.1) }));
      for (let n = mostlyOne(world); n > 0; n--)
        it.call(
          aws.to('mediapackage', 'CreateHarvestJob', aws.arn('mediapackage', 'harvest_jobs/*'), {
            out: chance.about(1180, 0.07),
          }),
        );
      it.call(aws.dynamodb('PutItem', name('clips'), { out: chance.about(1100, 0.1) }));
      if (chance.often(0.6)) it.call(aws.to('sns', 'Publish', aws.arn('sns', 'new-clips')));
      if (chance.often(0.01))
        it.novel('error-path', () => it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'clips-failed'))));
    },
  };
}
