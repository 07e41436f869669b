import type { Ask } from '../ask.ts';
import { DAYLIGHT, type FunctionModel, type World } from '../world.ts';
import { named, since } from './names.ts';

/** Looks for malware in what was uploaded, with definitions that it renews every other hour. */
export function malwareScan(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'malware-scan',
    arrivals: world.demand(130, DAYLIGHT, 1.1),
    deployments: [8],
    handle(it) {
      if (it.expired('definitions', 7_200_000))
        it.call(
          aws.s3('GetObject', name('av-definitions'), 'current/daily.cvd', { in: chance.about(61_000_000, 0.02) }),
        );
      const key = `${chance.zipf(['forms', 'claims', 'support'])}/${it.iso()}/${chance.uuid()}`;
      const upload = aws.s3('GetObject', name('intake'), key, { in: chance.tail(40_000, 1.1, 25_000_000) });
      if (chance.often(0.007)) return it.fail(upload, 404, 'NoSuchKey', 'not-found');
      it.call(upload);
      if (chance.often(0.991))
        it.call(
          aws.s3('PutObjectTagging', name('intake'), key, { out: chance.about(760, 0.08), in: chance.about(310, 0.1) }),
        );
      else
        it.novel('error-path', () => {
          it.call(aws.copy(name('intake'), name('intake-infected'), key));
          it.call(aws.s3('DeleteObject', name('intake'), key));
          it.call(aws.to('sns', 'Publish', aws.arn('sns', 'malware-found')));
        });
      it.call(aws.dynamodb('UpdateItem', name('uploads')));
    },
  };
}

/** Reads texts aloud; what was read before lies in a bucket. One noon the voice came from another region. */
export function readAloud(world: World): FunctionModel {
  const { aws, chance, otherRegion } = world;
  const name = named(world);
  return {
    name: 'read-aloud',
    arrivals: world.demand(105, DAYLIGHT),
    handle(it) {
      const away = it.day === 20 && it.date.getUTCHours() >= 12 && it.date.getUTCHours() < 14;
      const key = `voice/${chance.pick(['de', 'en', 'en', 'fr'])}/${chance.hex(40)}.mp3`;
      const look = aws.s3('HeadObject', name('audio'), key, { in: chance.about(420, 0.1) });
      if (chance.often(0.62)) it.call(look);
      else {
        it.fail(look, 404, 'NotFound');
        const letters = chance.about(900, 0.6);
        const speak = () =>
          it.call(
            aws.to('polly', 'SynthesizeSpeech', '*', {
              ...(away ? { region: otherRegion } : {}),
              out: 500 + letters,
              in: letters * chance.about(260, 0.1),
              ms: chance.tail(180, 1.9, 4000),
            }),
          );
        if (away) it.novel('failover', speak);
        else speak();
        it.call(aws.s3('PutObject', name('audio'), key, { out: letters * chance.about(260, 0.1) }));
      }
      it.call(aws.dynamodb('UpdateItem', name('plays')));
    },
  };
}

/** Recordings of calls: handed in to be written down, or taken up when that is done and put away. */
export function callTranscripts(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  return {
    name: 'call-transcripts',
    arrivals: world.demand(88, DAYLIGHT, 1.1),
    deployments: [7],
    handle(it) {
      const call = `${it.iso()}/${chance.uuid()}`;
      if (chance.often(0.5)) {
        it.call(aws.s3('HeadObject', name('recordings'), `${call}.wav`, { in: chance.about(440, 0.1) }));
        it.call(aws.to('transcribe', 'StartTranscriptionJob', '*', { out: chance.about(1150, 0.1) }));
        it.call(aws.dynamodb('PutItem', name('calls')));
        return;
      }
      it.call(aws.s3('GetObject', name('transcripts'), `${call}.json`, { in: chance.tail(16_000, 1.4, 900_000) }));
      if (it.day >= 17 && chance.often(0.3))
        it.novel('flag', () =>
          it.call(
            aws.to('comprehend', 'DetectPiiEntities', '*', {
              out: chance.about(4800, 0.3),
              in: chance.about(1900, 0.4),
            }),
          ),
        );
      it.call(aws.copy(name('recordings'), name('recordings-kept'), `${call}.wav`));
      it.call(aws.s3('DeleteObject', name('recordings'), `${call}.wav`));
      it.call(aws.dynamodb('UpdateItem', name('calls'), { out: chance.about(2300, 0.4) }));
    },
  };
}

