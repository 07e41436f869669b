import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../../../bench/proxy/ports.ts';

/** moto's server over plain HTTP, and the environment in which the tool's AWS clients find it. */
export interface LocalAws {
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const START_MS = 30_000;

export async function startLocalAws(pythonFolder: string): Promise<LocalAws> {
  const port = await freePort();
  const child: ChildProcess = spawn(
    join(pythonFolder, 'bin/python'),
    ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    {
      env: {
        PATH: '/usr/bin:/bin',
        HOME: '/nonexistent',
        MOTO_ACCOUNT_ID: '111122223333',
        PYTHONDONTWRITEBYTECODE: '1',
      },
      stdio: 'ignore',
    },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const until = Date.now() + START_MS;
  for (;;) {
    const up = await fetch(`${endpoint}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    );
    if (up) break;
    if (Date.now() > until || child.exitCode !== null) throw new Error('moto did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    endpoint,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    async close() {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
    },
  };
}
