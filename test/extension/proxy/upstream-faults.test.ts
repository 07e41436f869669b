import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { issueCertificate } from '../../../extension/proxy/tls/certificate.ts';
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
const POST = `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 2\r\n\r\n{}`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a connection that is lost', () => {
  it.each([
    ['before its first byte', '', null],
    ['within the head of the answer', 'HTTP/1.1 200 OK\r\nContent-Le', null],
    ['within its body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart', 200],
    ['within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', 200],
  ])('%s: the client sees a lost connection, and the call is not sent again', async (_when, begun, status) => {
    let requests = 0;
    const port = await upstreamRaw((socket) =>
      socket.on('data', () => {
        requests++;
        if (begun === '') socket.destroy();
        else socket.write(begun, () => setTimeout(() => socket.destroy(), 10));
      }),
    );
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(POST);
    const text = await all(client);
    await when(() => outcomes.length === 1);
    expect(requests).toBe(1);
    // Half a head is none: the client gets nothing that it could take for an answer.
    expect(text).toBe(status === null ? '' : begun);
    expect(outcomes[0]).toMatchObject({ status, aborted: 'upstream' });
  });

  it('a POST on a kept connection that dies with it is not sent again', async () => {
    let requests = 0;
    const port = await upstreamRaw((socket) =>
      socket.on('data', () => {
        if (++requests === 1) socket.write(OK);
        else socket.destroy();
      }),
    );
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(POST);
    await until(client, (text) => text.endsWith('ok'));
    client.write(POST);
    await all(client);
    expect(requests).toBe(2);
  });
});

describe('a slow upstream', () => {
  it('holds a fast client back', async () => {
    let upstream: TLSSocket | null = null;
    const port = await upstreamRaw((socket) => {
      upstream = socket;
      socket.pause();
    });
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    const size = 64 * 1024 * 1024;
    client.write(`PUT /big HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${size}\r\n\r\n`);
    const part = Buffer.alloc(65_536);
    let written = 0;
    const more = () => {
      while (written < size) {
        written += part.length;
        if (!client.write(part)) return void client.once('drain', more);
      }
    };
    more();
    let last = -1;
    await when(() => {
      const still = written === last;
      last = written;
      return still && written > 0;
    });
    expect(written).toBeLessThan(size / 2);
    client.destroy();
    (upstream as TLSSocket | null)?.resume();
    await when(() => outcomes.length === 1);
    expect(outcomes[0]?.aborted).toBe('client');
  });
});

describe('the clock', () => {
  it('may jump: kept connections of the wrong age are left, calls go on', async () => {
    let connections = 0;
    const port = await upstreamRaw((socket) => {
      connections++;
      socket.on('data', () => socket.write(OK));
    });
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    const call = async () => {
      client.write(GET);
      await until(client, (text) => text.endsWith('ok'));
    };
    await call();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      await call();
      vi.setSystemTime(Date.now() + 86_400_000);
      await call();
    } finally {
      vi.useRealTimers();
    }
    client.destroy();
    expect(connections).toBe(3);
    expect(outcomes.every(({ durationMs }) => durationMs >= 0 && durationMs < 30_000)).toBe(true);
  });
});

describe('names', () => {
  it('that do not resolve break that call only', async () => {
    const { inspector, faults } = recorder();
    const authority = createCertificateAuthority(new Date());
    const { startProxy } = await import('../../../extension/proxy/proxy.ts');
    const proxy = await startProxy({
      inspector,
      port: 0,
      certificateAuthority: authority,
      unread: 'tunnel',
      connectTo: [],
      upstreamCa: null,
    });
    later(() => proxy.close());
    const host = 'nowhere.invalid.amazonaws.com';
    const client = await direct(proxy.port, authority.certificatePem, host);
    client.write(GET.replace(HOST, host));
    expect(await all(client)).toBe('');
    await when(() => faults.length === 1);
    expect(faults).toEqual(['upstream-unreachable']);
  });
});