/** Looks whether somebody is who the papers say; the list of the sanctioned is a vendor's, which was down twice. */
export function identityCheck(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const faces = aws.arn('rekognition', 'collection/applicants');
  const down = [8, 21].map((day) => world.start + (day + chance.between(0.35, 0.6)) * 86_400_000);
  return {
    name: 'identity-check',
    arrivals: world.demand(60, DAYLIGHT, 1.15),
    deployments: [11],
    handle(it) {
      const person = chance.ulid();
      const [papers, face] = ['front.jpg', 'selfie.jpg'].map((file) =>
        aws.s3('GetObject', name('papers'), `applicants/${person}/${file}`, { in: chance.about(1_400_000, 0.5) }),
      );
      it.call(papers!);
      it.call(face!);
      const image = { out: chance.about(1_300_000, 0.4), ms: chance.tail(300, 2, 4000) };
      it.call(aws.to('rekognition', 'DetectText', '*', { ...image, in: chance.about(9000, 0.4) }));
      it.call(aws.to('rekognition', 'CompareFaces', '*', { ...image, in: chance.about(2600, 0.2) }));
      if (chance.often(0.9))
        it.call(aws.to('rekognition', 'SearchFacesByImage', faces, { ...image, in: chance.about(1500, 0.3) }));
      const sanctions = () =>
        it.call(aws.egress('api.sanctions.io', { out: chance.about(950, 0.15), in: chance.about(2100, 0.4) }));
      const outage = down.some((from) => it.started >= from && it.started < from + 2 * 3_600_000);
      sanctions();
      if (chance.often(outage ? 0.7 : 0.01))
        it.novel(outage ? 'outage' : 'retry', () => {
          for (let n = chance.whole(1, outage ? 3 : 1); n > 0; n--) sanctions();
        });
      it.call(aws.dynamodb('PutItem', name('identity-checks'), { out: chance.about(2400, 0.3) }));
      if (chance.often(0.08)) it.call(aws.to('sqs', 'SendMessage', aws.arn('sqs', 'identity-by-hand')));
    },
  };
}

/** Writes the pages that editors have changed and tells the edge; one day all of a section is written again. */
export function sitePublisher(world: World): FunctionModel {
  const { aws, company, chance } = world;
  const name = named(world);
  const distribution = `arn:aws:cloudfront::${aws.account}:distribution/E${chance.base32(13)}`;
  const again = Array.from({ length: 110 }, () => world.start + (22.3 + chance.next() * 0.2) * 86_400_000);
  return {
    name: 'site-publisher',
    arrivals: [...world.demand(48, DAYLIGHT), ...again].sort((a, b) => a - b),
    deployments: [10],
    handle(it) {
      const all = it.day === 22 && again.includes(it.started);
      const publish = () => {
        it.call(aws.dynamodb('GetItem', name('articles'), { in: chance.about(9000, 0.6) }));
        it.call(aws.dynamodb('Query', name('articles'), { in: chance.about(4200, 0.4), items: 10 }));
        const page = `${chance.pick(['news', 'guides', 'press'])}/${it.iso(all ? chance.whole(200, 1500) : 0).slice(0, 7)}/${chance.hex(12)}`;
        const files = ['index.html', 'amp.html', 'og.png'].map((file) =>
          aws.s3('PutObject', `www.${company}.com`, `${page}/${file}`, { out: chance.about(38_000, 0.5) }),
        );
        it.all(files.slice(0, chance.often(0.7) ? 2 : 3), 2);
        it.call(aws.to('cloudfront', 'CreateInvalidation', distribution, { out: chance.about(980, 0.1) }));
        it.call(aws.dynamodb('UpdateItem', name('articles')));
      };
      if (all) it.novel('backfill', publish);
      else publish();
    },
  };
}

/** Makes documents findable for an assistant: cut up, turned into vectors, put into an index. A further source joined. */
export function knowledgeIndexer(world: World): FunctionModel {
  const { aws, chance } = world;
  const name = named(world);
  const model = `arn:aws:bedrock:${aws.region}::foundation-model/amazon.titan-embed-text-v2:0`;
  const index = aws.arn('s3vectors', `bucket/${name('knowledge')}/index/documents`);
  return {
    name: 'knowledge-indexer',
    arrivals: world.demand(50, DAYLIGHT, 1.1),
    deployments: [5],
    handle(it) {
      const source = chance.zipf(['wiki', 'tickets', 'contracts', 'policies'].slice(0, since(it.day, [18], 3)));
      const run = () => {
        const document = `${source}/${it.iso()}/${chance.uuid()}.html`;
        it.call(aws.s3('GetObject', name('knowledge'), document, { in: chance.tail(14_000, 1.2, 3_000_000) }));
        const pieces = chance.tail(1, 1.2, 40);
        const vectors: Ask[] = Array.from({ length: pieces }, () =>
          aws.to('bedrock', 'InvokeModel', model, {
            out: chance.about(2700, 0.2),
            in: chance.about(21_500, 0.02),
            ms: chance.tail(70, 2, 1500),
          }),
        );
        it.all(vectors, 4);
        it.call({
          ...aws.to('s3vectors', 'PutVectors', index, {
            items: pieces,
            out: 700 + pieces * chance.about(11_800, 0.03),
          }),
          host: `s3vectors.${aws.region}.api.aws`,
        });
        it.call(aws.dynamodb('PutItem', name('documents')));
      };
      if (source === 'policies') it.novel('new-source', run);
      else run();
    },
  };
}
