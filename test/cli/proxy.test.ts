import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../bench/proxy/ports.ts';
import { has, jsonLines, ROOT, rolefence, sentence, start, testFolder } from './tool.ts';
import { startUpstream } from './upstream.ts';

const folder = testFolder();
const CLIENT = join(ROOT, 'test/cli/clients/s3.mjs');
const env = { TMPDIR: folder.path, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' };
const keys = { ...env, AWS_SECRET_ACCESS_KEY: 'secret' };

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let leadThere: string[] = [];

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('the content'));
  leadThere = ['--connect-to', upstream.connectTo, '--upstream-ca', folder.write('upstream.pem', upstream.caPem)];
});

const proxy = (...args: string[]) => {
  const tool = start(['proxy', ...leadThere, ...args], { env });
  const ready = tool
    .prints('\n')
    .then((line) => JSON.parse(line) as { proxy: string; caFile: string; env: Record<string, string> });
  return { ...tool, ready };
};

/** A client somewhere else on this machine with what the proxy says that it needs. */
const client = (command: string, args: string[], more: Record<string, string>) =>
  new Promise<string>((resolve) => {
    const options = { cwd: ROOT, env: { PATH: process.env.PATH ?? '', ...keys, ...more } };
    execFile(command, args, options, (_, stdout, stderr) => resolve(stdout + stderr));
  });

describe('rolefence proxy', () => {
  it.skipIf(!has('curl'))(
    'prints one line when it is ready, serves with the variables in it until SIGTERM, and exits 0 (needs curl)',
    async () => {
      const tool = proxy('--calls', folder.at('c.jsonl'), '--learn-to', folder.at('l.json'), '--function', 'resize');
      const { proxy: address, caFile, env: variables } = await tool.ready;
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(readFileSync(caFile, 'utf8').match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
      expect(variables).toMatchObject({ HTTPS_PROXY: address, https_proxy: address, NODE_EXTRA_CA_CERTS: caFile });
      expect(await client(process.execPath, [CLIENT, 'photos/1.jpg'], variables)).toBe('photos/1.jpg: the content\n');
      const signed =
        'Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00';
      const url = 'https://photos.s3.us-east-1.amazonaws.com/2.jpg';
      expect(await client('curl', ['-sS', '-H', signed, url], variables)).toBe('the content');
      expect(await client('curl', ['-sS', '-H', signed, '--proxy', address, '--cacert', caFile, url], {})).toBe(
        'the content',
      );
      tool.child.kill('SIGTERM');
      expect(await tool.ended).toMatchObject({ code: 0, stderr: '' });
      expect(jsonLines((await tool.ended).stdout)).toHaveLength(1);
      const calls = folder.lines('c.jsonl');
      expect(calls.map(({ access }) => access[0].resources[0])).toEqual([
        'arn:aws:s3:::photos/1.jpg',
        'arn:aws:s3:::photos/2.jpg',
        'arn:aws:s3:::photos/2.jpg',
      ]);
      for (const call of calls)
        expect(call).toMatchObject({ invocation: null, version: '$LATEST', function: 'resize' });
      expect(Object.keys(JSON.parse(folder.read('l.json')).functions)).toEqual(['resize']);
      expect(readdirSync(folder.path).filter((name) => name.startsWith('rolefence-'))).toEqual([]);
    },
  );

  it('listens on the port and writes the CA to the file that it is told; SIGINT ends it too', async () => {
    const port = await freePort();
    const ca = folder.at('new/ca.pem');
    const tool = proxy('--port', `${port}`, '--ca-file', ca);
    expect(await tool.ready).toMatchObject({ proxy: `http://127.0.0.1:${port}`, caFile: ca });
    expect(readFileSync(ca, 'utf8')).toContain('BEGIN CERTIFICATE');
    tool.child.kill('SIGINT');
    expect(await tool.ended).toMatchObject({ code: 0 });
  });

  it('refuses in block mode, and has every record in the file while it runs', async () => {
    const learned = proxy('--learn-to', folder.at('b.json'));
    await client(process.execPath, [CLIENT, 'photos/1.jpg'], (await learned.ready).env);
    learned.child.kill('SIGTERM');
    await learned.ended;
    const tool = proxy('--mode', 'block', '--baseline', folder.at('b.json'), '--calls', folder.at('live.jsonl'));
    const { env: variables } = await tool.ready;
    expect(await client(process.execPath, [CLIENT, 'backups/1'], variables)).toBe('backups/1: AccessDenied 1\n');
    while (folder.read('live.jsonl') === '') await new Promise((resolve) => setTimeout(resolve, 10));
    expect(folder.lines('live.jsonl')).toMatchObject([{ verdict: 'block' }]);
    tool.child.kill('SIGTERM');
    expect((await tool.ended).stderr).toContain('refused');
  });

  it('says in one sentence that a port is in use, and takes no command', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const taken = sentence(await rolefence(['proxy', '--port', `${port}`], { env }));
    server.close();
    expect(taken).toContain(`--port: ${port} cannot be listened on (it is in use)`);
    expect(sentence(await rolefence(['proxy', 'ls'], { env }))).toContain('proxy takes no argument');
    expect(existsSync(folder.at('ca.pem'))).toBe(false);
  });
});
