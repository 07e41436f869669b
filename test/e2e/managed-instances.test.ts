import { chmodSync, copyFileSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCertificateAuthority } from '../../extension/proxy/certificate-authority.ts';
import { verifyingUpstream } from '../extension/seal/verifying-upstream.ts';
import { startListener } from '../layer/preload/listener.ts';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { type Emulator, startEmulator } from './rie/emulator.ts';
import { environmentFolder, ROLE } from './rie/environment.ts';
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

/** AWS as the function's calls find it. */
interface Upstream {
  readonly port: number;
  readonly caPem: string;
}

/** The emulator as Managed Instances: it starts /opt/bootstrap at once, as another user, and lets invocations overlap. */
async function start(
  kind: 'slim' | 'universal',
  upstream: Upstream,
  variables: Record<string, string>,
): Promise<Emulator> {
  const layer = buildLayer(kind);
  after.push(layer.remove);
  const folder = environmentFolder();
  copyFileSync(join(import.meta.dirname, 'tasks/managed-instances/runtime.mjs'), join(folder, 'var/task/runtime.mjs'));
  writeFileSync(join(folder, 'var/task/upstream.pem'), upstream.caPem);
  writeFileSync(join(folder, 'var/lang/bin/node'), '');
  writeFileSync(join(folder, 'hosts'), '127.0.0.1 localhost sandbox.localdomain\n');
  writeFileSync(
    join(layer.folder, 'bootstrap'),
    '#!/bin/sh\nexec /opt/rolefence/wrapper /var/lang/bin/node /var/task/runtime.mjs\n',
    { mode: 0o755 },
  );
  for (const open of [folder, layer.folder]) chmodSync(open, 0o755);
  chmodSync(join(folder, 'tmp'), 0o1777);
  const emulator = await startEmulator({
    emulator: join(tools.folders.rie, 'aws-lambda-rie'),
    folder,
    command: [],
    binds: [`${layer.folder}=opt`, `${realpathSync(process.execPath)}=var/lang/bin/node`],
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

/** Three invocations at a time, each of which ends only when all have begun. */
async function overlapping({ invoke, logged, log }: Emulator): Promise<unknown[]> {
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
  return answers.map(({ body }) => body);
}

/** That each call was seen, and belongs to its invocation. */
function expectLearned(text: string): void {
  const line = text.split('\n').find((one) => one.includes('"learned"'))!;
  const { functions } = JSON.parse(line.slice(line.indexOf('{'))).rolefence.learned;
  const [name, entry] = Object.entries(functions)[0] as [string, { invocations: number | number[] }];
  expect(name).toBe('arn:aws:lambda:us-east-1:123456789012:function:resize');
  expect([entry.invocations].flat()[0]).toBe(3);
  expect(text).toMatch(/"sight":"intercepted"/);
}

describe.skipIf(tools.missing !== null)(`Managed Instances, under AWS's emulator${because(tools)}`, () => {
  it.each(['off', 'platform'])(
    'overlapping invocations go through the sensor, and each call belongs to its own (telemetry: %s)',
    // Where the emulator tells (telemetry), one start in six to twelve leaves an invocation that began beside refused ones without an end, on older code too; whose fault that is has to be found out
    { retry: 3, timeout: 45_000 },
    async (telemetry) => {
      const upstream = await startListener([S3]);
      after.push(() => upstream.close());
      const emulator = await start('slim', upstream, { ROLEFENCE_TELEMETRY: telemetry });
      expect(await overlapping(emulator)).toEqual(Array(3).fill([200, 200]));
      const text = await emulator.stop();
      expectLearned(text);
      // The emulator really tells here, by a user of its own, without the path and without traces.
      expect(text).not.toContain('ROLEFENCE_TELEMETRY');
    },
  );

  it('overlapping invocations with sealed credentials arrive with the real signature, each call its own', async () => {
    const authority = createCertificateAuthority(new Date());
    const upstream = await verifyingUpstream(authority, [ROLE]);
    after.push(() => upstream.close());
    const emulator = await start(
      'universal',
      { port: upstream.port, caPem: authority.certificatePem },
      {
        ROLEFENCE_CREDENTIALS: 'sealed',
        AWS_SECRET_ACCESS_KEY: ROLE.secretAccessKey,
        AWS_SESSION_TOKEN: ROLE.sessionToken,
      },
    );
    expect(await overlapping(emulator)).toEqual(Array(3).fill([200, 200]));
    expect(upstream.wrong).toEqual([]);
    expect(upstream.seen.map(({ keyId }) => keyId)).toEqual(Array(6).fill(ROLE.accessKeyId));
    const runtime = emulator.processes().find(({ command }) => command.includes('/var/task/runtime.mjs'));
    const environ = readFileSync(`/proc/${runtime!.pid}/environ`, 'latin1');
    expect(environ).toMatch(/AWS_SESSION_TOKEN=Rolefence/);
    expect(environ).not.toContain(ROLE.secretAccessKey);
    const text = await emulator.stop();
    expectLearned(text);
    // The sensor, which another user than root runs here, has found its own memory closed.
    expect(text).not.toContain('sealed credentials');
  });
});
