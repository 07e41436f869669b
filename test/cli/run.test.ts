import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonl, ordinary } from './calls.ts';
import { has, ROOT, rolefence, sentence, start, testFolder } from './tool.ts';
import { startUpstream } from './upstream.ts';

const folder = testFolder();
const CLIENT = join(ROOT, 'test/cli/clients/s3.mjs');
const KEY = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLETOKEN';
const env = { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN, TMPDIR: folder.path };

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let leadThere: string[] = [];
const run = (args: string[], command: string[], more: Record<string, string> = {}) =>
  rolefence(['run', ...leadThere, ...args, '--', ...command], { env: { ...env, ...more } });
const node = (...args: string[]) => [process.execPath, ...args];

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    if (request.url?.includes('hang')) return;
    response.setHeader('content-type', 'text/plain');
    response.end('the content');
  });
  leadThere = ['--connect-to', upstream.connectTo, '--upstream-ca', folder.write('upstream.pem', upstream.caPem)];
  await run(
    ['--mode', 'learn', '--function', 'resize', '--learn-to', folder.at('b.json')],
    node(CLIENT, 'photos/1.jpg'),
  );
});

describe('rolefence run', () => {
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
    const before = upstream.arrived.length;
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
    expect(upstream.arrived.slice(before)).toEqual(['GET photos.s3.us-east-1.amazonaws.com/1.jpg?x-id=GetObject']);
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

  it('extends the environment and replaces nothing in it', async () => {
    const own = folder.write('own.pem', '-----BEGIN CERTIFICATE-----\nown\n-----END CERTIFICATE-----\n');
    const ended = await run([], ['sh', '-c', 'env; cat "$NODE_EXTRA_CA_CERTS"'], {
      NO_PROXY: 'intranet.example',
      NODE_OPTIONS: '--no-warnings',
      NODE_EXTRA_CA_CERTS: own,
      JAVA_TOOL_OPTIONS: '-Xmx64m',
      JAVA_HOME: '/nowhere',
      MINE: 'stays',
    });
    const variables = Object.fromEntries(
      ended.stdout.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    expect(variables.NO_PROXY).toMatch(/^intranet\.example,.*169\.254\.0\.0\/16/);
    expect(variables.NODE_OPTIONS).toMatch(/^--require \S+preload\.cjs --no-warnings$/);
    expect(variables.JAVA_TOOL_OPTIONS).toMatch(/-Dhttps\.proxyHost=127\.0\.0\.1 .*-Xmx64m/);
    expect(variables.HTTPS_PROXY).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(variables.PHP_INI_SCAN_DIR).toMatch(/^:/);
    expect(variables.MINE).toBe('stays');
    for (const name of ['AWS_CA_BUNDLE', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE']) {
      expect(variables[name]).toMatch(/bundle\.pem$/);
    }
    expect(ended.stdout).toContain('own\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----');
  });

  it.each([
    [['sh', '-c', 'exit 7'], 7],
    [['sh', '-c', 'kill -TERM $$'], 143],
    [['sh', '-c', 'kill -KILL $$'], 137],
  ])('returns the exit code of %j', async (command, code) => {
    expect(await run([], command)).toMatchObject({ code, stdout: '', stderr: '' });
  });

  it('exits 2 where the command cannot be started, and writes nothing', async () => {
    expect(sentence(await run(['--learn-to', folder.at('never.json')], ['no-such-program']))).toContain(
      'no-such-program cannot be started',
    );
    expect(sentence(await run([], [folder.path]))).toContain('cannot be started (permission denied)');
    expect(existsSync(folder.at('never.json'))).toBe(false);
  });

  it('hands signals on and writes everything before it ends, calls under way included', async () => {
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const tool = start(
        [
          'run',
          ...leadThere,
          '--learn-to',
          folder.at(`${signal}.json`),
          '--calls',
          folder.at(`${signal}.jsonl`),
          '--',
          ...node(CLIENT, 'photos/1.jpg', 'photos/hang'),
        ],
        { env },
      );
      await tool.prints('the content');
      await arrives('hang');
      tool.child.kill(signal);
      expect(await tool.ended).toMatchObject({ code, stderr: '' });
      expect(folder.lines(`${signal}.jsonl`).map(({ access, status }) => [access[0].resources[0], status])).toEqual([
        ['arn:aws:s3:::photos/1.jpg', 200],
        ['arn:aws:s3:::photos/hang', null],
      ]);
      expect(Object.keys(JSON.parse(folder.read(`${signal}.json`)).functions)).toEqual(['local']);
    }
  });

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
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(folder.lines('half.jsonl')).toMatchObject([
      { service: null, operation: 'CONNECT', host: 'slow.example:25', bytesIn: 8 },
    ]);
  });

  it('waits for a child that takes a signal as it likes', async () => {
    const script =
      'process.on("SIGTERM", () => { console.log("asked"); setTimeout(() => process.exit(9), 50); }); setInterval(() => {}, 1e4); console.log("up")';
    const tool = start(['run', '--', ...node('-e', script)], { env });
    await tool.prints('up');
    tool.child.kill('SIGTERM');
    expect(await tool.ended).toMatchObject({ code: 9, stdout: 'up\nasked\n' });
  });

  it.skipIf(!has('python3'))(
    'leaves Ctrl-C to the terminal, which sends it to the command itself: once is not twice (needs python3)',
    async () => {
      const script = folder.write(
        'count.mjs',
        'let n = 0; process.on("SIGINT", () => { n++; setTimeout(() => process.exit(40 + n), 300); }); setInterval(() => {}, 1e4); console.log("up");',
      );
      const python = `import os, pty, select
pid, fd = pty.fork()
if pid == 0: os.execvp(${JSON.stringify(process.execPath)}, ["node", "cli/main.ts", "run", "--", ${JSON.stringify(process.execPath)}, ${JSON.stringify(script)}])
seen, sent = b"", False
while True:
    try: seen += os.read(fd, 4096)
    except OSError: break
    if b"up" in seen and not sent: sent = os.write(fd, b"\\x03") == 1
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
      const { execFileSync } = await import('node:child_process');
      const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env };
      expect(execFileSync('python3', ['-c', python], { cwd: ROOT, env: environment, encoding: 'utf8' })).toBe('41\n');
    },
  );

  it('hands standard input through to the command', async () => {
    expect(await rolefence(['run', '--', 'cat'], { env, input: 'a\0b' })).toMatchObject({ code: 0, stdout: 'a\0b' });
  });

  it.skipIf(!has('curl'))('runs inside another run: both see the calls (needs curl)', async () => {
    const inner = [process.execPath, 'cli/main.ts', 'run', '--calls', folder.at('inner.jsonl'), '--'];
    const signed = `Authorization: AWS4-HMAC-SHA256 Credential=${KEY}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00`;
    const ended = await run(
      ['--calls', folder.at('outer.jsonl')],
      [...inner, 'curl', '-sS', '-H', signed, 'https://photos.s3.us-east-1.amazonaws.com/1.jpg'],
      { JAVA_HOME: '/nowhere' },
    );
    expect(ended).toMatchObject({ code: 0, stdout: 'the content', stderr: '' });
    for (const file of ['inner.jsonl', 'outer.jsonl']) {
      expect(folder.lines(file)).toMatchObject([{ service: 's3', operation: 'GetObject' }]);
    }
  });

  it('writes what was learned also where the command fails', async () => {
    const ended = await run(
      ['--learn-to', folder.at('failed.json')],
      ['sh', '-c', `${process.execPath} ${CLIENT} photos/1.jpg; exit 5`],
    );
    expect(ended.code).toBe(5);
    expect(Object.keys(JSON.parse(folder.read('failed.json')).functions)).toEqual(['local']);
  });

  it('takes ROLEFENCE_* variables, and options over them', async () => {
    const variables = {
      ROLEFENCE_MODE: 'block',
      ROLEFENCE_BASELINE: `file:${folder.at('b.json')}`,
      ROLEFENCE_CONNECT_TO: upstream.connectTo,
      ROLEFENCE_UPSTREAM_CA: folder.at('upstream.pem'),
    };
    const tool = (args: string[]) =>
      rolefence(['run', ...args, '--', ...node(CLIENT, 'backups/1')], { env: { ...env, ...variables } });
    expect(await tool([])).toMatchObject({ code: 3, stdout: 'backups/1: AccessDenied 1\n' });
    expect(await tool(['--mode', 'alert'])).toMatchObject({ code: 0, stdout: 'backups/1: the content\n' });
  });

  it('blocks by a mode that was misspelt, and tells it and a variable that is none', async () => {
    const misspelt = { ROLEFENCE_MODE: 'blok', ROLEFENCE_BASLINE: 'file:b.json' };
    const ended = await run(['--baseline', folder.at('b.json')], node(CLIENT, 'backups/1'), misspelt);
    expect(ended).toMatchObject({ code: 3, stdout: 'backups/1: AccessDenied 1\n' });
    expect(ended.stderr).toContain('ROLEFENCE_MODE is "blok", expected learn, alert or block: block holds\n');
    expect(ended.stderr).toContain(
      'ROLEFENCE_BASLINE is no setting (did you mean ROLEFENCE_BASELINE?): nothing reads it\n',
    );
  });

  it('asks whose calls they are where the baseline holds several functions', async () => {
    await rolefence(['learn', '--out', folder.at('two.json')], {
      input: jsonl([...ordinary(2), ...ordinary(2, { function: 'other' })]),
    });
    const several = ['--mode', 'alert', '--baseline', folder.at('two.json')];
    expect(sentence(await run(several, ['true']))).toContain('several functions (other, resize): --function NAME');
    expect(await run([...several, '--function', 'other'], ['true'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('follows ROLEFENCE_ON_FAILURE in block mode where the baseline of the variables is not to be had', async () => {
    const broken = { ROLEFENCE_BASELINE: `file:${folder.at('none.json')}` };
    const findings = ['--mode', 'block', '--findings', folder.at('failure.jsonl')];
    const open = await run(findings, node(CLIENT, 'photos/1.jpg'), broken);
    expect(open.stdout).toBe('photos/1.jpg: the content\n');
    expect(folder.lines('failure.jsonl')).toMatchObject([{ severity: 'critical', blocked: false }]);
    const closed = await run(findings, node(CLIENT, 'photos/1.jpg'), { ...broken, ROLEFENCE_ON_FAILURE: 'closed' });
    expect(closed.stdout).toBe('photos/1.jpg: AccessDenied 1\n');
    expect(folder.lines('failure.jsonl')).toMatchObject([{ severity: 'critical', blocked: true }]);
  });

  it('sends findings to the sinks that the variables name, past the sensor itself', async () => {
    const before = upstream.arrived.length;
    const ended = await run(
      ['--mode', 'alert', '--baseline', folder.at('b.json'), '--calls', folder.at('sink.jsonl')],
      node(CLIENT, 'backups/1'),
      {
        ROLEFENCE_SINKS: 'webhook',
        ROLEFENCE_WEBHOOK_URL: 'https://other.example/findings',
        ROLEFENCE_WEBHOOK_SECRET: 'a-secret-of-thirty-two-characters',
      },
    );
    expect(ended).toMatchObject({ code: 0, stdout: 'backups/1: the content\n' });
    expect(upstream.arrived.slice(before)).toContain('POST other.example/findings');
    expect(folder.lines('sink.jsonl')).toHaveLength(1);
  });

  it('knows the key that is its own: another one is foreign', async () => {
    const ended = await run(
      [
        '--mode',
        'alert',
        '--baseline',
        folder.at('b.json'),
        '--own-access-key',
        'AKIAOTHEROTHEROTHER1',
        '--findings',
        folder.at('key.jsonl'),
      ],
      node(CLIENT, 'photos/1.jpg'),
    );
    expect(ended.code).toBe(0);
    expect(folder.lines('key.jsonl').map(({ detector }) => detector)).toContain('credential');
  });

  it.each([
    [['--mode', 'watch', '--', 'true'], "--mode must be learn, alert or block, not 'watch'"],
    [['true'], 'the command stands after --: rolefence run [options] -- true …'],
    [['--'], 'a command is missing'],
    [['--moed', 'alert', '--', 'true'], '--moed is not an option of run (did you mean --mode?)'],
    [['--port', '99999', '--', 'true'], '--port must be a whole number from 0 to 65535'],
    [['--connect-to', 'a=b', '--', 'true'], '--connect-to "a=b" is not understood'],
    [['--upstream-ca', '/none.pem', '--', 'true'], '--upstream-ca: /none.pem cannot be read (no such file or folder)'],
    [['--upstream-ca', join(ROOT, 'package.json'), '--', 'true'], 'holds no certificate, expected PEM'],
    [['--baseline', '/none.json', '--', 'true'], 'baseline file /none.json cannot be read'],
    [['--learn-to', '/none/b.json', '--', 'true'], '--learn-to: /none/b.json cannot be written'],
    [['--findings', '/none/f', '--', 'true'], '--findings: /none/f cannot be written'],
    [['--ca-file', '/proc/none/ca.pem', '--', 'true'], '--ca-file: '],
  ])('refuses %j with one sentence', async (args, said) => {
    expect(sentence(await rolefence(['run', ...args], { env: { TMPDIR: folder.path } }))).toContain(said);
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

/** Resolves when the upstream has seen a request whose path holds the text and that nobody has waited for yet. */
const awaited = new Set<number>();
async function arrives(text: string): Promise<void> {
  for (;;) {
    const at = upstream.arrived.findIndex((line, i) => line.includes(text) && !awaited.has(i));
    if (at >= 0) {
      awaited.add(at);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
