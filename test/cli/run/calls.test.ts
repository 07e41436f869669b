import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { has, rolefence } from '../tool.ts';
import { CLIENT, KEY, node, runSession, SECRET, TOKEN } from './session.ts';

const session = runSession();
const { env, folder, run } = session;

beforeAll(async () => {
  await run(
    ['--mode', 'learn', '--function', 'resize', '--learn-to', folder.at('b.json')],
    node(CLIENT, 'photos/1.jpg'),
  );
});

describe('rolefence run, and the calls of its command', () => {
  it('learns what a Node.js program does with the SDK, and leaves its output alone', async () => {
    const ended = await run(
      ['--learn-to', folder.at('l.json'), '--calls', folder.at('l.jsonl')],
      node(CLIENT, 'photos/1.jpg', 'photos/2.jpg'),
    );
    expect(ended).toMatchObject({
      code: 0,
      stdout: 'photos/1.jpg: the content\nphotos/2.jpg: the content\n',
      stderr: '',
    });
    const calls = folder.lines('l.jsonl');
    expect(calls.map(({ operation, access, status }) => [operation, access[0].resources[0], status])).toEqual([
      ['GetObject', 'arn:aws:s3:::photos/1.jpg', 200],
      ['GetObject', 'arn:aws:s3:::photos/2.jpg', 200],
    ]);
    expect(calls[0]).toMatchObject({ version: '$LATEST', ownAccessKeyId: KEY, accessKeyId: KEY, verdict: 'allow' });
    expect(calls[0].invocation).toBe(calls[1].invocation);
    expect(calls[0].environment).toBe(calls[1].environment);
    expect(Object.keys(JSON.parse(folder.read('l.json')).functions)).toEqual(['local']);
  });

  it('refuses in block mode what is not in the baseline: it never arrives, the SDK sees AccessDenied once, the reason is on standard error', async () => {
    const before = session.upstream.arrived.length;
    const ended = await run(
      [
        '--mode',
        'block',
        '--baseline',
        folder.at('b.json'),
        '--findings',
        folder.at('f.jsonl'),
        '--calls',
        folder.at('c.jsonl'),
      ],
      node(CLIENT, 'photos/1.jpg', 'backups/2025.tgz'),
    );
    expect(ended.code).toBe(3);
    expect(ended.stdout).toBe('photos/1.jpg: the content\nbackups/2025.tgz: AccessDenied 1\n');
    expect(ended.stderr).toMatch(/^rolefence: refused .*s3:GetObject on bucket backups/m);
    expect(session.upstream.arrived.slice(before)).toEqual([
      'GET photos.s3.us-east-1.amazonaws.com/1.jpg?x-id=GetObject',
    ]);
    const [finding] = folder.lines('f.jsonl');
    const calls = folder.lines('c.jsonl');
    expect(finding).toMatchObject({ function: 'resize', blocked: true, resource: 'arn:aws:s3:::backups/2025.tgz' });
    expect(finding.callId).toBe(calls[1].id);
    expect(calls[1]).toMatchObject({ verdict: 'block', status: null });
  });

  it('lets it through in alert mode and writes findings in the form that was asked for', async () => {
    const ended = await run(
      ['--mode', 'alert', '--baseline', folder.at('b.json'), '--findings', folder.at('o.jsonl'), '--format', 'ocsf'],
      node(CLIENT, 'backups/2025.tgz'),
    );
    expect(ended).toMatchObject({ code: 0, stdout: 'backups/2025.tgz: the content\n' });
    expect(folder.lines('o.jsonl')[0]).toMatchObject({ class_uid: 2004, action: 'Allowed' });
  });

  it.skipIf(!has('curl'))(
    'sees programs that children start, and programs that are not Node.js (needs curl)',
    async () => {
      const script = `
      ${process.execPath} ${CLIENT} photos/a.jpg
      env sh -c 'curl -sS -H "Authorization: AWS4-HMAC-SHA256 Credential=${KEY}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00" https://photos.s3.us-east-1.amazonaws.com/b.jpg'
      curl -sS -o /dev/null https://other.example/elsewhere --cacert ${folder.at('upstream.pem')}`;
      const ended = await run(['--calls', folder.at('children.jsonl')], ['sh', '-c', script]);
      expect(ended).toMatchObject({ code: 0, stdout: 'photos/a.jpg: the content\nthe content', stderr: '' });
      expect(folder.lines('children.jsonl').map(({ service, operation, host }) => [service, operation, host])).toEqual([
        ['s3', 'GetObject', 'photos.s3.us-east-1.amazonaws.com'],
        ['s3', 'GetObject', 'photos.s3.us-east-1.amazonaws.com'],
        [null, 'CONNECT', 'other.example:443'],
      ]);
    },
  );

  it('has the connection in its records that the other side never closes', async () => {
    const { createServer } = await import('node:net');
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {}).write('hello');
      // Its client has ended, and the sensor has told so: that is all it hears.
      socket.resume().on('end', () => socket.write('bye'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const script = `
      const http = require('node:http');
      const [host, port] = process.argv[1].split(':');
      http.request({ host, port, method: 'CONNECT', path: 'slow.example:25' }).on('connect', (_, socket, head) => {
        let text = '';
        const said = (bytes) => {
          text += bytes;
          if (text === 'hello') socket.end();
          if (text === 'hellobye') process.exit();
        };
        socket.on('data', said);
        if (head.length > 0) said(head);
      }).end();`;
    const ended = await rolefence(
      ['run', '--connect-to', `slow.example:25=127.0.0.1:${port}`, '--calls', folder.at('half.jsonl'), '--'].concat([
        'sh',
        '-c',
        `"${process.execPath}" -e "$1" "127.0.0.1:$ROLEFENCE_SENSOR_PORT"`,
        'sh',
        script,
      ]),
      { env },
    );
    server.close();
    expect(ended).toMatchObject({
      code: 0,
      stderr: 'rolefence: 0 AWS calls were seen, but 1 connection to other hosts\n',
    });
    expect(folder.lines('half.jsonl')).toMatchObject([
      { service: null, operation: 'CONNECT', host: 'slow.example:25', bytesIn: 8 },
    ]);
  });

  it('leaves no secret in any file or output, and no folder behind', async () => {
    const ended = await run(
      [
        '--mode',
        'block',
        '--baseline',
        folder.at('b.json'),
        '--calls',
        folder.at('s.jsonl'),
        '--findings',
        folder.at('sf.jsonl'),
        '--learn-to',
        folder.at('s.json'),
      ],
      node(CLIENT, 'photos/1.jpg', 'backups/1'),
      { ROLEFENCE_LOG_LEVEL: 'debug' },
    );
    const written = ['s.jsonl', 'sf.jsonl', 's.json'].map(folder.read).join() + ended.stdout + ended.stderr;
    for (const secret of [SECRET, TOKEN, 'Signature=', 'AWS4-HMAC']) expect(written).not.toContain(secret);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('rolefence-'))).toEqual([]);
  });
});
