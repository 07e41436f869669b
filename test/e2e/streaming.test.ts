import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { PHOTO } from './aws/account.ts';
import { ROLE } from './rie/environment.ts';
import { nodeRuntime } from './rie/runtimes.ts';
import { openStage, type Stage } from './stage.ts';

const tools = provideAsRoot('rie', 'node-ric', 'python');

/** Reads an object while its own answer is under way already. */
const STREAM = `
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
const s3 = new S3Client({});
export const handler = awslambda.streamifyResponse(async (event, answer) => {
  answer.write('{"read":');
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'photo-uploads', Key: event.key }));
  answer.write(String((await Body.transformToByteArray()).length));
  answer.end('}');
});
`;

describe.skipIf(tools.missing !== null)(
  `a Node.js function that streams its response, under AWS's emulator${because(tools)}`,
  () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(tools.folders, {
        layer: 'universal',
        runtime: nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules')),
        task: join(import.meta.dirname, 'tasks/node-v3'),
        handler: 'stream.handler',
      });
    }, 120_000);
    afterAll(() => stage?.close());
    afterEach(async () => {
      await stage?.clear();
      stage?.moto.knowOnly(null);
    });

    it.each([
      ['off', 'shared'],
      ['platform', 'shared'],
      ['off', 'sealed'],
    ])('is seen in the midst of it, call for call (telemetry: %s, credentials: %s)', async (telemetry, credentials) => {
      // Sealed, AWS checks every signature.
      if (credentials === 'sealed') stage.moto.knowOnly([ROLE]);
      const variables = { ROLEFENCE_TELEMETRY: telemetry, ROLEFENCE_CREDENTIALS: credentials };
      const started = await stage.start(variables, { files: { 'stream.mjs': STREAM } });
      const arrived = await stage.moto.during(async () => {
        for (let n = 0; n < 2; n++) {
          const { body } = await started.invoke({ key: 'summer/noon.bmp' });
          expect(body).toEqual({ read: PHOTO.length });
        }
      });
      expect(arrived.map(({ accessKeyId, wrong }) => [accessKeyId, wrong])).toEqual(
        Array(2).fill([ROLE.accessKeyId, null]),
      );
      const log = await stage.endsWell();
      const line = log.split('\n').findLast((one) => one.includes('"learned"'))!;
      const { functions } = JSON.parse(line.slice(line.indexOf('{'))).rolefence.learned;
      const [entry] = Object.values(functions) as { actions: object }[];
      expect(Object.keys(entry!.actions)).toEqual(['s3:GetObject']);
      expect(log).toMatch(/"sight":"intercepted"/);
    });
  },
);
