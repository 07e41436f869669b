import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  all,
  closeAll,
  direct,
  HOST,
  later,
  proxyTo,
  recorder,
  until,
  upstreamAuthority,
  upstreamHttps,
  upstreamRaw,
  when,
} from './harness.ts';

afterEach(closeAll);

const GET = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
const descriptors = () => readdirSync('/proc/self/fd').length;

describe('faults', () => {
  it('serves a flood of connections and leaves no descriptor behind', async () => {
    const port = await upstreamHttps((_req, res) => setTimeout(() => res.end('ok'), 5));
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const before = descriptors();
    const clients = await Promise.all(
      Array.from({ length: 150 }, async () => {
        const client = await direct(proxy.port, ca);
        client.write(GET);
        expect(await until(client, (text) => text.includes('ok'))).toMatch(/^HTTP\/1\.1 200/);
        return client;
      }),
    );
    for (const client of clients) client.destroy();
    await when(() => outcomes.length === 150);
    await proxy.close();
    await when(() => descriptors() <= before);
  });

  it('breaks an answer off where the upstream did, so that no client takes it for whole', async () => {
    const port = await upstreamRaw((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart');
        setTimeout(() => socket.destroy(), 20);
      }),
    );
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const failure = await new Promise<NodeJS.ErrnoException>((resolve) => {
      const req = request(
        { host: '127.0.0.1', port: proxy.port, servername: HOST, ca, headers: { host: HOST } },
        (res) => {
          res.on('error', resolve);
          res.resume();
        },
      );
      req.on('error', resolve);
      req.end();
    });
    expect(failure.code).toBe('ECONNRESET');
    expect(outcomes[0]).toMatchObject({ status: 200, aborted: 'upstream' });
  });

  it('passes an early answer on while the body is still being sent', async () => {
    const port = await upstreamRaw((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno'),
      ),
    );
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(`PUT / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1000\r\n\r\nstart`);
    expect(await until(client, (text) => text.endsWith('no'))).toContain('403');
    await when(() => outcomes.length === 1);
    client.destroy();
  });

  it('does not take what follows a refused expectation for a request', async () => {
    let requests = 0;
    const port = await upstreamRaw((socket) =>
      socket.on('data', () => {
        requests++;
        socket.write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(`PUT / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${GET.length}\r\nExpect: 100-continue\r\n\r\n`);
    const text = await until(client, (answer) => answer.endsWith('\r\n\r\n'));
    expect(text).toContain('Connection: close');
    client.write(GET);
    await all(client);
    expect(requests).toBe(1);
  });

  it('ends the upstream request when the client is gone', async () => {
    let closed = false;
    const port = await upstreamRaw((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'));
      socket.on('end', () => socket.end());
      socket.on('close', () => {
        closed = true;
      });
    });
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    await until(client, (text) => text.endsWith('part'));
    client.destroy();
    await when(() => closed && outcomes.length === 1);
    expect(outcomes[0]?.aborted).toBe('client');
  });

  it('holds a fast upstream back for a slow client', async () => {
    let written = 0;
    const size = 64 * 1024 * 1024;
    const port = await upstreamHttps((_req, res) => {
      res.writeHead(200, { 'content-length': size });
      const part = Buffer.alloc(65_536);
      const more = () => {
        while (written < size) {
          written += part.length;
          if (!res.write(part)) return void res.once('drain', more);
        }
        res.end();
      };
      more();
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.pause();
    client.write(GET);
    let last = -1;
    await when(() => {
      const still = written === last && written > 0;
      last = written;
      return still;
    });
    expect(written).toBeLessThan(size / 2);
    let received = 0;
    client.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    client.resume();
    await when(() => received > size);
    client.destroy();
  });

  it('answers a client that has closed its own side behind the request, and lets the upstream know', async () => {
    const { certificatePem, keyPem } = upstreamAuthority.leafFor(HOST);
    let heardEnd = false;
    const server = createTlsServer({ cert: certificatePem, key: keyPem, allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      socket.resume();
      socket.on('end', () => {
        heardEnd = true;
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nlate but whole');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    later(() => server.close());
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, (server.address() as AddressInfo).port);
    const client = await direct(proxy.port, ca);
    client.end(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 2\r\n\r\n{}`);
    expect(await all(client)).toMatch(/^HTTP\/1\.1 200[\s\S]*late but whole$/);
    await when(() => outcomes.length === 1);
    expect(outcomes[0]).toMatchObject({ status: 200, aborted: null });
    expect(heardEnd).toBe(true);
  });

  it('says which host a client did not trust us for', async () => {
    const host = 'distrust.us-east-1.amazonaws.com';
    const { inspector, faults } = recorder();
    const { proxy } = await proxyTo(inspector, 1);
    const curl = ['-sS', '-x', `http://127.0.0.1:${proxy.port}`, `https://${host}/`];
    const env = { PATH: process.env.PATH ?? '' };
    await expect(promisify(execFile)('curl', curl, { env })).rejects.toThrow();
    await when(() => faults.length > 0);
    expect(faults).toEqual(['client-tls']);
  });
});
