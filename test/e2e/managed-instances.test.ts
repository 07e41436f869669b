import { chmodSync, copyFileSync, cpSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startListener } from '../layer/preload/listener.ts';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { type Emulator, startEmulator } from './rie/emulator.ts';
import { environmentFolder } from './rie/environment.ts';
import { buildLayer } from './rie/layer.ts';

/** The layer is built first. */
vi.setConfig({ testTimeout: 120_000 });

const tools = provideAsRoot('rie');
const S3 = 's3.us-east-1.amazonaws.com';
const trace = (n: number) => `Root=1-6743ef00-${`${n}`.padStart(24, '0')}`;

/** What one test has to undo. */
const after: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of after.splice(0).reverse()) await undo();
});

/** The emulator as Managed Instances: it starts /opt/bootstrap at once, as another user, and lets invocations overlap. */
async function start(variables: Record<string, string>): Promise<Emulator> {
  const layer = buildLayer('slim');
  after.push(layer.remove);
  const upstream = await startListener([S3]);
  after.push(() => upstream.close());
  const folder = environmentFolder();
  cpSync(layer.folder, join(folder, 'opt'), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'tasks/managed-instances/runtime.mjs'), join(folder, 'var/task/runtime.mjs'));
  writeFileSync(join(folder, 'var/task/upstream.pem'), upstream.caPem);
  writeFileSync(join(folder, 'var/lang/bin/node'), '');
  writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost sandbox.localdomain\n');
  writeFileSync(
    join(folder, 'opt/bootstrap'),
    '#!/bin/sh\nexec /opt/rolefence/wrapper /var/lang/bin/node /var/task/runtime.mjs\n',
    { mode: 0o755 },
  );
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'tmp'), 0o1777);
  const emulator = await startEmulator({
    emulator: join(tools.folders.rie, 'aws-lambda-rie'),
    folder,
    command: [],
    binds: [`${realpathSync(process.execPath)}=var/lang/bin/node`],
    keep: [],
    hostsFile: join(folder, 'hosts'),
    variables: {
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin',
      AWS_LAMBDA_MAX_CONCURRENCY: '4',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'resize',
      AWS_LAMBDA_FUNCTION_VERSION: '7',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_TIMEOUT: '20',
      AWS_ACCESS_KEY_ID: 'ASIARTX3GSDSV2ROLE7A',
      LAMBDA_TASK_ROOT: '/var/task',
      _HANDLER: 'app.handler',
      ROLEFENCE_LOG_LEVEL: 'debug',
      ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${upstream.port}`,
      ROLEFENCE_UPSTREAM_CA: '/var/task/upstream.pem',
      ...variables,
    },
  });
  after.push(async () => void (await emulator.stop()));
  return emulator;
}

describe.skipIf(tools.missing !== null)(`Managed Instances, under AWS's emulator${because(tools)}`, () => {
  it.each(['off', 'platform'])(
    'overlapping invocations go through the sensor, and each call belongs to its own (telemetry: %s)',
    async (telemetry) => {
      const { invoke, logged, log, stop } = await start({ ROLEFENCE_TELEMETRY: telemetry });
      await logged(/registered for SHUTDOWN only/);
      const answers = await Promise.all(
        [1, 2, 3].map(async (n) => {
          const event = { path: `/pictures/${n}`, of: 3 };
          // Until the runtime has asked for as many
          for (let attempt = 0; attempt < 100; attempt++) {
            const answer = await invoke(event, trace(n));
            if (!JSON.stringify(answer.body).includes('Runtime.Unavailable')) return answer;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
          throw new Error(`no runtime was ready; the log:\n${log()}`);
        }),
      );
      expect(answers.map(({ body }) => body)).toEqual(Array(3).fill([200, 200]));
      const text = await stop();
      const line = text.split('\n').find((one) => one.includes('"learned"'))!;
      const { functions } = JSON.parse(line.slice(line.indexOf('{'))).rolefence.learned;
      const [name, entry] = Object.entries(functions)[0] as [string, { invocations: number | number[] }];
      expect(name).toBe('arn:aws:lambda:us-east-1:123456789012:function:resize');
      expect([entry.invocations].flat()[0]).toBe(3);
      expect(text).toMatch(/"sight":"intercepted"/);
      // The emulator really tells here, by a user of its own, without the path and without traces.
      expect(text).not.toContain('ROLEFENCE_TELEMETRY');
    },
  );
});
