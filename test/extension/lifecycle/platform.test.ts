import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { call } from '../../baseline/calls.ts';
import { buildLayer, type Environment, startEnvironment } from './environment.ts';
import { runtimeDone, started } from './fake-lambda.ts';

/** Mount namespaces need it. */
const isRoot = process.getuid?.() === 0;
const SIGNED = `AWS4-HMAC-SHA256 Credential=ASIAQEXAMPLEKEYID000/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
const ON = { ROLEFENCE_TELEMETRY: 'platform' };

describe.runIf(isRoot)(
  'where Lambda is asked to tell of the function’s end (a Telemetry API made for the tests)',
  () => {
    let environment: Environment | undefined;
    let folder: string;
    beforeAll(buildLayer);
    afterEach(async () => {
      await environment?.close();
      environment = undefined;
      rmSync(folder, { recursive: true, force: true });
    });
    const start = async (options: Parameters<typeof startEnvironment>[0]) => {
      folder ??= mkdtempSync(join(tmpdir(), 'rolefence-platform-'));
      environment = await startEnvironment({ telemetry: true, ...options, env: { ...ON, ...options?.env } });
      await environment.lambda.came('event/next');
      return environment;
    };
    const end = async (one: Environment) => {
      one.lambda.shutdown();
      expect(await one.extension.ended).toBe(0);
    };
    const asked = (one: Environment) => one.lambda.asked.filter(({ path }) => path.endsWith('event/next')).length;

    it('asks for the next event when it is over, not before', async () => {
      const one = await start({});
      expect(one.lambda.asked.map(({ path }) => path.split('/').at(-1))).toEqual(['register', 'telemetry', 'next']);
      for (const n of [1, 2, 3]) {
        await one.lambda.tell(started(`req-${n}`));
        one.lambda.invoke(`req-${n}`);
        expect(asked(one)).toBe(n);
        await one.lambda.tell(runtimeDone(`req-${n}`));
        await one.lambda.came('event/next', n + 1);
      }
      await end(one);
      expect(one.extension.printed()).not.toContain('ROLEFENCE_TELEMETRY');
    });

    it('says what an invocation leaves when it is over, and not with the next one', async () => {
      const one = await start({});
      await one.lambda.tell(started('req-1'));
      one.lambda.invoke('req-1');
      expect(await one.call('/')).toBe('200');
      // No event of Lambda's life follows: but for this one nothing would be said until one does.
      expect(one.extension.printed()).not.toContain('"measures"');
      await one.lambda.tell(runtimeDone('req-1'));
      await one.extension.says('"measures"');
      await one.lambda.came('event/next', 2);
      await end(one);
    });

    it('does not hold Lambda up where it never tells: three invocations, each for a bounded time, then none', async () => {
      const one = await start({});
      for (const n of [1, 2, 3, 4, 5]) {
        one.lambda.invoke(`req-${n}`);
        await one.lambda.came('event/next', n + 1);
      }
      expect(one.extension.printed()).toContain('Lambda has stopped telling when the function is done');
      await end(one);
    });

    it('is as without it where Lambda has no such API, but for one line', async () => {
      const one = await start({ telemetry: false });
      one.lambda.invoke('req-1');
      await one.lambda.came('event/next', 2);
      expect(one.extension.printed().match(/Lambda does not tell when the function is done/g)).toHaveLength(1);
      await end(one);
    });

    it('Managed Instances: a call bears the id of the invocation that has its trace, and none where nobody has', async () => {
      folder = mkdtempSync(join(tmpdir(), 'rolefence-platform-'));
      const learner = createLearner();
      learner.observe(call({ function: 'resize' }));
      writeFileSync(join(folder, 'b.json'), serializeBaseline(learner.document()));
      const one = await start({
        invocations: false,
        env: { ROLEFENCE_MODE: 'alert', ROLEFENCE_BASELINE: `file:${join(folder, 'b.json')}` },
      });
      const trace = (n: number) => `Root=1-6743ef00-${`${n}`.padStart(24, '0')}`;
      const from = (n: number, path: string) =>
        one.call(path, { headers: { Authorization: SIGNED, 'X-Amzn-Trace-Id': trace(n) } });
      await one.lambda.tell(started('req-1', trace(1)), started('req-2', trace(2)));
      expect(await from(1, '/of-one?acl')).toBe('200');
      expect(await from(2, '/of-two?acl')).toBe('200');
      // Made up: Lambda has told of no such trace.
      expect(await from(9, '/of-nobody?acl')).toBe('200');
      await end(one);
      const found = one.extension
        .printed()
        .split('\n')
        .flatMap((line) => (line.includes('"finding"') ? [JSON.parse(line).rolefence.finding] : []));
      const of = (bucket: string) => [
        ...new Set(found.filter(({ key }) => key.includes(bucket)).map((f) => f.invocation)),
      ];
      expect([of('of-one'), of('of-two'), of('of-nobody')]).toEqual([['req-1'], ['req-2'], [null]]);
      expect(one.lambda.asked.find(({ path }) => path.endsWith('telemetry'))?.body).toMatchObject({
        schemaVersion: '2025-01-29',
      });
    });
  },
);
