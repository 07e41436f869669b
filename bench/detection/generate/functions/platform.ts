import { arnOf, REGION } from '../invocation.ts';
import { dated, known, object, queue, type SampleFunction, table } from '../sample.ts';

/** Readings of devices come in, now and then a command goes out to one. A new kind of device on day 18. */
export const devices: SampleFunction = {
  name: 'device-ingest',
  perDay: 320,
  run(at) {
    const { random } = at;
    const kinds = at.day >= 18 ? ['meter', 'valve', 'gateway', 'sensor'] : ['meter', 'valve', 'gateway'];
    const kind = random.pick(kinds);
    if (kind === 'sensor') at.novelty = 'new-kind';
    at.aws('timestream', 'WriteRecords', [arnOf('timestream', 'database/plant/table/readings')], {
      items: random.int(1, 100),
      bytesOut: random.size(12_000, 0.9),
    });
    at.aws('dynamodb', 'UpdateItem', table('device-state'));
    if (random.chance(0.15))
      at.aws('iot', 'Publish', [arnOf('iot', `topic/cmd/${kind}/${kind[0]}${random.int(1000, 9999)}`)]);
    if (random.chance(0.02)) at.aws('sns', 'Publish', [arnOf('sns', 'plant-alarms')]);
  },
};

/** A chat over a tenant's documents. A flag switches another model on, with no deployment. */
export const chat: SampleFunction = {
  name: 'docs-chat',
  perDay: 180,
  run(at, world) {
    const { random } = at;
    const tenant = known(at, world.numbers, 'new-tenant');
    if (at.cold)
      at.aws('appconfig', 'GetLatestConfiguration', [
        arnOf('appconfig', 'application/chat/environment/prod/configuration/flags'),
      ]);
    at.aws('dynamodb', 'Query', table('chat-sessions'), { bytesIn: random.size(20_000, 0.9) });
    at.aws('bedrock', 'Retrieve', [arnOf('bedrock', 'knowledge-base/KB7Q2LMN4P')]);
    for (let docs = random.poisson(1.2); docs > 0; docs--)
      at.aws('s3', 'GetObject', object(`kb-documents/${tenant}/docs/${random.word()}-${random.int(1, 400)}.pdf`), {
        bytesIn: random.size(400_000, 1.1),
      });
    const flagged = at.day >= 23 && random.chance(0.5);
    if (flagged) at.novelty = 'flag';
    const model = flagged ? 'anthropic.claude-sonnet' : 'anthropic.claude-haiku';
    at.aws('bedrock', 'ConverseStream', [`arn:aws:bedrock:${REGION}::foundation-model/${model}`], {
      bytesOut: random.size(30_000, 0.8),
      bytesIn: random.size(6_000, 0.6),
      durationMs: random.size(4000, 0.5),
    });
    at.aws('dynamodb', 'PutItem', table('chat-sessions'));
  },
};

/** Large files in parts; how many depends on the file. */
export const transcode: SampleFunction = {
  name: 'transcode-start',
  perDay: 70,
  run(at, world) {
    const { random } = at;
    const show = known(at, world.partners, 'new-partner');
    const id = random.uuid();
    at.aws('s3', 'HeadObject', object(`studio-masters/${show}/${id}/master.mxf`));
    if (random.chance(0.3)) {
      const target = object(`studio-proxies/${show}/${id}/proxy.mp4`);
      const bytes = random.size(20_000_000, 0.7);
      at.aws('s3', 'GetObject', object(`studio-masters/${show}/${id}/master.mxf`), { bytesIn: bytes });
      at.aws('s3', 'CreateMultipartUpload', target);
      for (let left = bytes; left > 0; left -= 8_388_608)
        at.aws('s3', 'UploadPart', target, { bytesOut: Math.min(left, 8_388_608) + 900 });
      at.aws('s3', 'CompleteMultipartUpload', target);
    } else {
      at.aws('mediaconvert', 'CreateJob', [arnOf('mediaconvert', 'queues/Default')]);
    }
    at.aws('dynamodb', 'PutItem', table('assets'));
    if (random.chance(0.02)) {
      at.novelty ??= at.day >= 14 && random.chance(0.1) ? 'error-path' : null;
      at.aws('sqs', 'SendMessage', queue('transcode-dlq'));
    }
  },
};

/** A task of a state machine: waits for work by asking until it is done, so the number of calls varies. */
export const tasks: SampleFunction = {
  name: 'report-task',
  perDay: 48,
  run(at) {
    const { random } = at;
    const [year, month, day] = dated(at);
    const id = random.uuid();
    at.aws('athena', 'StartQueryExecution', [arnOf('athena', 'workgroup/finance')]);
    const waits = at.day === 26 ? random.int(5, 26) : random.int(1, 9);
    if (at.day === 26) at.novelty = 'slow-day';
    for (let i = 0; i < waits; i++) at.aws('athena', 'GetQueryExecution', [arnOf('athena', 'workgroup/finance')]);
    at.aws('s3', 'GetObject', object(`finance-results/${id}.csv`), { bytesIn: random.size(900_000, 1) });
    at.aws(
      's3',
      'PutObject',
      object(`finance-reports/${year}/${month}/${day}/${random.pick(['daily', 'cash', 'tax'])}.xlsx`),
      {
        bytesOut: random.size(300_000, 0.5),
      },
    );
    if (random.chance(0.95)) at.aws('states', 'SendTaskSuccess', ['*']);
    else at.aws('states', 'SendTaskFailure', ['*']);
  },
};

/** Moves what customers put into their own buckets: buckets that belong to others, of which new ones come. */
export const importer: SampleFunction = {
  name: 'bucket-import',
  perDay: 110,
  run(at, world) {
    const { random } = at;
    const partner = known(at, world.partners, 'new-bucket');
    const [year, month, day] = dated(at);
    const prefix = `outgoing/${year}-${month}-${day}/`;
    at.aws('s3', 'ListObjectsV2', object(`${partner}-exchange`), { prefix, bytesIn: random.size(5_000, 0.8) });
    for (let files = random.poisson(2); files > 0; files--) {
      const name = `${random.pick(['ORDERS', 'INVOIC', 'DESADV'])}_${random.int(100_000, 999_999)}.edi`;
      at.aws('s3', 'GetObject', object(`${partner}-exchange/${prefix}${name}`), { bytesIn: random.size(30_000, 1) });
      at.aws('s3', 'PutObject', object(`edi-landing/${partner}/${name}`), { bytesOut: random.size(30_000, 1) });
      if (random.chance(0.5)) at.aws('s3', 'DeleteObject', object(`${partner}-exchange/${prefix}${name}`));
    }
    at.aws('dynamodb', 'UpdateItem', table('import-cursors'));
  },
};
