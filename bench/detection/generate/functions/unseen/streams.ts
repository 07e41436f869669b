import { arnOf } from '../../invocation.ts';
import { dated, known, object, queue, type SampleFunction, table } from '../../sample.ts';

/** Work that comes with data: streams, uploads, steps of a workflow. */

/** A task of a state machine: its data lies under the execution's name. */
const stepTask: SampleFunction = {
  name: 'approve-step',
  perDay: 110,
  run(at) {
    const { random } = at;
    const execution = random.uuid();
    at.aws('s3', 'GetObject', object(`workflow-state/loan-approval/${execution}/collect/output.json`), {
      bytesIn: random.size(14_000, 0.6),
    });
    at.aws('dynamodb', 'GetItem', table('applicants'));
    for (let i = random.poisson(0.7); i > 0; i--) at.aws('states', 'SendTaskHeartbeat', ['*']);
    at.connect('score.bureau.example.com', { bytesOut: random.size(2_000), bytesIn: random.size(5_000, 0.5) });
    at.aws('s3', 'PutObject', object(`workflow-state/loan-approval/${execution}/approve/output.json`), {
      bytesOut: random.size(15_000, 0.6),
    });
    if (random.chance(0.05)) at.aws('states', 'SendTaskFailure', ['*']);
    else at.aws('states', 'SendTaskSuccess', ['*'], { bytesOut: random.size(1_200) });
  },
};

/** Takes a stream's records into a table; what was there already is refused, and that is normal. */
const projector: SampleFunction = {
  name: 'ledger-projector',
  perDay: 420,
  run(at) {
    const { random } = at;
    const outage = at.day === 23 && new Date(at.time).getUTCHours() >= 12 && new Date(at.time).getUTCHours() < 15;
    if (outage) at.novelty = 'outage';
    for (let i = 1 + random.poisson(2); i > 0; i--) {
      if (outage && random.chance(0.6)) {
        at.aws('dynamodb', 'TransactWriteItems', table('ledger'), { errorCode: 'InternalServerError', status: 500 });
        continue;
      }
      at.aws('dynamodb', 'TransactWriteItems', table('ledger'), {
        items: random.int(2, 6),
        ...(random.chance(0.07) ? { errorCode: 'TransactionCanceledException', status: 400 } : {}),
      });
    }
    if (random.chance(0.3))
      at.aws('events', 'PutEvents', [arnOf('events', 'event-bus/ledger')], { items: random.int(1, 10) });
    if (random.chance(0.005)) at.aws('sqs', 'SendMessage', queue('ledger-aside'));
  },
};

/** Looks at each picture that comes; few are held back. Its next version writes its labels elsewhere and asks another service. */
const moderation: SampleFunction = {
  name: 'picture-moderation',
  perDay: 210,
  deployedOn: 19,
  run(at, world) {
    const { random } = at;
    const owner = known(at, world.numbers, 'new-tenant');
    const picture = `user-pictures/${owner}/${random.id(22)}.${random.pick(['jpg', 'jpg', 'png', 'heic'])}`;
    at.aws('s3', 'GetObject', object(picture), { bytesIn: random.size(2_000_000, 0.7) });
    if (at.version === '8') {
      at.novelty = 'deployment';
      at.aws('bedrock', 'InvokeModel', [`arn:aws:bedrock:us-west-2::foundation-model/vision-guard-v1`], {
        bytesOut: random.size(900_000, 0.5),
      });
      at.aws('dynamodb', 'PutItem', table('picture-verdicts'));
      at.novelty = null;
    } else at.aws('rekognition', 'DetectModerationLabels', ['*'], { bytesIn: random.size(1_500) });
    at.aws('dynamodb', 'PutItem', table('picture-labels'));
    if (random.chance(0.03)) {
      at.aws('s3', 'PutObjectTagging', object(picture));
      at.aws('sns', 'Publish', [arnOf('sns', 'held-back')]);
    }
  },
};

/** Documents into a search domain; now and then an index is made anew. */
const indexer: SampleFunction = {
  name: 'search-indexer',
  perDay: 190,
  run(at) {
    const { random } = at;
    const [year, month] = dated(at);
    const domain = 'domain/search-prod/';
    for (let i = random.int(1, 3); i > 0; i--) {
      at.aws(
        's3',
        'GetObject',
        object(`articles/${year}/${month}/${random.word()}-${random.word()}-${random.int(1, 9_999)}.md`),
        { bytesIn: random.size(9_000, 0.9) },
      );
      at.aws('es', 'ESHttpPost', [arnOf('es', `${domain}articles/_bulk`)], { bytesOut: random.size(20_000, 0.8) });
    }
    if (random.chance(0.1)) at.aws('es', 'ESHttpGet', [arnOf('es', `${domain}_cluster/health`)]);
    if (random.chance(0.01)) {
      at.aws('es', 'ESHttpPut', [arnOf('es', `${domain}articles-${year}${month}`)]);
      at.aws('es', 'ESHttpPost', [arnOf('es', `${domain}_aliases`)]);
    }
  },
};

/** From one bucket into another, key by key, encrypted with a key of its own. */
const vault: SampleFunction = {
  name: 'vault-copy',
  perDay: 130,
  run(at) {
    const { random } = at;
    const [year, month, day] = dated(at);
    const name = `${random.pick(['scans', 'contracts', 'letters'])}/${year}-${month}-${day}/${random.hex(32)}.tiff`;
    at.aws(
      's3',
      'HeadObject',
      object(`mail-room/${name}`),
      random.chance(0.02) ? { errorCode: 'NotFound', status: 404 } : {},
    );
    at.aws('s3', 'GetObject', object(`mail-room/${name}`), { bytesIn: random.size(3_000_000, 1.1) });
    at.aws('kms', 'GenerateDataKey', [arnOf('kms', 'key/9c1d2e3f-4a5b-4c6d-8e7f-0a1b2c3d4e5f')]);
    at.aws('s3', 'PutObject', object(`vault-archive/${name}`), { bytesOut: random.size(3_000_000, 1.1) });
    at.aws('dynamodb', 'PutItem', table('vault-index'));
  },
};

export const streams: readonly SampleFunction[] = [stepTask, projector, moderation, indexer, vault];
