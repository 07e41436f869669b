import { arnOf } from '../../invocation.ts';
import { known, object, queue, type SampleFunction, table } from '../../sample.ts';

/** Work that somebody waits for. */

/** Each request works with the rights of its tenant's own role. */
const tenancyApi: SampleFunction = {
  name: 'tenancy-api',
  perDay: 320,
  rush: { 19: 2.5 },
  run(at, world) {
    const { random } = at;
    if (at.day === 19) at.novelty = 'campaign';
    if (at.cold) at.aws('ssm', 'GetParameters', [arnOf('ssm', 'parameter/tenancy/roles')], { items: 6 });
    const tenant = known(at, world.ids, 'new-tenant');
    const key = `ASIA${random.text(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
    at.aws('sts', 'AssumeRole', [`arn:aws:iam::210987654321:role/tenant-data`], { issuedAccessKeyId: key });
    const as = { accessKeyId: key };
    const reads = 1 + random.poisson(0.8);
    for (let i = 0; i < reads; i++)
      at.aws('dynamodb', random.pick(['GetItem', 'GetItem', 'Query']), table('tenancy-records'), {
        ...as,
        bytesIn: random.size(2_400, 0.9),
      });
    if (random.chance(0.3))
      at.aws('dynamodb', 'UpdateItem', table('tenancy-records'), {
        ...as,
        ...(random.chance(0.04) ? { errorCode: 'ConditionalCheckFailedException', status: 400 } : {}),
      });
    if (random.chance(0.2))
      at.aws('s3', 'GetObject', object(`tenancy-files/${tenant}/documents/${random.uuid()}.pdf`), {
        ...as,
        bytesIn: random.size(150_000, 0.9),
      });
    if (random.chance(0.08))
      at.aws('s3', 'PutObject', object(`tenancy-files/${tenant}/documents/${random.uuid()}.pdf`), {
        ...as,
        bytesOut: random.size(150_000, 0.9),
      });
  },
};

/** Reads at once what it needs, so the order is that of the network. */
const gateway: SampleFunction = {
  name: 'page-gateway',
  perDay: 450,
  run(at) {
    const { random } = at;
    const parts: (() => void)[] = [
      () => at.aws('dynamodb', 'GetItem', table('sessions-live')),
      () => at.aws('dynamodb', 'Query', table('page-blocks'), { bytesIn: random.size(12_000, 0.7) }),
      () =>
        at.aws('dynamodb', 'BatchGetItem', table('catalogue'), {
          items: random.int(2, 40),
          bytesIn: random.size(20_000, 0.6),
        }),
    ];
    if (random.chance(0.5)) parts.push(() => at.aws('lambda', 'Invoke', [arnOf('lambda', 'function:recommend')]));
    if (random.chance(0.15)) parts.push(() => at.connect('api.weather.example.net', { bytesIn: random.size(3_000) }));
    for (const part of random.shuffled(parts)) {
      if (random.chance(0.004))
        at.aws('dynamodb', 'Query', table('page-blocks'), {
          errorCode: 'ProvisionedThroughputExceededException',
          status: 400,
        });
      part();
    }
    if (random.chance(0.25)) at.aws('firehose', 'PutRecord', [arnOf('firehose', 'deliverystream/clicks')]);
  },
};

/** Says the same to all browsers that listen. */
const broadcaster: SampleFunction = {
  name: 'ws-broadcast',
  perDay: 260,
  run(at) {
    const { random } = at;
    at.aws('dynamodb', 'Query', table('connections'), { bytesIn: random.size(4_000, 0.8) });
    for (let i = 1 + random.poisson(3) + (random.chance(0.03) ? random.int(8, 25) : 0); i > 0; i--) {
      const id = `${random.text(15, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')}=`;
      const gone = random.chance(0.04);
      at.aws('execute-api', 'PostToConnection', [arnOf('execute-api', `k2j9x7/prod/POST/@connections/${id}`)], {
        bytesOut: random.size(900, 0.5),
        ...(gone ? { errorCode: 'GoneException', status: 410 } : {}),
      });
      if (gone) at.aws('dynamodb', 'DeleteItem', table('connections'));
    }
  },
};

/** Signs people in: what an attacker would do, too, is its daily work. */
const signIn: SampleFunction = {
  name: 'sign-in',
  perDay: 300,
  deployedOn: 20,
  run(at) {
    const { random } = at;
    const pool = [arnOf('cognito-idp', 'userpool/us-west-2_Ab12Cd34')];
    if (at.cold) at.aws('secretsmanager', 'GetSecretValue', [arnOf('secretsmanager', 'secret:sign-in/client-Xy12Zw')]);
    at.aws(
      'cognito-idp',
      'AdminInitiateAuth',
      pool,
      random.chance(0.06) ? { errorCode: 'NotAuthorizedException', status: 400 } : {},
    );
    if (random.chance(0.85)) at.aws('cognito-idp', 'AdminGetUser', pool);
    if (random.chance(0.03)) at.aws('cognito-idp', 'AdminCreateUser', pool);
    at.aws('dynamodb', 'PutItem', table('sign-in-audit'));
    if (random.chance(0.1)) at.connect('api.breach-check.example.com', { bytesOut: 600, bytesIn: random.size(30_000) });
    if (at.version === '8') {
      at.novelty = 'deployment';
      at.aws('frauddetector', 'GetEventPrediction', [arnOf('frauddetector', 'detector/sign-in')]);
      at.novelty = null;
    }
  },
};

/** Fetches what its users have asked it to watch: hosts of anybody. */
const watcher: SampleFunction = {
  name: 'page-watch',
  perDay: 150,
  run(at, world) {
    const { random } = at;
    at.aws('dynamodb', 'Query', table('watches'), { bytesIn: random.size(6_000, 0.6) });
    for (let i = random.int(1, 4); i > 0; i--) {
      const before = at.novelty;
      const host = known(at, world.hosts, 'customer-host').replace('hooks.', 'www.');
      at.connect(host, { bytesOut: random.size(900), bytesIn: random.size(90_000, 1) });
      at.novelty = before;
      at.aws('s3', 'PutObject', object(`page-watch-cache/${random.hex(2)}/${random.hex(40)}.html.gz`), {
        bytesOut: random.size(30_000, 0.9),
      });
      if (random.chance(0.2)) at.aws('ses', 'SendEmail', [arnOf('ses', 'identity/watch.example.org')]);
    }
    at.aws('dynamodb', 'UpdateItem', table('watches'));
  },
};

/** One message, one job; what fails goes aside. */
const worker: SampleFunction = {
  name: 'fan-out-worker',
  perDay: 380,
  rush: { 17: 4 },
  run(at) {
    const { random } = at;
    if (at.day === 17) at.novelty = 'back-fill';
    for (let i = random.pick([1, 1, 1, 2, 3, 5, 10]); i > 0; i--) {
      const job = random.text(26, '0123456789ABCDEFGHJKMNPQRSTVWXYZ');
      at.aws('s3', 'GetObject', object(`jobs-in/pending/${job}/input.json`), { bytesIn: random.size(8_000, 0.8) });
      if (random.chance(0.02)) {
        at.aws('sqs', 'SendMessage', queue('jobs-failed'));
        continue;
      }
      at.aws('lambda', 'Invoke', [arnOf('lambda', 'function:render:live')], { bytesIn: random.size(1_500) });
      at.aws('s3', 'PutObject', object(`jobs-out/done/${job}/result.json`), { bytesOut: random.size(16_000, 0.9) });
      at.aws('dynamodb', 'UpdateItem', table('job-state'));
    }
  },
};

export const services: readonly SampleFunction[] = [tenancyApi, gateway, broadcaster, signIn, watcher, worker];
