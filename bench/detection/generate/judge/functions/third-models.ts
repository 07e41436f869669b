import { DAYLIGHT, type FunctionModel, type World } from '../world.ts';
import { named } from './names.ts';

/** Answers staff's questions with a model; a flag sends what is long past a guardrail first. */
export function promptGateway(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const model = (id: string) => `arn:aws:bedrock:${aws.region}::foundation-model/${id}`;
  const [usual, large] = [model('amazon.nova-lite-v1:0'), model('amazon.nova-pro-v1:0')];
  const guardrail = aws.arn('bedrock', `guardrail/${chance.hex(12)}`);
  return {
    name: 'prompt-gateway',
    arrivals: world.demand(115, DAYLIGHT, 1.3),
    deployments: [5],
    handle(it) {
      if (it.cold)
        it.call(aws.to('ssm', 'GetParameters', aws.arn('ssm', 'parameter/prd/prompts/limits'), { items: 2 }));
      it.call(aws.dynamodb('GetItem', name('quotas')));
      const history = chance.often(0.7) ? chance.tail(1, 1.2, 30) : 0;
      if (history > 0)
        it.call(aws.dynamodb('Query', name('chats'), { items: history, in: 300 + history * chance.about(800, 0.3) }));
      if (it.day >= 18 && history > 3)
        it.novel('flag', () =>
          it.call(aws.to('bedrock', 'ApplyGuardrail', guardrail, { out: chance.about(3000, 0.4), ms: 240 })),
        );
      const prompt = aws.to('bedrock', 'InvokeModel', chance.often(0.88) ? usual : large, {
        out: 900 + history * chance.about(780, 0.3),
        in: chance.about(2600, 0.6),
        ms: chance.tail(700, 1.9, 15_000),
      });
      if (chance.often(0.01)) it.fail(prompt, 429, 'ThrottlingException', 'throttle');
      it.call(prompt);
      it.call(aws.dynamodb('PutItem', name('chats'), { out: chance.about(2900, 0.5) }));
      if (chance.often(0.2))
        it.call(
          aws.s3('PutObject', name('prompt-samples'), `${it.iso().replaceAll('-', '/')}/${chance.ulid()}.json`, {
            out: chance.about(6000, 0.5),
          }),
        );
      it.call(aws.dynamodb('UpdateItem', name('quotas')));
    },
  };
}

/** Scores a payment; its region was drained once, and a new version asks a new endpoint. */
export function riskScore(world: World): FunctionModel {
  const { aws, chance, otherRegion } = world;
  const name = named(world);
  const [old, next] = ['risk-v4', 'risk-v5'].map((it) => aws.arn('sagemaker', `endpoint/${it}`));
  const runtime = `runtime.sagemaker.${aws.region}.amazonaws.com`;
  return {
    name: 'risk-score',
    arrivals: world.demand(200, DAYLIGHT, 1.15),
    deployments: [5, 19],
    handle(it) {
      const drained = it.day === 22 && it.date.getUTCHours() >= 10 && it.date.getUTCHours() < 12;
      const region = drained ? otherRegion : aws.region;
      const table = (ask: () => void) => (drained ? it.novel('failover', ask) : ask());
      const features = chance.whole(3, 9);
      table(() =>
        it.call(
          aws.dynamodb('BatchGetItem', name('features'), {
            region,
            items: features,
            in: features * chance.about(650, 0.2),
          }),
        ),
      );
      if (chance.often(0.12)) {
        const ask = () =>
          it.call(aws.egress('ipqualityscore.com', { out: chance.about(1100), in: chance.about(2300) }));
        ask();
        if (chance.often(0.05)) it.novel('retry', ask);
      }
      const score = (endpoint: string) =>
        it.call({
          ...aws.to('sagemaker', 'InvokeEndpoint', endpoint, {
            out: chance.about(1900, 0.2),
            in: chance.about(340, 0.1),
            ms: 35,
          }),
          host: runtime,
        });
      if (it.version >= 3) it.novel('deployment', () => score(next!));
      else score(old!);
      table(() => it.call(aws.dynamodb('PutItem', name('decisions'), { region, out: chance.about(1500, 0.3) })));
      it.call(aws.to('kinesis', 'PutRecord', aws.arn('kinesis', 'stream/decisions'), { out: chance.about(1700, 0.3) }));
      if (chance.often(0.02)) it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'manual-review')));
    },
  };
}

/** Hands films to the transcoder; one day the old library is done again. */
export function videoStarter(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const role = `arn:aws:iam::${aws.account}:role/media-convert-prd`;
  const again = Array.from({ length: 140 }, () => world.start + (19.3 + chance.next() * 0.3) * 86_400_000);
  return {
    name: 'video-starter',
    arrivals: [...world.demand(42, DAYLIGHT), ...again].sort((a, b) => a - b),
    handle(it) {
      const old = it.day === 19 && chance.often(0.75);
      const run = () => {
        const film = old
          ? `library/${chance.whole(2019, 2023)}/${chance.digits(8)}.mov`
          : `uploads/${chance.pick(['studio', 'app', 'partner'])}/${chance.ulid()}.mov`;
        it.call(aws.s3('HeadObject', name('films'), film));
        it.call(aws.s3('GetObject', name('films'), `${film.slice(0, -4)}.json`, { in: chance.about(2400, 0.3) }));
        const job = aws.to('mediaconvert', 'CreateJob', aws.arn('mediaconvert', 'queues/Default'), {
          out: chance.about(8800, 0.15),
        });
        it.call({ ...job, access: [...job.access, { action: 'iam:PassRole', resources: [role] }] });
        it.call(aws.dynamodb('UpdateItem', name('films')));
        if (chance.often(0.01))
          it.novel('error-path', () => it.call(aws.to('sns', 'Publish', aws.arn('sns', 'film-rejected'))));
      };
      if (old) it.novel('backfill', run);
      else run();
    },
  };
}

/** Searches the catalogue; recommendations came behind a flag. */
export function searchApi(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const name = named(world);
  const domain = `search-${company}-catalogue.${aws.region}.es.amazonaws.com`;
  const campaign = aws.arn('personalize', 'campaign/also-bought');
  return {
    name: 'search-api',
    arrivals: world.demand(180, DAYLIGHT, 1.1),
    deployments: [11],
    handle(it) {
      it.call(
        aws.egress(domain, {
          out: chance.about(1500, 0.3),
          in: chance.about(18_000, 0.5),
          ms: chance.tail(20, 1.6, 2000),
        }),
      );
      const hits = chance.often(0.9) ? chance.whole(1, 24) : 0;
      if (hits > 0)
        it.call(
          aws.dynamodb('BatchGetItem', name('products'), {
            items: hits,
            in: hits * chance.about(900, 0.15),
            out: 400 + hits * 60,
          }),
        );
      if (chance.often(0.4)) it.call(aws.dynamodb('GetItem', name('prices')));
      if (it.day >= 17 && chance.often(0.3))
        it.novel('flag', () =>
          it.call(aws.to('personalize', 'GetRecommendations', campaign, { in: chance.about(1500, 0.2) })),
        );
      if (chance.often(0.25))
        it.call(
          aws.to('firehose', 'PutRecord', aws.arn('firehose', 'deliverystream/searches'), {
            out: chance.about(1000, 0.3),
          }),
        );
      if (chance.often(0.004))
        it.novel('error-path', () => it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'search-failed'))));
    },
  };
}
