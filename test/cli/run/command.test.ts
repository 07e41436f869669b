import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { has, ROOT, rolefence, sentence, start } from '../tool.ts';
import { CLIENT, KEY, NONE_SEEN, node, runSession } from './session.ts';

const session = runSession();
const { env, folder, run } = session;

describe('rolefence run, and the command itself', () => {
  it('writes no baseline where nothing was seen', async () => {
    const learned = folder.at('nothing.json');
    const ended = await run(['--learn-to', learned], ['true']);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(`nothing was learned: ${learned} is not written`);
    expect(existsSync(learned)).toBe(false);
  });

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
    expect(await run([], command)).toMatchObject({ code, stdout: '', stderr: NONE_SEEN });
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
          ...session.leadThere,
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

  it('says at once which variable leads calls past it, and at the end that none was seen', async () => {
    const elsewhere = { AWS_ENDPOINT_URL: 'http://user:word@127.0.0.1:9', AWS_ENDPOINT_URL_S3: 'nonsense' };
    const ended = await run([], ['sh', '-c', 'echo it begins >&2'], elsewhere);
    const [first, second, third, last] = ended.stderr.split('\n');
    expect(first).toContain('AWS_ENDPOINT_URL leads AWS calls to 127.0.0.1:9, where they are not seen');
    expect(second).toContain('AWS_ENDPOINT_URL_S3 leads AWS calls to no URL');
    expect([third, `${last}\n`]).toEqual(['it begins', NONE_SEEN]);
    const vpc = { AWS_ENDPOINT_URL_SQS: 'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com' };
    expect((await run([], ['true'], vpc)).stderr).toBe(NONE_SEEN);
    const ignored = { ...elsewhere, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };
    expect((await run([], ['true'], ignored)).stderr).toBe(NONE_SEEN);
  });

  it('writes what was learned also where the command fails', async () => {
    const ended = await run(
      ['--learn-to', folder.at('failed.json')],
      ['sh', '-c', `${process.execPath} ${CLIENT} photos/1.jpg; exit 5`],
    );
    expect(ended.code).toBe(5);
    expect(Object.keys(JSON.parse(folder.read('failed.json')).functions)).toEqual(['local']);
  });
});

/** Resolves when the upstream has seen a request whose path holds the text and that nobody has waited for yet. */
const awaited = new Set<number>();
async function arrives(text: string): Promise<void> {
  for (;;) {
    const at = session.upstream.arrived.findIndex((line, i) => line.includes(text) && !awaited.has(i));
    if (at >= 0) {
      awaited.add(at);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
