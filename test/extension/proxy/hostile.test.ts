import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReaper } from '../../../extension/proxy/reaper.ts';
import type { Sensor } from '../../../extension/sensor.ts';
import { all, closeAll, connectThrough, direct, HOST, proxyTo, recorder, until, upstreamRaw, when } from './harness.ts';
import { blockingShop, good, scan } from './shop.ts';

afterEach(closeAll);

describe('hostile clients in block mode', () => {
  let sensor: Sensor;
  let seen: string[];

  beforeEach(async () => {
    ({ sensor, seen } = await blockingShop());
  });

  const open = (host = HOST, protocols: string[] = []): Promise<TLSSocket> =>
    direct(sensor.port, sensor.certificatePem ?? '', host, protocols);

  async function send(text: string): Promise<string> {
    const socket = await open();
    const answered = all(socket);
    socket.write(text, 'latin1');
    socket.end();
    return answered;
  }

  it('what the function may do arrives, so that the rest of this is no accident', async () => {
    const socket = await open();
    socket.write(good());
    expect(await until(socket, (text) => text.endsWith('{}'))).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
    expect(seen).toEqual([good()]);
  });

  const evil = scan();
  it.each<[string, string]>([
    ['another operation', evil],
    [
      'Content-Length and Transfer-Encoding',
      good().replace('Content-Length', 'Transfer-Encoding: chunked\r\nContent-Length'),
    ],
    [
      'Transfer-Encoding twice',
      good().replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity'),
    ],
    ['a coding that only some know', good().replace(/Content-Length: \d+/, 'Transfer-Encoding: xchunked')],
    [
      'Transfer-Encoding hidden by a space',
      good().replace('Content-Length', 'Transfer-Encoding : chunked\r\nContent-Length'),
    ],
    [
      'Transfer-Encoding behind a tab',
      good().replace('Content-Length', 'X: y\r\n\tTransfer-Encoding: chunked\r\nContent-Length'),
    ],
    ['two lengths', good().replace('Content-Length', 'Content-Length: 5\r\nContent-Length')],
    ['a length with a sign', good().replace('Content-Length: ', 'Content-Length: +')],
    ['a bare line feed', good().replace('\r\nX-Amz-Date', '\nX-Amz-Date')],
    ['a bare carriage return', good().replace('\r\nX-Amz-Date', '\rX-Amz-Date')],
    ['a NUL in a field', good().replace('20260101T', '2026\u00000101T')],
    ['a folded field', good().replace('X-Amz-Date: ', 'X-Amz-Date:\r\n ')],
    ['two operations', good().replace('X-Amz-Target', 'X-Amz-Target: DynamoDB_20120810.Scan\r\nX-Amz-Target')],
    ['two hosts', good().replace('Host:', 'Host: sts.us-east-1.amazonaws.com\r\nHost:')],
    ['no host', good().replace(/Host: .*\r\n/, '')],
    ['a host that is not that of the connection', good().replace(HOST, 's3.us-east-1.amazonaws.com')],
    ['a host that is no endpoint', good().replace(HOST, 'innocent.example')],
    ['an absolute target to elsewhere', good().replace('POST /', 'POST https://s3.us-east-1.amazonaws.com/')],
    ['the operation field taken off by Connection', good().replace('Host:', 'Connection: x-amz-target\r\nHost:')],
    ['a method that overrides', good().replace('Host:', 'X-HTTP-Method-Override: DELETE\r\nHost:')],
    ['a table named twice in the body', good('{"TableName":"Orders","TableName":"Customers","Key":{"id":{"S":"1"}}}')],
    ['a head without end', `POST / HTTP/1.1\r\n${'X-A: '.padEnd(300 * 1024, 'a')}\r\n\r\n`],
    ['HTTP/2 without TLS negotiation', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/0.9', 'GET /\r\n\r\n'],
  ])('%s does not arrive, and is answered or closed', async (_name, text) => {
    await send(text);
    expect(seen).toEqual([]);
    // The sensor is well.
    const socket = await open();
    socket.write(good());
    expect(await until(socket, (answer) => answer.endsWith('{}'))).toMatch(/^HTTP\/1\.1 200/);
    socket.destroy();
  });

  it('a request behind a body is a request of its own, and refused as one', async () => {
    const socket = await open();
    socket.write(good() + evil);
    expect(await until(socket, (text) => text.includes('AccessDenied'))).toMatch(
      /^HTTP\/1\.1 200[\s\S]*HTTP\/1\.1 400/,
    );
    socket.destroy();
    expect(seen).toEqual([good()]);
  });

  it('a request within the body of another stays its body', async () => {
    const body = JSON.stringify({ TableName: 'Orders', Key: { id: { S: evil } } });
    const socket = await open();
    socket.write(good(body));
    await until(socket, (text) => text.endsWith('{}'));
    socket.destroy();
    expect(seen).toEqual([good(body)]);
  });

  it('CONNECT to one endpoint and a hello for another: Host decides nothing alone', async () => {
    const { socket } = await connectThrough(sensor.port, 's3.us-east-1.amazonaws.com:443');
    const tls = connectTls({ socket, servername: HOST, ca: sensor.certificatePem ?? '' });
    tls.on('error', () => {});
    const answered = all(tls);
    tls.write(good());
    tls.end();
    await answered;
    expect(seen).toEqual([]);
  });

  it('another authority on an HTTP/2 connection is sent away with 421', async () => {
    const socket = await open(HOST, ['h2']);
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => socket });
    const statuses = await Promise.all(
      ['s3.us-east-1.amazonaws.com', 'innocent.example', `${HOST}:8443`].map(
        (authority) =>
          new Promise((resolve) => {
            const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': authority });
            stream.on('response', (headers) => resolve(headers[':status']));
            stream.on('error', () => resolve('closed'));
            stream.resume();
            stream.end();
          }),
      ),
    );
    session.destroy();
    expect(statuses).toEqual([421, 421, 421]);
    expect(seen).toEqual([]);
  });

  it('a client that opens streams only to reset them is cut off, and nobody else is', async () => {
    const socket = await open(HOST, ['h2']);
    const session = connectHttp2(`https://${HOST}`, { createConnection: () => socket });
    session.on('error', () => {});
    let closed = false;
    session.on('close', () => {
      closed = true;
    });
    for (let round = 0; round < 60 && !session.destroyed; round++) {
      const streams = Array.from({ length: 50 }, () =>
        session.request({ ':method': 'POST', ':path': '/', ':authority': HOST }),
      );
      for (const stream of streams) stream.on('error', () => {});
      await new Promise((resolve) => setTimeout(resolve, 2));
      for (const stream of streams) stream.close(8);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await when(() => closed);
    const next = await open();
    next.write(good());
    expect(await until(next, (text) => text.endsWith('{}'))).toMatch(/^HTTP\/1\.1 200/);
    next.destroy();
  });
});

describe('clients that keep us waiting', () => {
  it('lose their connection when a handshake or a head does not come', () => {
    vi.useFakeTimers();
    try {
      const reaper = createReaper();
      const destroyed: string[] = [];
      const socket = (name: string) => ({ destroy: () => void destroyed.push(name) }) as never;
      const slow = socket('slow');
      const served = socket('served');
      reaper.watch(slow);
      reaper.watch(served);
      vi.advanceTimersByTime(20_000);
      reaper.unwatch(served);
      expect(destroyed).toEqual([]);
      vi.advanceTimersByTime(20_000);
      expect(destroyed).toEqual(['slow']);
      reaper.close();
    } finally {
      vi.useRealTimers();
    }
  });

  it('hold up nobody else', async () => {
    const port = await upstreamRaw((socket) =>
      socket.on('data', () => socket.write('HTTP/1.1 204 No Content\r\n\r\n')),
    );
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const slow = await Promise.all(Array.from({ length: 40 }, () => direct(proxy.port, ca)));
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\nX-Slow: ');
    const client = await direct(proxy.port, ca);
    client.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    expect(await until(client, (text) => text.endsWith('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 204/);
    for (const socket of [...slow, client]) socket.destroy();
  });
});
