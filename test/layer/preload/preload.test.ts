import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundlePreload } from '../../../layer/build/bundle.ts';
import { writeTree } from '../../../layer/build/file.ts';
import { type Listener, startListener } from './listener.ts';

/** The Node that tests run on, and the machine's own where there is one: Lambda has several. */
const NODES = [
  ...new Set(
    [process.execPath, '/usr/bin/node', '/usr/local/bin/node']
      .filter((path) => existsSync(path))
      .map((path) => realpathSync(path)),
  ),
];

const S3 = 's3.us-east-1.amazonaws.com';
const KINESIS = 'kinesis.us-east-1.amazonaws.com';

describe.each(NODES)('the preload in %s', (node) => {
  let folder: string;
  let listener: Listener;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolefence-preload-'));
    listener = await startListener([S3, KINESIS, 'example.com', '192.0.2.7', 'private.example'], /^refused\.example/);
    writeTree((await bundlePreload(join(import.meta.dirname, '../../..'))).files, folder);
    writeFileSync(join(folder, 'ca.pem'), listener.caPem);
  });
  afterAll(async () => {
    await listener.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => listener.seen.splice(0));

  /** What the script prints. It runs as a function's process would: nothing of this machine's environment but what the wrapper sets. */
  const run = (script: string, env: Record<string, string> = {}, kind: 'commonjs' | 'module' = 'commonjs') =>
    new Promise<string>((resolve) => {
      const proxy = `http://127.0.0.1:${listener.port}`;
      const child = spawn(node, [`--input-type=${kind}`, '-e', script], {
        env: {
          PATH: '/usr/bin:/bin',
          NODE_OPTIONS: `--require ${folder}/preload.cjs`,
          NODE_EXTRA_CA_CERTS: `${folder}/ca.pem`,
          ROLEFENCE_SENSOR_PORT: `${listener.port}`,
          ROLEFENCE_SENSOR_CA: `${folder}/ca.pem`,
          HTTPS_PROXY: proxy,
          https_proxy: proxy,
          ...env,
        },
      });
      let text = '';
      child.stdout.on('data', (part) => {
        text += part;
      });
      child.stderr.on('data', (part) => {
        text += part;
      });
      child.on('close', () => resolve(text.trim()));
    });
  const GET = `const get = (module, ...args) => new Promise((resolve) => module.get(...args, (r) => r.resume().on('end', () => resolve(r.statusCode))).on('error', (e) => resolve(e.code)));`;

  it('leads https to the sensor, whatever agent the client has', async () => {
    const printed = await run(`${GET} const https = require('https');
      (async () => console.log(await get(https, 'https://${S3}/a'),
        await get(https, { host: '${S3}', path: '/b', agent: new https.Agent({ keepAlive: true }) }),
        await get(https, new URL('https://${S3}/c'), { agent: false })))()`);
    expect(printed).toBe('200 200 200');
    expect(listener.seen).toEqual(['/a', '/b', '/c'].map((path) => `tls h1 GET ${S3} ${path} sni=${S3}`));
  });

  it('leads ES modules, which import the function itself', async () => {
    const script = `import { get } from 'node:https'; get('https://${S3}/esm', (r) => { r.resume(); console.log(r.statusCode); });`;
    expect(await run(script, {}, 'module')).toBe('200');
    expect(listener.seen).toEqual([`tls h1 GET ${S3} /esm sni=${S3}`]);
  });

  it('leads fetch', async () => {
    expect(await run(`fetch('https://${S3}/f').then((r) => console.log(r.status))`)).toBe('200');
    expect(listener.seen).toEqual([`tls h1 GET ${S3} /f sni=${S3}`]);
  });

  it('leads HTTP/2', async () => {
    const script = `const s = require('http2').connect('https://${KINESIS}');
      s.request({ ':path': '/h2' }).on('response', (h) => { console.log(h[':status']); s.close(); }).end();`;
    expect(await run(script)).toBe('200');
    expect(listener.seen[0]).toMatch(new RegExp(`^tls h2 GET ${KINESIS}(:443)? /h2 sni=${KINESIS}$`));
  });

  it('is trusted by a client that has CAs of its own', async () => {
    const printed = await run(`${GET} const tls = require('tls'), https = require('https');
      const ca = tls.rootCertificates[0];
      (async () => console.log(await get(https, { host: '${S3}', ca }), await get(https, { host: '${S3}', ca: [ca], agent: false }),
        await get(https, { host: '${S3}', secureContext: tls.createSecureContext({ ca }), agent: false })))()`);
    expect(printed).toBe('200 200 200');
  });

  it('names the real target by CONNECT where the server name does not', async () => {
    const printed = await run(`${GET} const https = require('https');
      (async () => console.log(await get(https, 'https://192.0.2.7/ip'), await get(https, 'https://example.com:8443/port'),
        await get(https, { host: 'private.example', servername: '${S3}', path: '/name' })))()`);
    expect(printed).toBe('200 200 200');
    expect(listener.seen.filter((one) => one.startsWith('connect'))).toEqual([
      'connect 192.0.2.7:443',
      'connect example.com:8443',
      'connect private.example:443',
    ]);
  });

  it('gives the client an error where the sensor refuses', async () => {
    expect(await run(`${GET} get(require('https'), 'https://refused.example:8443/').then(console.log)`)).toBe(
      'ROLEFENCE_REFUSED',
    );
  });

  it('sends plain HTTP in absolute form, with the Host that it was for', async () => {
    const printed = await run(`${GET} const http = require('http');
      (async () => console.log(await get(http, 'http://sqs.us-east-1.amazonaws.com/q?a=1'),
        await get(http, { hostname: 'sqs.us-east-1.amazonaws.com', port: 8080, path: '/r', headers: { host: 'own' } })))()`);
    expect(printed).toBe('200 200');
    expect(listener.seen).toEqual([
      'plain GET http://sqs.us-east-1.amazonaws.com/q?a=1 host=sqs.us-east-1.amazonaws.com',
      'plain GET http://sqs.us-east-1.amazonaws.com:8080/r host=own',
    ]);
  });

  it('leaves loopback and the Runtime API alone', async () => {
    const script = `${GET} const http = require('http'); const s = http.createServer((q, r) => r.end()).listen(0, '127.0.0.1', async () => {
      console.log(await get(http, 'http://localhost:' + s.address().port + '/'), await get(http, { port: s.address().port, host: '127.0.0.1' })); s.close(); });`;
    expect(await run(script)).toBe('200 200');
    expect(listener.seen).toEqual([]);
  });

  it('hides the proxy from this process, and gives it to every child, however it is started', async () => {
    const script = `const c = require('child_process'); const sh = ['-c', 'echo "$HTTPS_PROXY"'];
      console.log([process.env.HTTPS_PROXY, c.spawnSync('sh', sh, { env: {} }).stdout + '', c.execFileSync('sh', sh) + '',
        c.execSync('echo "$https_proxy"') + ''].map(String).map((s) => s.trim()).join());
      c.spawn('sh', sh, { env: {}, stdio: 'inherit' }); c.exec('echo "$NODE_OPTIONS"', { env: { PATH: process.env.PATH } }, (e, out) => console.log(out));`;
    const proxy = `http://127.0.0.1:${listener.port}`;
    const printed = await run(script);
    expect(printed.split('\n')[0]).toBe(`,${proxy},${proxy},${proxy}`.replace(/^/, 'undefined'));
    expect(printed.split('\n').sort().slice(1)).toContain(proxy);
    expect(printed).toContain('--require ');
  });

  it('is there in workers, even in one with an empty environment', async () => {
    const script = `const { Worker } = require('worker_threads'); new Worker("require('https').get('https://${S3}/w', (r) => { r.resume(); console.log(r.statusCode) })", { eval: true, env: {} });`;
    expect(await run(script)).toBe('200');
    expect(listener.seen).toEqual([`tls h1 GET ${S3} /w sni=${S3}`]);
  });

  it('goes around a sensor that does not answer, after one failed connection, and fails where that is asked for', async () => {
    // Nobody listens on port 1; 192.0.2.1 (RFC 5737) stands for the real host, so that its error tells that it was dialled.
    const script = `${GET} const https = require('https'); const lookup = (h, o, done) => done(null, o.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
      const once = () => new Promise((resolve) => https.get({ host: 'example.com', port: 443, lookup, agent: false }).on('error', (e) => resolve(e.port)));
      (async () => console.log(await once(), await once()))()`;
    expect(await run(script, { ROLEFENCE_SENSOR_PORT: '1' })).toBe('1 443');
    expect(await run(script, { ROLEFENCE_SENSOR_PORT: '1', ROLEFENCE_ON_FAILURE: 'closed' })).toBe('1 1');
  });

  it('changes nothing where there is no sensor', async () => {
    expect(
      await run(
        `console.log(require('tls').connect.toString().includes('[native code]') || require('tls').connect.length)`,
        { ROLEFENCE_SENSOR_PORT: '' },
      ),
    ).toBe(
      await run(
        `console.log(require('tls').connect.toString().includes('[native code]') || require('tls').connect.length)`,
        { NODE_OPTIONS: '' },
      ),
    );
  });
});
