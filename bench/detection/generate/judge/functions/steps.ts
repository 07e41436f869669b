import type { Ask } from '../ask.ts';
import type { Invocation } from '../invocation.ts';
import type { World } from '../world.ts';

/** What an invocation is about: one message, one object, one request. */
export interface Item {
  readonly tenant: string;
  readonly id: string;
}

/** One step of a flow, drawn once for a function and taken in each invocation. */
export type Step = (it: Invocation, item: Item) => void;
type Draw = (world: World, name: string) => Step;

/** Names of objects as teams make them; the same shape for a function's whole life. */
function keyShape({ chance }: World): (it: Invocation, item: Item, ago?: number) => string {
  const kind = chance.pick(['raw', 'incoming', 'processed', 'events', 'media', 'docs']);
  const end = chance.pick(['json', 'json.gz', 'parquet', 'pdf', 'csv', 'jpg', 'xml']);
  const parts = (it: Invocation, ago: number) => new Date(it.started - ago * 86_400_000).toISOString();
  return chance.pick<(it: Invocation, item: Item, ago?: number) => string>([
    (it, { tenant, id }, ago = 0) => `${tenant}/${parts(it, ago).slice(0, 10).replaceAll('-', '/')}/${id}.${end}`,
    (it, { id }, ago = 0) => `${kind}/dt=${parts(it, ago).slice(0, 10)}/hh=${it.hour}/${id}.${end}`,
    (_, { id }) => `${kind}/${id.slice(0, 2)}/${id}.${end}`,
    (_, { tenant, id }) => `${kind}/${tenant}/${id}/original.${end}`,
    (it, { id }, ago = 0) =>
      `${kind}/year=${parts(it, ago).slice(0, 4)}/month=${parts(it, ago).slice(5, 7)}/${id}.${end}`,
  ]);
}

const sized = ({ chance }: World) => {
  const least = chance.pick([800, 6000, 40_000, 300_000]);
  const shape = chance.between(1.05, 2);
  return () => chance.tail(least, shape, least * 80);
};

const readItem: Draw = ({ aws, chance }, name) => {
  const table = `${name}-${chance.pick(['state', 'profile', 'ledger', 'entities', 'jobs'])}`;
  const spread = chance.between(0.05, 0.6);
  return (it) => it.call(aws.dynamodb('GetItem', table, { in: chance.about(900, spread) }));
};

const readPages: Draw = ({ aws, chance }, name) => {
  const table = `${name}-${chance.pick(['history', 'lines', 'members', 'positions'])}`;
  const shape = chance.between(1, 3);
  return (it) => {
    for (let page = chance.tail(1, shape, 12); page > 0; page--)
      it.call(
        aws.dynamodb('Query', table, { in: chance.about(30_000, 0.6), items: page > 1 ? 100 : chance.whole(1, 100) }),
      );
  };
};

const writeItem: Draw = ({ aws, chance }, name) => {
  const operation = chance.pick(['PutItem', 'UpdateItem']);
  const table = `${name}-${chance.pick(['state', 'results', 'audit', 'counters'])}`;
  const conflicts = chance.pick([0, 0, 0.03]);
  return (it) => {
    const ask = aws.dynamodb(operation, table, { out: chance.about(1100, 0.3) });
    if (chance.often(conflicts)) it.fail(ask, 400, 'ConditionalCheckFailedException');
    else it.call(ask);
  };
};

const transact: Draw = ({ aws, chance }, name) => {
  const most = chance.whole(2, 6);
  return (it) => {
    const items = chance.whole(2, most);
    it.call(aws.dynamodb('TransactWriteItems', `${name}-ledger`, { items, out: items * chance.about(800, 0.2) }));
  };
};

const readObject: Draw = (world, name) => {
  const { aws } = world;
  const [key, size] = [keyShape(world), sized(world)];
  const missing = world.chance.pick([0, 0.004, 0.01]);
  return (it, item) => {
    const ask = aws.s3('GetObject', `${name}-inbox`, key(it, item), { in: size() });
    if (world.chance.often(missing)) it.fail(ask, 404, 'NoSuchKey', 'not-found');
    else it.call(ask);
  };
};

const writeObject: Draw = (world, name) => {
  const { aws, chance } = world;
  const [key, size] = [keyShape(world), sized(world)];
  const bucket = `${name}-${chance.pick(['out', 'store', 'derived'])}`;
  const copies = chance.pick([1, 1, 1, 3]);
  return (it, item) => {
    const object = key(it, item);
    const asks: Ask[] = Array.from({ length: copies }, (_, i) =>
      aws.s3('PutObject', bucket, copies === 1 ? object : `v${i}/${object}`, { out: size() }),
    );
    it.all(asks, copies);
  };
};

/** Yesterday's or the last hour's folder, listed and read side by side. */
export const readFolder: Draw = (world, name) => {
  const { aws, chance } = world;
  const bucket = `${name}-landing`;
  const daily = chance.often(0.5);
  const usual = chance.whole(3, 25);
  const size = sized(world);
  return (it) => {
    const at = new Date(it.started - (daily ? 86_400_000 : 3_600_000)).toISOString();
    const prefix = daily ? `drop/${at.slice(0, 10)}/` : `drop/${at.slice(0, 10)}/${at.slice(11, 13)}/`;
    it.call(aws.s3('ListObjectsV2', bucket, null, { prefix, in: chance.about(9000, 0.4) }));
    it.all(
      Array.from({ length: chance.about(usual, 0.25) }, () =>
        aws.s3('GetObject', bucket, `${prefix}${chance.ulid()}.avro`, { in: size() }),
      ),
      4,
    );
  };
};

