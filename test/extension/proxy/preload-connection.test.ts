import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { preloadFile } from '../../../layer/preload-file.ts';
import {
  all,
  closeAll,
  direct,
  HOST,
  later,
  proxyTo,
  recorder,
  until,
  upstreamHttps,
  upstreamRaw,
  when,
} from './harness.ts';

afterEach(closeAll);

const GET = `GET /a HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const preface = (host = HOST, protocol = 'http/1.1') => `ROLEFENCE/1 ${host} ${protocol}\r\n`;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'rolefence-local-'));
  later(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function sensor(upstream: number, over: Parameters<typeof recorder>[0] = {}) {
  const told = recorder(over);
  const started = await proxyTo(told.inspector, upstream, { socketPath: join(folder(), 'local', 'socket') });
  return { ...told, ...started, path: started.proxy.socketPath ?? '' };
}

const answering = (seen: string[] = []) =>
  upstreamRaw((socket) =>
    socket.on('data', (bytes) => {
      seen.push(bytes.toString('latin1'));
      socket.write(OK);
    }),
  );

describe('the Unix socket', () => {
  it('is nobody else’s', async () => {
    const { path } = await sensor(1);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });

  it('carries a request in plain HTTP to the host that was named, and onwards in TLS', async () => {
    const seen: string[] = [];
    const { path, heads, outcomes } = await sensor(await answering(seen));
    const client = connect(path);
    client.write(preface() + GET);
    expect(await until(client, (text) => text.endsWith('hello'))).toBe(OK);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    expect(seen).toEqual([GET, GET]);
    expect(heads[1]).toMatchObject({ scheme: 'https', sni: HOST, connect: null, authority: null });
    await when(() => outcomes.length === 2);
    client.destroy();
  });

  it('tells the name of the connection beside the Host of a request, so that one is judged by the other', async () => {
    const { path, heads } = await sensor(await answering());
    const client = connect(path);
    client.write(preface() + GET.replace(`Host: ${HOST}`, 'Host: sts.us-east-1.amazonaws.com'));
    await until(client, (text) => text.endsWith('hello'));
    expect(heads[0]).toMatchObject({ sni: HOST });
    expect(heads[0]?.headers).toContainEqual(['Host', 'sts.us-east-1.amazonaws.com']);
    client.destroy();
  });

  it('waits for a preface that comes byte by byte', async () => {
    const { path } = await sensor(await answering());
    const client = connect(path);
    for (const byte of preface()) {
      client.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.write(GET);
    expect(await until(client, (text) => text.endsWith('hello'))).toBe(OK);
    client.destroy();
  });

  it('refuses what block mode refuses', async () => {
    const seen: string[] = [];
    const { path } = await sensor(await answering(seen), {
      request: () => ({
        kind: 'decided',
        decision: {
          kind: 'refuse',
          answer: { status: 403, headers: [], body: Buffer.from('{"no":1}') },
          ended() {},
        },
      }),
    });
    const client = connect(path);
    client.write(preface() + GET);
    expect(await until(client, (text) => text.endsWith('{"no":1}'))).toMatch(/^HTTP\/1\.1 403 /);
    expect(seen).toEqual([]);
    client.destroy();
  });

  it.each([
    ['a host that is no AWS endpoint', preface('example.com')],
    ['a host in capitals', preface(HOST.toUpperCase())],
    ['a port', preface(`${HOST}:8443`)],
    ['another protocol', preface(HOST, 'http/1.0')],
    ['a second line end', `ROLEFENCE/1 ${HOST} http/1.1\n`],
    ['no preface', GET],
    ['a CONNECT', `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`],
    ['TLS', '\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\n'],
    ['an endless preface', 'ROLEFENCE/1 '.padEnd(4_000, 'a')],
  ])('closes on %s, and nothing leaves', async (_, text) => {
    const seen: string[] = [];
    const { path, malformed, heads } = await sensor(await answering(seen));
    const client = connect(path);
    client.write(text + GET, 'latin1');
    expect(await all(client)).toBe('');
    expect([malformed.length, heads.length, seen.length]).toEqual([1, 0, 0]);
  });

  it('does not let half an answer pass for the whole where its end would be that of the connection', async () => {
    let breakOff = () => {};
    const port = await upstreamRaw((socket) =>
      socket.on('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\nhalf');
        // A reset of the TCP connection below.
        breakOff = () => void (socket as unknown as { _parent: Socket })._parent.resetAndDestroy();
      }),
    );
    const { path } = await sensor(port);
    const client = connect(path);
    client.write(preface() + GET);
    const text = await until(client, (so) => so.includes('half\r\n'));
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\nhalf\r\n/);
    const rest = all(client);
    breakOff();
    expect(await rest).toBe('');
  });

  it('says with a last chunk that an answer which ended with its connection is whole', async () => {
    const port = await upstreamRaw((socket) => socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nall')));
    const { path, outcomes } = await sensor(port);
    const client = connect(path);
    client.write(preface() + GET);
    expect(await all(client)).toMatch(/\r\n\r\n3\r\nall\r\n0\r\n\r\n$/);
    expect(outcomes[0]).toMatchObject({ status: 200, aborted: null });
  });

  it('takes the place of what an earlier process left, and is removed by one that can open nothing', async () => {
    const path = join(folder(), 'local', 'socket');
    mkdirSync(dirname(path));
    chmodSync(dirname(path), 0o777);
    writeFileSync(path, '');
    const { inspector } = recorder();
    const { proxy } = await proxyTo(inspector, 1, { socketPath: path });
    expect(proxy.socketPath).toBe(path);
    expect(statSync(path).isSocket()).toBe(true);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    const unread = await proxyTo(inspector, 1, { socketPath: path, readable: false });
    expect(unread.proxy.socketPath).toBe(null);
    expect(() => statSync(path)).toThrow(/ENOENT/);
  });

  it('is done without where it cannot be had', async () => {
    const { inspector } = recorder();
    const blocked = join(folder(), 'file');
    writeFileSync(blocked, '');
    for (const path of [join(blocked, 'socket'), join(folder(), 'x'.repeat(120))]) {
      const { proxy, ca } = await proxyTo(inspector, await answering(), { socketPath: path });
      expect(proxy.socketPath).toBe(null);
      const client = await direct(proxy.port, ca);
      client.write(GET);
      expect(await until(client, (text) => text.endsWith('hello'))).toBe(OK);
      client.destroy();
    }
  });
});

describe('a Node process under the preload', () => {
  /** Prints what the script prints. `socket`: the path that it is told. */
  async function run(script: string, port: number, ca: string, socket: string): Promise<string> {
    const place = folder();
    writeFileSync(join(place, 'ca.pem'), ca);
    const env = {
      PATH: process.env.PATH ?? '',
      ROLEFENCE_SENSOR_PORT: `${port}`,
      ROLEFENCE_SENSOR_CA: join(place, 'ca.pem'),
      ROLEFENCE_SENSOR_SOCKET: socket,
      NODE_EXTRA_CA_CERTS: join(place, 'ca.pem'),
    };
    const args = ['--require', (await preloadFile()) ?? '', '-e', script];
    return (await promisify(execFile)(process.execPath, args, { env, timeout: 25_000 })).stdout.trim();
  }
  const CALL = `const call = (options) => new Promise((resolve) => require('https').get({ host: '${HOST}', ...options },
    (r) => r.resume().on('end', () => resolve(r.statusCode)).on('error', (e) => resolve(e.code))).on('error', (e) => resolve(e.code)));`;

  it('uses one kept connection for its calls, and goes by TLS with CAs of its own', async () => {
    let connections = 0;
    const upstream = await upstreamHttps((_req, res) => res.end('{}'));
    const { proxy, ca, path, heads } = await sensor(upstream);
    // Between the preload and the sensor: counts.
    const counted = join(folder(), 'counted');
    const between = createServer((socket) => {
      connections++;
      const far = connect(path);
      socket.pipe(far).pipe(socket);
      for (const each of [socket, far]) each.on('error', () => {});
    });
    await new Promise<void>((resolve) => between.listen(counted, resolve));
    later(() => between.close());
    const script = `${CALL} const agent = new (require('https').Agent)({ keepAlive: true });
      (async () => { const seen = [];
        for (const path of ['/1', '/2', '/3']) seen.push(await call({ agent, path }));
        seen.push((await fetch('https://${HOST}/4')).status, await call({ path: '/5', ca: require('fs').readFileSync(process.env.ROLEFENCE_SENSOR_CA) }));
        console.log(seen.join()); agent.destroy(); process.exit(); })()`;
    expect(await run(script, proxy.port, ca, counted)).toBe('200,200,200,200,200');
    expect(connections).toBe(2);
    expect(heads.map(({ target, sni }) => `${target} ${sni}`)).toEqual(
      ['/1', '/2', '/3', '/4', '/5'].map((target) => `${target} ${HOST}`),
    );
  });

  it('goes by TLS where the socket is not there, and after one failed connection where nobody listens on it', async () => {
    const upstream = await upstreamHttps((_req, res) => res.end('{}'));
    const { proxy, ca } = await sensor(upstream);
    const script = `${CALL} (async () => console.log(await call({}), await call({})))()`;
    expect(await run(script, proxy.port, ca, '/nowhere/socket')).toBe('200 200');
    const dead = join(folder(), 'dead');
    const listen = `require('net').createServer().listen(${JSON.stringify(dead)}, () => process.kill(process.pid, 'SIGKILL'))`;
    await promisify(execFile)(process.execPath, ['-e', listen]).catch(() => {});
    expect(await run(script, proxy.port, ca, dead)).toBe('ECONNREFUSED 200');
  });
});
