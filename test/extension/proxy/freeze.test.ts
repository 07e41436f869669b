import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, direct, HOST, until, upstreamRaw } from './harness.ts';
import { separate } from './separate.ts';

afterEach(closeAll);

const POST = `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 2\r\n\r\n{}`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a freeze', () => {
  it('loses no call to connections that ended meanwhile, and sends none twice', async () => {
    const seen: string[] = [];
    const open = new Set<TLSSocket>();
    const upstream = await upstreamRaw((socket) => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('data', (bytes) => {
        seen.push(bytes.toString('latin1').split(' ')[0] ?? '');
        socket.write(OK);
      });
    });
    const proxy = await separate(upstream);
    const client = await direct(proxy.port, proxy.ca);
    for (let round = 0; round < 3; round++) {
      client.write(POST);
      expect(await until(client, (text) => text.endsWith('ok'))).toMatch(/^HTTP\/1\.1 200/);
      proxy.process.kill('SIGSTOP');
      await new Promise((done) => setTimeout(done, 300));
      // The endpoint has had enough of an idle connection; the client's next call waits for the thaw.
      for (const socket of open) socket.destroy();
      client.write(POST);
      await new Promise((done) => setTimeout(done, 50));
      proxy.process.kill('SIGCONT');
      expect(await until(client, (text) => text.endsWith('ok'))).toMatch(/^HTTP\/1\.1 200/);
    }
    client.destroy();
    expect(seen).toEqual(Array(6).fill('POST'));
  });
});

/** Network namespaces need both. */
const lacking =
  process.getuid?.() !== 0 ? ' (needs root)' : spawnSync('ip', ['-V']).error !== undefined ? ' (needs ip)' : '';

describe.skipIf(lacking !== '')(`a freeze in which connections die and nobody is told${lacking}`, () => {
  it.each([
    ['longer than kept connections are trusted', 11],
    ['shorter than that', 1],
  ])('%s loses no call, and sends none twice', { timeout: 90_000 }, async (_how, seconds) => {
    const args = ['-n', process.execPath, '--no-warnings', join(import.meta.dirname, 'dead-sockets.ts'), `${seconds}`];
    const { stdout } = await promisify(execFile)('unshare', args, { timeout: 80_000 });
    expect(JSON.parse(stdout)).toEqual({
      before: ['200', '200'],
      after: ['200', '200', '200'],
      seen: ['POST /before', 'GET /before', 'GET /after', 'POST /after', 'POST /then'],
    });
  });
});
