import { arnOf, REGION } from '../invocation.ts';
import { known, queue, type SampleFunction, table } from '../sample.ts';

/** An API back end: reads side by side in no fixed order, a cache that misses now and then, a campaign with baskets three times as full. */
export const storefront: SampleFunction = {
  name: 'storefront-api',
  perDay: 260,
  rush: { 19: 4 },
  run(at) {
    const { random } = at;
    if (at.cold)
      at.aws('ssm', 'GetParameters', [arnOf('ssm', 'parameter/store/flags'), arnOf('ssm', 'parameter/store/limits')], {
        items: 2,
      });
    if (at.day === 19) at.novelty = 'campaign';
    const kind = random.next();
    if (kind < 0.6) {
      const reads = [
        () => at.aws('dynamodb', 'GetItem', table('products')),
        () => at.aws('dynamodb', 'Query', table('reviews'), { bytesIn: random.size(9_000) }),
      ];
      if (random.chance(0.5)) reads.push(() => at.aws('dynamodb', 'GetItem', table('stock')));
      for (const read of random.shuffled(reads)) read();
      if (random.chance(0.04)) at.aws('dynamodb', 'Query', table('reviews'), { bytesIn: random.size(9_000) });
    } else if (kind < 0.93) {
      at.aws('dynamodb', 'BatchGetItem', table('products'), {
        items: random.int(2, at.day === 19 ? 40 : 25),
        bytesIn: random.size(12_000),
      });
    } else {
      for (let lines = random.poisson(at.day === 19 ? 4 : 1.5) + 1; lines > 0; lines--)
        at.aws('dynamodb', 'GetItem', table('stock'));
      at.aws(
        'dynamodb',
        'PutItem',
        table('baskets'),
        random.chance(0.02) ? { errorCode: 'ConditionalCheckFailedException' } : {},
      );
      at.aws('events', 'PutEvents', [arnOf('events', 'event-bus/shop')]);
    }
  },
};

/** Sends events to customers' own hosts: new ones come all the time, one host an invocation. */
export const webhooks: SampleFunction = {
  name: 'webhook-sender',
  perDay: 220,
  run(at, world) {
    const { random } = at;
    if (at.cold) at.aws('secretsmanager', 'GetSecretValue', [arnOf('secretsmanager', 'secret:hooks/signing-Ab12Cd')]);
    const host = known(at, world.hosts, 'customer-host');
    at.connect(host);
    if (random.chance(0.08)) {
      at.connect(host);
      if (random.chance(0.3)) at.aws('sqs', 'SendMessage', queue('hooks-retry'));
    }
    at.aws('dynamodb', 'UpdateItem', table('deliveries'));
    at.aws('sqs', 'DeleteMessage', queue('hooks'));
  },
};

/** Scores with a model it loads when cold, asks a foundation model where it is not sure. Version 8 adds a queue, first in a canary. */
export const scoring: SampleFunction = {
  name: 'fraud-score',
  perDay: 300,
  deployedOn: 20,
  run(at) {
    const { random } = at;
    if (at.cold)
      for (const part of ['model.onnx', 'vocab.json'])
        at.aws('s3', 'GetObject', [`arn:aws:s3:::ml-models/fraud/v12/${part}`], {
          bytesIn: random.size(30_000_000, 0.02),
        });
    at.aws('dynamodb', 'GetItem', table('cards'));
    at.aws('dynamodb', 'GetItem', table('devices'));
    if (random.chance(0.12)) {
      at.aws('bedrock', 'Converse', [`arn:aws:bedrock:${REGION}::foundation-model/anthropic.claude-haiku`], {
        bytesOut: random.size(6_000),
        bytesIn: random.size(2_000),
      });
    }
    at.aws('kinesis', 'PutRecord', [arnOf('kinesis', 'stream/scores')]);
    if (at.version === '8') {
      at.novelty = 'deployment';
      at.aws('sqs', 'SendMessage', queue('score-audit'));
    }
  },
};

/** Few invocations, mail to many; at the end of the month to all. */
export const digest: SampleFunction = {
  name: 'weekly-digest',
  perDay: 2,
  run(at) {
    const { random } = at;
    if (at.day === 13 || at.day === 27) at.novelty = at.day === 27 ? 'month-end' : null;
    at.aws('dynamodb', 'Query', table('subscribers'), { bytesIn: random.size(60_000) });
    for (let mails = random.int(20, 60) * (at.novelty === null ? 1 : 2); mails > 0; mails--)
      at.aws('ses', 'SendEmail', [arnOf('ses', 'identity/news.example.com')], { bytesOut: random.size(9_000) });
    at.aws('s3', 'PutObject', [`arn:aws:s3:::digests/${new Date(at.time).toISOString().slice(0, 10)}.html`], {
      bytesOut: random.size(40_000),
    });
  },
};

/** Before a token is made: looks the user up, sometimes migrates an old one. An outage of the table on one day: throttling and retries. */
export const tokens: SampleFunction = {
  name: 'pre-token',
  perDay: 350,
  run(at) {
    const { random } = at;
    const outage = at.day === 17 && random.chance(0.3);
    if (outage) at.novelty = 'outage';
    if (at.cold) at.aws('secretsmanager', 'GetSecretValue', [arnOf('secretsmanager', 'secret:auth/pepper-Zz81kQ')]);
    for (let tries = outage ? random.int(1, 4) : 0; tries > 0; tries--)
      at.aws('dynamodb', 'GetItem', table('users'), { errorCode: 'ProvisionedThroughputExceededException' });
    at.aws('dynamodb', 'GetItem', table('users'));
    if (random.chance(0.03)) {
      at.aws('dynamodb', 'Query', table('legacy-users'));
      at.aws('cognito-idp', 'AdminUpdateUserAttributes', [arnOf('cognito-idp', `userpool/${REGION}_AbCdEf123`)]);
    }
    at.aws('kms', 'GenerateMac', [arnOf('kms', 'key/77aa3c1d-6a1f-4d8e-8c22-90ab12cd34ef')]);
    if (random.chance(0.0015)) {
      // A rare way that training may have missed
      at.novelty ??= 'rare-path';
      at.aws('sns', 'Publish', [arnOf('sns', 'suspicious-login')]);
    }
  },
};