const sendMessage: Draw = ({ aws, chance }, name) => {
  const queue = aws.arn('sqs', `${name}-${chance.pick(['next', 'todo', 'outbox'])}.fifo`);
  return (it) => it.call(aws.to('sqs', 'SendMessage', queue, { out: chance.about(1500, 0.4) }));
};

const publish: Draw = ({ aws, chance }, name) => {
  const topic = aws.arn('sns', `${name}-${chance.pick(['changed', 'done'])}`);
  return (it) => it.call(aws.to('sns', 'Publish', topic, { out: chance.about(1200, 0.2) }));
};

const putEvents: Draw = ({ aws, chance }, name) => {
  const bus = aws.arn('events', `event-bus/${name.split('-')[0]}`);
  return (it) =>
    it.call(aws.to('events', 'PutEvents', bus, { items: chance.whole(1, 3), out: chance.about(2000, 0.3) }));
};

const invoke: Draw = ({ aws, chance }, name) => {
  const target = aws.arn('lambda', `function:${name}-${chance.pick(['render', 'score', 'enrich'])}`);
  return (it) =>
    it.call(aws.to('lambda', 'Invoke', target, { action: 'InvokeFunction', ms: chance.tail(80, 1.5, 8000) }));
};

const startWorkflow: Draw = ({ aws }, name) => {
  const machine = aws.arn('states', `stateMachine:${name}-flow`);
  return (it) => it.call(aws.to('states', 'StartExecution', machine));
};

const stream: Draw = ({ aws, chance }, name) => {
  const resource = aws.arn('kinesis', `stream/${name}-feed`);
  return (it) => {
    const items = chance.tail(2, 1.2, 200);
    it.call(aws.to('kinesis', 'PutRecords', resource, { items, out: 400 + items * chance.about(500, 0.2) }));
  };
};

const callPartner: Draw = ({ aws, chance }) => {
  const hosts = chance.some(
    [
      'api.twilio.com',
      'api.sendgrid.com',
      'api.hubspot.com',
      'graph.microsoft.com',
      'api.openweathermap.org',
      'maps.googleapis.com',
      'api.adyen.com',
      'eu.posthog.com',
      'api.intercom.io',
      'api.zalando.example',
    ],
    chance.whole(1, 2),
  );
  const [out, spread] = [chance.pick([900, 2500, 8000]), chance.pick([0.1, 0.3, 0.6])];
  const flaky = chance.pick([0, 0.01, 0.04]);
  return (it) => {
    const host = chance.zipf(hosts);
    it.call(aws.egress(host, { out: chance.about(out, spread) }));
    if (chance.often(flaky)) it.novel('retry', () => it.call(aws.egress(host, { out: chance.about(out, spread) })));
  };
};

/** A database behind the Data API. */
const statement: Draw = ({ aws, chance }, name) => {
  const cluster = aws.arn('rds', `cluster:${name.split('-')[0]}-main`);
  const many = chance.whole(1, 4);
  return (it) => {
    for (let n = chance.whole(1, many); n > 0; n--)
      it.call(aws.to('rds-data', 'ExecuteStatement', cluster, { in: chance.tail(700, 1.2, 200_000) }));
  };
};

const sign: Draw = ({ aws, chance }) => {
  const [operation, key] = [
    chance.pick(['Sign', 'Decrypt', 'GenerateDataKey']),
    aws.arn('kms', `key/${chance.uuid()}`),
  ];
  return (it) => it.call(aws.to('kms', operation, key, { out: chance.about(700, 0.1) }));
};

const understand: Draw = ({ aws, chance }) => {
  const [service, operation] = chance.pick([
    ['comprehend', 'DetectEntities'],
    ['rekognition', 'DetectModerationLabels'],
    ['translate', 'TranslateText'],
    ['polly', 'SynthesizeSpeech'],
  ] as const);
  return (it) =>
    it.call(
      aws.to(service, operation, '*', {
        out: chance.about(6000, 0.5),
        in: chance.about(4000, 0.5),
        ms: chance.tail(150, 1.8, 4000),
      }),
    );
};

const mail: Draw = ({ aws, chance }, name) => {
  const identity = aws.arn('ses', `identity/${name.split('-')[0]}.example`);
  return (it) => it.call(aws.to('ses', 'SendEmail', identity, { out: chance.about(14_000, 0.3) }));
};

/** A role in a partner's account and a bucket there, with a session that is held or not. */
const partnerBucket: Draw = (world, name) => {
  const { aws, chance } = world;
  const account = `5${chance.digits(11)}`;
  const key = keyShape(world);
  const hold = chance.pick([0, 3_000_000]);
  const size = sized(world);
  return (it, item) => {
    const as = it.assume(`${name}-delivery`, account, name, hold);
    it.call(aws.s3('PutObject', `partner-${account.slice(0, 5)}-drop`, key(it, item), { as, out: size() }));
  };
};

export const metrics: Draw =
  ({ aws, chance }) =>
  (it) =>
    it.call(aws.to('cloudwatch', 'PutMetricData', '*', { out: chance.about(1400, 0.2) }));

export const STEPS: readonly Draw[] = [
  readItem,
  readPages,
  writeItem,
  transact,
  readObject,
  writeObject,
  readFolder,
  sendMessage,
  publish,
  putEvents,
  invoke,
  startWorkflow,
  stream,
  callPartner,
  statement,
  sign,
  understand,
  mail,
  partnerBucket,
];
