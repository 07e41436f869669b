import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';

/**
 * Run in a network namespace of its own (`unshare -n`): a client and the proxy there, the endpoint in another one at the far end of a wire. In a freeze the wire is cut and the
 * endpoint forgets its connections, so that the proxy's look alive and are dead: no end of them ever comes. Prints what became of the calls, as JSON. Argument: seconds frozen.
 */
const HOST = 'dynamodb.us-east-1.amazonaws.com';
const PORT = 8443;
const frozenMs = Number(process.argv[2]) * 1_000;
const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const folder = mkdtempSync(join(tmpdir(), 'rolefence-test-'));
const upstream = createCertificateAuthority(new Date());
const leaf = upstream.leafFor(HOST);
for (const [name, pem] of Object.entries({
  ca: upstream.certificatePem,
  cert: leaf.certificatePem,
  key: leaf.keyPem,
})) {
  writeFileSync(join(folder, `${name}.pem`), pem);
}

// The far end: a process that only holds the namespace, and the endpoint that is started in it.
const far = spawn('unshare', ['-n', 'sleep', '300'], { stdio: 'ignore' });
const started: ChildProcess[] = [far];
const inFar = (...command: string[]) => ['-t', `${far.pid}`, '-n', ...command];

async function endpoint(): Promise<ChildProcess> {
  const program = `
    const fs = require('node:fs');
    require('node:https').createServer({ cert: fs.readFileSync('cert.pem'), key: fs.readFileSync('key.pem'), keepAliveTimeout: 600000 },
      (req, res) => { fs.appendFileSync('seen', req.method + ' ' + req.url + '\\n'); req.resume(); req.on('end', () => res.end('ok')); })
      .listen(${PORT}, () => console.log('up'));`;
  const child = spawn('nsenter', inFar(process.execPath, '-e', program), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  await new Promise((found) => createInterface({ input: child.stdout }).once('line', found));
  return child;
}

try {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'near', 'type', 'veth', 'peer', 'name', 'far', 'netns', `${far.pid}`);
  ip('addr', 'add', '10.9.0.1/24', 'dev', 'near');
  ip('link', 'set', 'near', 'up');
  for (const args of [
    ['addr', 'add', '10.9.0.2/24', 'dev', 'far'],
    ['link', 'set', 'far', 'up'],
  ]) {
    execFileSync('nsenter', inFar('ip', ...args));
  }
  const first = await endpoint();
  const proxy = spawn(
    process.execPath,
    [
      '--no-warnings',
      resolve(import.meta.dirname, '../../../bench/proxy/contestants/proxy-only.ts'),
      '0',
      '--connect-to',
      `*:*=10.9.0.2:${PORT}`,
      '--upstream-ca',
      join(folder, 'ca.pem'),
    ],
    { cwd: mkdtempSync(join(folder, 'proxy-')), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  started.push(proxy);
  const line = await new Promise<string>((found) => createInterface({ input: proxy.stdout! }).once('line', found));
  const { port } = new URL((JSON.parse(line) as { proxy: string }).proxy);
  const ca = readFileSync(`/proc/${proxy.pid}/cwd/ca.pem`, 'utf8');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => connect({ host: '127.0.0.1', port: Number(port), servername: HOST, ca });
  const call = (method: string, path: string): Promise<string> =>
    new Promise((done) => {
      const req = request({ agent, host: HOST, method, path, headers: { host: HOST } }, (res) => {
        res.resume();
        res.on('end', () => done(`${res.statusCode}`));
      });
      req.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'failed'));
      req.end(method === 'POST' ? '{}' : undefined);
    });

  const before = [await call('POST', '/before'), await call('GET', '/before')];
  proxy.kill('SIGSTOP');
  ip('link', 'set', 'near', 'down');
  first.kill('SIGKILL');
  // nsenter has become the endpoint itself: its death is that of its sockets, whose ends nobody hears of.
  await new Promise((gone) => first.once('exit', gone));
  await pause(frozenMs);
  ip('link', 'set', 'near', 'up');
  await endpoint();
  proxy.kill('SIGCONT');
  const after = [await call('GET', '/after'), await call('POST', '/after'), await call('POST', '/then')];
  agent.destroy();
  const seen = readFileSync(join(folder, 'seen'), 'utf8').trim().split('\n');
  console.log(JSON.stringify({ before, after, seen }));
} finally {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
