import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
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
        layer: 'slim',
        runtime: nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules')),
        task: join(import.meta.dirname, 'tasks/node-v3'),
        handler: 'stream.handler',
      });
    }, 120_000);
    afterAll(() => stage?.close());
    afterEach(() => stage?.clear());

    it.each(['off', 'platform'])('is seen in the midst of it, call for call (telemetry: %s)', async (telemetry) => {
      const started = await stage.start({ ROLEFENCE_TELEMETRY: telemetry }, { files: { 'stream.mjs': STREAM } });
      for (let n = 0; n < 2; n++) {
        const { body } = await started.invoke({ key: 'summer/noon.bmp' });
        expect(body).toEqual({ read: expect.any(Number) });
      }
      const log = await stage.endsWell();
      const line = log.split('\n').findLast((one) => one.includes('"learned"'))!;
      const { functions } = JSON.parse(line.slice(line.indexOf('{'))).rolefence.learned;
      const [entry] = Object.values(functions) as { actions: object }[];
      expect(Object.keys(entry!.actions)).toEqual(['s3:GetObject']);
      expect(log).toMatch(/"sight":"intercepted"/);
    });
  },
);
