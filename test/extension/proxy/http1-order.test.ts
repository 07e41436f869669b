import { connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  all,
  closeAll,
  direct,
  HOST,
  proxyTo,
  recorder,
  until,
  upstreamHttps,
  upstreamRaw,
  upstreamTcp,
} from './harness.ts';
import { GET, ok } from './messages.ts';

afterEach(closeAll);

describe('the requests of one HTTP/1.1 connection', () => {
  it('handles pipelined requests one after the other', async () => {
    const port = await upstreamHttps((req, res) => {
      setTimeout(() => res.end(req.url), req.url === '/1' ? 50 : 0);
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write([1, 2, 3].map((n) => `GET /${n} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`).join(''));
    const text = await until(client, (all) => all.includes('/3'));
    expect(text.match(/^\/[123]/gm)).toEqual(['/1', '/2', '/3']);
    client.destroy();
  });

  it('reads in order what follows a request whose beginning came with the one before', async () => {
    const seen: string[] = [];
    let goOn = () => {};
    const port = await upstreamTcp((socket) => {
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes.toString('latin1');
        const whole = /^(?:GET \S+ .*?\r\n\r\n|PUT \S+ .*?\r\n\r\n.{40})/s.exec(text)?.[0];
        if (whole === undefined) return;
        text = text.slice(whole.length);
        seen.push(whole.split(' HTTP')[0] as string);
        socket.write(ok());
        // The proxy finds both in one turn: the answer, and then what overtook what it had read before.
        goOn();
      });
    });
    const { inspector } = recorder();
    const { proxy } = await proxyTo(inspector, port);
    const client = connectTcp(proxy.port, '127.0.0.1');
    const to = (method: string, more = '') =>
      `${method} http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${more}\r\n`;
    const put = to('PUT', 'Content-Length: 40\r\n') + 'GET /smuggled HTTP/1.1\r\n'.padEnd(40, 'x');
    const rest = 38;
    goOn = () => {
      client.write(put.slice(-rest));
      goOn = () => {};
    };
    client.write(to('GET') + put.slice(0, -rest));
    const text = await until(client, (all) => all.split('hello').length === 3 || all.includes(' 400 '));
    expect(text).toBe(ok() + ok());
    expect(seen).toEqual(['GET /', 'PUT /']);
    client.destroy();
  });

  it('is answered where the client ends its side right behind its request', async () => {
    const port = await upstreamRaw((socket) => {
      socket.on('data', () => socket.write(ok()));
    });
    const { inspector, heads } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    // A pause: the first call of an invocation.
    await new Promise((resolve) => setTimeout(resolve, 20));
    client.end(GET);
    expect(await all(client)).toBe(ok());
    expect(heads).toHaveLength(2);
  });

  it('reads what Lambda says at the same time before the first request after a pause', async () => {
    const order: string[] = [];
    const port = await upstreamRaw((socket) => socket.on('data', () => socket.write(ok())));
    const { inspector } = recorder();
    const request: typeof inspector.request = (head) => {
      order.push('request');
      return inspector.request(head);
    };
    const { proxy, ca } = await proxyTo({ ...inspector, request }, port);
    const lambda = await upstreamTcp((socket) => socket.on('data', () => order.push('INVOKE')));
    const events = connectTcp(lambda, '127.0.0.1');
    await new Promise((resolve) => events.once('connect', resolve));
    const client = await direct(proxy.port, ca);
    for (let invocation = 0; invocation < 3; invocation++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      // Both are there when this process looks at its sockets again, the request first.
      const answered = until(client, (text) => text.endsWith('hello'));
      client.write(GET);
      events.write('INVOKE');
      await answered;
    }
    expect(order).toEqual(['INVOKE', 'request', 'INVOKE', 'request', 'INVOKE', 'request']);
    events.destroy();
  });
});
