import { request } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import {
  all,
  closeAll,
  connectThrough,
  direct,
  HOST,
  proxyTo,
  recorder,
  until,
  upstreamHttps,
  upstreamRaw,
  when,
} from './harness.ts';
import { GET, ok } from './messages.ts';

afterEach(closeAll);

describe('an intercepted HTTP/1.1 connection', () => {
  it('carries a request and its answer byte for byte', async () => {
    let seen = '';
    const port = await upstreamRaw((socket) => {
      socket.on('data', (bytes) => {
        seen += bytes.toString('latin1');
        socket.write(ok());
      });
    });
    const { inspector, heads, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    expect(await until(client, (text) => text.endsWith('hello'))).toBe(ok());
    expect(seen).toBe(GET);
    expect(heads[0]).toMatchObject({ method: 'GET', target: '/a?b=c', sni: HOST, connect: null, scheme: 'https' });
    expect(outcomes[0]).toMatchObject({ status: 200, bytesOut: GET.length, bytesIn: ok().length, aborted: null });
    expect(Buffer.from(outcomes[0]?.body ?? []).toString()).toBe('hello');
    client.destroy();
  });

  it('comes through CONNECT, and reuses the upstream connection', async () => {
    let connections = 0;
    const port = await upstreamRaw((socket) => {
      connections++;
      socket.on('data', () => socket.write(ok()));
    });
    const { inspector, heads } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    for (let i = 0; i < 3; i++) {
      const { socket, answer } = await connectThrough(proxy.port, `${HOST}:443`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      const client = connectTls({ socket, ca, servername: HOST });
      client.write(GET);
      await until(client, (text) => text.endsWith('hello'));
      client.write(GET);
      await until(client, (text) => text.endsWith('hello'));
      client.destroy();
    }
    expect(connections).toBe(1);
    expect(heads[0]?.connect).toBe(`${HOST}:443`);
    expect(heads).toHaveLength(6);
  });

  it('carries large bodies both ways', async () => {
    const port = await upstreamHttps((req, res) => {
      res.writeHead(200, { 'x-size': '1' });
      req.pipe(res);
    });
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const body = Buffer.alloc(8_000_000, 'abcdefgh');
    const received = await new Promise<Buffer>((resolve, reject) => {
      const req = request(
        { host: '127.0.0.1', port: proxy.port, servername: HOST, ca, method: 'PUT', headers: { host: HOST } },
        (res) => {
          const parts: Buffer[] = [];
          res.on('data', (part) => parts.push(part));
          res.on('end', () => resolve(Buffer.concat(parts)));
        },
      );
      req.on('error', reject);
      for (let at = 0; at < body.length; at += 100_000) req.write(body.subarray(at, at + 100_000));
      req.end();
    });
    expect(received.equals(body)).toBe(true);
    await when(() => outcomes.length === 1);
    expect(outcomes[0]?.bytesOut).toBeGreaterThan(body.length);
  });

  it('relays Expect: 100-continue truly', async () => {
    const events: string[] = [];
    const port = await upstreamRaw((socket) => {
      socket.on('data', (bytes) => {
        const text = bytes.toString('latin1');
        events.push(text.includes('Expect') ? 'head' : text);
        socket.write(text.includes('Expect') ? 'HTTP/1.1 100 Continue\r\n\r\n' : ok());
      });
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(`PUT /k HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n`);
    expect(await until(client, (text) => text.endsWith('\r\n\r\n'))).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.write('body');
    expect(await until(client, (text) => text.endsWith('hello'))).toBe(ok());
    expect(events).toEqual(['head', 'body']);
    client.destroy();
  });

  it('judges by the body, and forwards it as it came', async () => {
    let seen = '';
    const port = await upstreamRaw((socket) => {
      socket.on('data', (bytes) => {
        seen += bytes.toString('latin1');
        if (seen.endsWith('0\r\n\r\n')) socket.write(ok());
      });
    });
    let judged = '';
    const { inspector } = recorder({
      request: () => ({
        kind: 'body',
        cap: 100,
        decide(body, truncated) {
          judged = `${Buffer.from(body)} ${truncated}`;
          return { kind: 'forward', keepOfAll: 0, keepOfErrors: 0, isolate: false, ended() {} };
        },
      }),
    });
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    const text = `POST / HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`;
    client.write(text.slice(0, 90));
    setTimeout(() => client.write(text.slice(90)), 20);
    await until(client, (answer) => answer.endsWith('hello'));
    expect(judged).toBe('abcde false');
    expect(seen).toBe(text);
    client.destroy();
  });

  it('answers a refusal itself and sends nothing upstream', async () => {
    let connections = 0;
    const port = await upstreamRaw(() => connections++);
    let ended = 0;
    const { inspector } = recorder({
      request: () => ({
        kind: 'decided',
        decision: {
          kind: 'refuse',
          answer: { status: 403, headers: [['X-A', 'b']], body: Buffer.from('no') },
          ended: () => ended++,
        },
      }),
    });
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET + GET);
    const twice = 'HTTP/1.1 403 Forbidden\r\nX-A: b\r\nContent-Length: 2\r\n\r\nno'.repeat(2);
    expect(await until(client, (text) => text.length >= twice.length)).toBe(twice);
    expect([connections, ended]).toEqual([0, 2]);
    client.destroy();
  });

  it('gets a 400 for what has no single reading, after other requests too', async () => {
    const port = await upstreamRaw((socket) => {
      socket.on('data', () => socket.write(ok()));
    });
    const { inspector, malformed } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    client.write(GET.replace('X-Odd-Case: 1', 'Content-Length: 1\r\nContent-Length: 1'));
    expect(await all(client)).toMatch(/^HTTP\/1\.1 400 /);
    expect(malformed).toHaveLength(1);
  });

  it.each([
    ['two lengths', `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc`],
    [
      'length and chunked',
      `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a bare line feed', `GET / HTTP/1.1\nHost: ${HOST}\n\n`],
    ['space before the colon', `GET / HTTP/1.1\r\nHost : ${HOST}\r\n\r\n`],
    ['a folded line', `GET / HTTP/1.1\r\nHost: ${HOST}\r\nA: b\r\n c\r\n\r\n`],
    ['two hosts', `GET / HTTP/1.1\r\nHost: ${HOST}\r\nHost: x\r\n\r\n`],
    ['a coding other than chunked', `POST / HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: xchunked\r\n\r\n`],
    [
      'a Connection that takes fields off',
      `GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-Amz-Target: a\r\nConnection: x-amz-target\r\n\r\n`,
    ],
    ['HTTP/2 without negotiation', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('refuses %s in every mode', async (_name, text) => {
    let connections = 0;
    const port = await upstreamRaw(() => connections++);
    const { inspector, malformed } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(text);
    expect(await all(client)).toMatch(/^HTTP\/1\.1 400 /);
    expect([connections, malformed.length]).toEqual([0, 1]);
  });

  it('never switches to HTTP/2, where nobody would read the requests', async () => {
    let seen = '';
    const port = await upstreamRaw((socket) =>
      socket.on('data', (bytes) => {
        seen += bytes.toString('latin1');
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n');
      }),
    );
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(
      `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n`,
    );
    expect(await all(client)).toBe('');
    expect(seen).toBe(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
  });

  it('becomes a tunnel after 101', async () => {
    const port = await upstreamRaw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
        socket.on('data', (bytes) => socket.write(bytes));
      });
    });
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
    await until(client, (text) => text.endsWith('\r\n\r\n'));
    client.write('ping');
    expect(await until(client, (text) => text.length >= 4)).toBe('ping');
    client.end();
    await when(() => outcomes.length === 1);
  });
});
