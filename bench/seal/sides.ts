import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import type { Credentials } from '../../extension/sigv4/signer.ts';
import { type Child, line, start } from '../proxy/processes.ts';
import type { Upstream } from '../proxy/upstream/start.ts';

/** A sensor in a process of its own, and the keys that its function has. */
export interface Side {
  readonly name: 'shared' | 'sealed';
  readonly child: Child;
  readonly port: number;
  readonly ca: string;
  readonly keys: Credentials;
}

const REAL: Credentials = {
  accessKeyId: 'ASIAQNZGKIQY56JQ7WML',
  secretAccessKey: randomBytes(30).toString('base64'),
  sessionToken: randomBytes(600).toString('base64'),
};

const CLI = join(import.meta.dirname, '../../cli/main.ts');

export async function startSide(name: Side['name'], upstream: Upstream): Promise<Side> {
  const aws = ['--connect-to', `*:*=127.0.0.1:${upstream.near}`, '--upstream-ca', upstream.caFile];
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: REAL.accessKeyId,
    AWS_SECRET_ACCESS_KEY: REAL.secretAccessKey,
    AWS_SESSION_TOKEN: REAL.sessionToken!,
    ROLEFENCE_CREDENTIALS: name,
  };
  const child = start(process.execPath, ['--no-warnings', CLI, 'proxy', '--mode', 'learn', ...aws], { env });
  const said = JSON.parse(await line(child, (text) => text.startsWith('{'))) as {
    proxy: string;
    caFile: string;
    env: Record<string, string>;
  };
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = { ...env, ...said.env };
  return {
    name,
    child,
    port: Number(new URL(said.proxy).port),
    ca: readFileSync(said.caFile, 'utf8'),
    keys: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN,
    },
  };
}

export const open = ({ port, ca }: Side, servername: string): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername, ca }, () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });

/** Resolves when the answer to what was written has come. */
export const answered = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', function take(part: Buffer) {
      text += part.toString('latin1');
      const end = text.indexOf('\r\n\r\n') + 4;
      const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
      if (end < 4 || length === undefined || text.length < end + Number(length)) return;
      socket.removeListener('data', take);
      if (text.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(text.split('\r\n')[0]));
    });
  });
