import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Moto } from './moto.ts';

/** moto under the real names and the real port, for what goes to AWS without the sensor: a hosts file and a loopback address of its own where port 443 is moto's. */
export interface ByName {
  /** To be mounted over /etc/hosts in a namespace. */
  readonly hostsFile: string;
  close(): Promise<void>;
}

const HOSTS = [
  ...['photo-uploads', 'photo-thumbnails', 'identity-documents', 'holiday-pictures'].flatMap((bucket) => [
    `${bucket}.s3.us-east-1.amazonaws.com`,
    `${bucket}.s3.amazonaws.com`,
  ]),
  's3.us-east-1.amazonaws.com',
  's3.amazonaws.com',
  ...['dynamodb', 'sqs', 'kms', 'email', 'kinesis', 'sts', 'sns'].map((name) => `${name}.us-east-1.amazonaws.com`),
  '111122223333.ddb.us-east-1.amazonaws.com',
  'collector.example',
];

/** Port 443 needs root. */
export async function serveByName(moto: Moto): Promise<ByName> {
  const address = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(2, 255)}`;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(moto.port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true).pipe(to);
      from.on('error', () => to.destroy()).on('close', () => sockets.delete(from));
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(443, address, resolve));
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-hosts-'));
  const hostsFile = join(folder, 'hosts');
  writeFileSync(hostsFile, ['127.0.0.1 localhost', ...HOSTS.map((host) => `${address} ${host}`), ''].join('\n'));
  return {
    hostsFile,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