describe('certificates upstream', () => {
  const day = 86_400_000;
  const make = (host: string, from: number, to: number, trusted = true) => {
    const signer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const dates = { notBefore: new Date(Date.now() - 9 * day), notAfter: new Date(Date.now() + 9 * day) };
    const issuer = 'Test CA/Rolefence';
    const ca = issueCertificate({ subject: issuer, issuer, ...dates, publicKey: signer.publicKey, signer, host: null });
    const span = { notBefore: new Date(Date.now() + from), notAfter: new Date(Date.now() + to) };
    const cert = issueCertificate({ subject: host, issuer, ...span, publicKey: key.publicKey, signer, host });
    return {
      ca: trusted ? ca : upstreamAuthority.certificatePem,
      cert,
      key: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  };

  // Made when their test begins: some live for a minute only.
  it.each<[string, Parameters<typeof make>, boolean]>([
    ['good', [HOST, -day, day], true],
    ['about to expire', [HOST, -day, 60_000], true],
    ['expired', [HOST, -2 * day, -60_000], false],
    ['not yet valid', [HOST, day, 2 * day], false],
    ['for another name', ['dynamodb.eu-west-1.amazonaws.com', -day, day], false],
    ['by an unknown authority', [HOST, -day, day, false], false],
  ])('%s', async (_name, given, accepted) => {
    const { ca: trusted, cert, key } = make(...given);
    let bytes = 0;
    const server = createTlsServer({ cert, key }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        bytes += data.length;
        socket.write(OK);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    later(() => server.close());
    const { inspector, faults } = recorder();
    const authority = createCertificateAuthority(new Date());
    const { startProxy } = await import('../../../extension/proxy/proxy.ts');
    const port = (server.address() as AddressInfo).port;
    const way = { fromHost: '*', fromPort: null, toHost: '127.0.0.1', toPort: port };
    const proxy = await startProxy({
      inspector,
      port: 0,
      certificateAuthority: authority,
      unread: 'tunnel',
      connectTo: [way],
      upstreamCa: trusted,
    });
    later(() => proxy.close());
    const client = await direct(proxy.port, authority.certificatePem);
    client.write(GET);
    const text = accepted ? await until(client, (answer) => answer.endsWith('ok')) : await all(client);
    client.destroy();
    expect(text.length > 0).toBe(accepted);
    if (accepted) return;
    expect(bytes).toBe(0);
    await when(() => faults.length > 0);
    expect(faults).toEqual(['upstream-certificate']);
  });
});

describe('TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken on both legs', async (version) => {
    const { certificatePem, keyPem } = upstreamAuthority.leafFor(HOST);
    const spoken: (string | null)[] = [];
    const server = createTlsServer(
      { cert: certificatePem, key: keyPem, minVersion: version, maxVersion: version },
      (socket) => {
        spoken.push(socket.getProtocol());
        socket.on('error', () => {});
        socket.on('data', () => socket.write(OK));
      },
    );
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    later(() => server.close());
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, (server.address() as AddressInfo).port);
    const client = connectTls({
      host: '127.0.0.1',
      port: proxy.port,
      ca,
      servername: HOST,
      minVersion: version,
      maxVersion: version,
    });
    client.on('error', () => {});
    client.write(GET);
    expect(await until(client, (text) => text.endsWith('ok'))).toMatch(/^HTTP\/1\.1 200/);
    spoken.push(client.getProtocol());
    client.destroy();
    expect(spoken).toEqual([version, version]);
  });

  it('a client that speaks nothing newer than TLS 1.1 is turned away', async () => {
    const { inspector, heads } = recorder();
    const { proxy } = await proxyTo(inspector, 1);
    const curl = ['-sk', '--tls-max', '1.1', '-x', `http://127.0.0.1:${proxy.port}`, `https://${HOST}/`];
    await expect(promisify(execFile)('curl', curl, { env: { PATH: process.env.PATH ?? '' } })).rejects.toThrow();
    expect(heads).toEqual([]);
  });
});

describe('bodies of any size and shape', () => {
  it('arrive byte for byte, side by side, both ways', async () => {
    const hashes = new Map<string, string>();
    const port = await upstreamHttps((req, res) => {
      const hash = createHash('sha256');
      req.on('data', (bytes) => hash.update(bytes));
      req.on('end', () => {
        hashes.set(req.url ?? '', hash.digest('hex'));
        const size = Number(req.url?.split('-')[1]);
        res.write(Buffer.alloc(size >> 1, 'd'));
        res.end(Buffer.alloc(size - (size >> 1), 'e'));
      });
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const sizes = [0, 1, 8_191, 8_192, 16_384, 16_385, 65_535, 65_536, 131_073, 1_000_003];
    await Promise.all(
      sizes.map(
        (size, at) =>
          new Promise<void>((done, failed) => {
            const body = Buffer.alloc(size, String.fromCharCode(97 + at));
            const path = `/b-${size}`;
            const req = request(
              {
                host: '127.0.0.1',
                port: proxy.port,
                servername: HOST,
                ca,
                path,
                method: 'PUT',
                headers: { host: HOST },
              },
              (res) => {
                let received = 0;
                res.on('data', (bytes: Buffer) => {
                  received += bytes.length;
                });
                res.on('end', () => {
                  try {
                    expect(received).toBe(size);
                    expect(hashes.get(path)).toBe(createHash('sha256').update(body).digest('hex'));
                    done();
                  } catch (error) {
                    failed(error);
                  }
                });
              },
            );
            req.on('error', failed);
            // Chunked where it goes in two pieces.
            if (at % 2 === 0) req.end(body);
            else {
              req.write(body.subarray(0, size >> 1));
              setTimeout(() => req.end(body.subarray(size >> 1)), 5);
            }
          }),
      ),
    );
  });
});
