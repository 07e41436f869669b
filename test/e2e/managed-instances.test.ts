import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startListener } from '../layer/preload/listener.ts';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { CACHE } from '../toolchain/tool.ts';
import { buildLayer } from './rie/layer.ts';
import { inNamespace } from './rie/processes.ts';

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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function invoke(port: number, body: object, traceId: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const path = '/2015-03-31/functions/function/invocations';
    const headers = { 'X-Amzn-Trace-Id': traceId };
    request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, body: text });
    })
      .on('error', reject)
      .end(JSON.stringify(body));
  });
}

/** The emulator as Managed Instances: it starts /opt/bootstrap at once, as another user, and lets invocations overlap. */
async function start() {
  const layer = buildLayer('slim');
  after.push(layer.remove);
  const upstream = await startListener([S3]);
  after.push(() => upstream.close());
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-managed-'));
  after.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['opt', 'tmp', 'var/task', 'var/lang/bin', 'var/tmp', 'var/runtime'])
    mkdirSync(join(folder, name), { recursive: true });
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
  const [port, apiPort] = [await freePort(), await freePort()];
  const emulator = [
    join(tools.folders.rie, 'aws-lambda-rie'),
    '--runtime-interface-emulator-address',
    `127.0.0.1:${port}`,
    '--runtime-api-address',
    `127.0.0.1:${apiPort}`,
  ];
  const enter = ['-m', '--propagation', 'private', 'sh', join(import.meta.dirname, 'rie/enter.sh'), ...emulator];
  const child = spawn('unshare', enter, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin',
      FOLDER: folder,
      KEEP: /^\/(tmp|var|opt|mnt)\//.test(realpathSync(CACHE)) ? realpathSync(CACHE) : '',
      BIND: `${realpathSync(process.execPath)}=var/lang/bin/node`,
      HOSTS_FILE: join(folder, 'hosts'),
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
    },
  });
  let log = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      log += part;
      for (const watcher of watchers) watcher();
    });
  const says = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!pattern.test(log)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  after.push(async () => {
    for (const { pid } of inNamespace(child.pid!)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
    await closed;
  });
  return { port, says, log: () => log, stop: () => process.kill(child.pid!, 'SIGTERM') };
}

describe.skipIf(tools.missing !== null)(`Managed Instances, under AWS's emulator${because(tools)}`, () => {
  it('overlapping invocations go through the sensor, and each call belongs to its own', async () => {
    const { port, says, log, stop } = await start();
    await says(/registered for SHUTDOWN only/);
    const answers = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const event = { path: `/pictures/${n}`, of: 3 };
        // Until the runtime has asked for as many
        for (let attempt = 0; attempt < 100; attempt++) {
          const answer = await invoke(port, event, trace(n));
          if (!answer.body.includes('Runtime.Unavailable')) return answer;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        throw new Error(`no runtime was ready; the log:\n${log()}`);
      }),
    );
    expect(answers.map(({ body }) => body)).toEqual(['[200,200]', '[200,200]', '[200,200]']);
    stop();
    await says(/"learned"/);
    const line = log()
      .split('\n')
      .find((one) => one.includes('"learned"'))!;
    const { functions } = JSON.parse(line.slice(line.indexOf('{'))).rolefence.learned;
    const [name, entry] = Object.entries(functions)[0] as [string, { invocations: number | number[] }];
    expect(name).toBe('arn:aws:lambda:us-east-1:123456789012:function:resize');
    expect([entry.invocations].flat()[0]).toBe(3);
    expect(log()).toMatch(/"sight":"intercepted"/);
  });
});
