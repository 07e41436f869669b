import { request } from 'node:https';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
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
  upstreamTcp,
  when,
} from './harness.ts';

afterEach(closeAll);

const GET = `GET /a?b=c HTTP/1.1\r\nHost: ${HOST}\r\nX-Odd-Case: 1\r\n\r\n`;
const ok = (body = 'hello') => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nX-Answer: 2\r\n\r\n${body}`;

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

  it('shows a reset of the upstream as a lost connection', async () => {
    const port = await upstreamRaw((socket) => socket.once('data', () => socket.destroy()));
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    expect(await all(client)).toBe('');
    expect(outcomes[0]).toMatchObject({ status: null, aborted: 'upstream' });
  });

  it('repeats a GET, and only that, when a kept connection dies before the answer', async () => {
    let connections = 0;
    const seen: string[] = [];
    const port = await upstreamRaw((socket) => {
      const mine = ++connections;
      let requests = 0;
      socket.on('data', (bytes) => {
        seen.push(`${mine} ${bytes.toString('latin1').split(' ')[0]}`);
        if (mine === 1 && ++requests > 1) socket.destroy();
        else socket.write(ok());
      });
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    expect(seen).toEqual(['1 GET', '1 GET', '2 GET']);
    client.destroy();
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

  it('sends nothing to an upstream whose certificate does not verify', async () => {
    let bytes = 0;
    const port = await upstreamRaw((socket) => socket.on('data', (part) => (bytes += part.length)), 'evil.example.com');
    const { inspector, faults } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    expect(await all(client)).toBe('');
    expect([bytes, faults]).toEqual([0, ['upstream-certificate']]);
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

  it('takes no kept connection that may have died in a freeze', async () => {
    let connections = 0;
    const port = await upstreamRaw((socket) => {
      connections++;
      socket.on('data', () => socket.write(ok()));
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now + 60_000);
    try {
      client.write(GET);
      await until(client, (text) => text.endsWith('hello'));
    } finally {
      clock.mockRestore();
    }
    expect(connections).toBe(2);
    client.destroy();
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

describe('a tunnel', () => {
  it('passes bytes both ways, half-closed sides too, and is recorded when it closes', async () => {
    const port = await upstreamTcp((socket) => {
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('end', () => socket.end(`got ${text}`));
    });
    const { inspector, egress } = recorder();
    const { proxy } = await proxyTo(inspector, port);
    const { socket } = await connectThrough(proxy.port, 'example.com:9000');
    socket.write('some');
    socket.end('thing');
    expect(await until(socket, (text) => text.includes('something'))).toBe('got something');
    await when(() => egress[0]?.outcome !== undefined);
    expect(egress[0]).toMatchObject({
      target: { host: 'example.com', port: 9000, sni: null },
      outcome: { connected: true, bytesOut: 9, bytesIn: 13 },
    });
  });

  it('lets a server speak first', async () => {
    let accepted: (server: Socket) => void = () => {};
    const server = new Promise<Socket>((resolve) => {
      accepted = resolve;
    });
    const port = await upstreamTcp((socket) => accepted(socket));
    const { inspector } = recorder();
    const { proxy } = await proxyTo(inspector, port);
    const { socket } = await connectThrough(proxy.port, 'mail.example.com:25');
    const heard = until(socket, (text) => text.includes('ready'));
    // Not before: it could come together with the answer to CONNECT.
    (await server).write('220 ready\r\n');
    expect(await heard).toContain('220 ready');
    socket.destroy();
  });

  it('is refused with 403 before it is opened', async () => {
    const { inspector } = recorder({ egress: () => ({ kind: 'refuse', reason: 'not approved', ended() {} }) });
    const { proxy } = await proxyTo(inspector, 1);
    const { answer } = await connectThrough(proxy.port, 'example.com:443');
    expect(answer).toMatch(/^HTTP\/1\.1 403 [\s\S]*not approved/);
  });

  it('answers 502 where the host cannot be reached', async () => {
    const { inspector } = recorder();
    const { proxy } = await proxyTo(inspector, 1);
    const { answer } = await connectThrough(proxy.port, 'example.com:443');
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
  });

  it('is no way to AWS: a hello for an endpoint in a tunnel to another host is opened', async () => {
    const port = await upstreamRaw((socket) => socket.on('data', () => socket.write(ok())));
    const { inspector, heads } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    for (const authority of ['front.example.com:443', '192.0.2.1:443']) {
      const { socket } = await connectThrough(proxy.port, authority);
      const client = connectTls({ socket, ca, servername: HOST });
      client.write(GET);
      await until(client, (text) => text.endsWith('hello'));
      expect(heads.at(-1)).toMatchObject({ sni: HOST, connect: authority });
      client.destroy();
    }
  });
});

describe('without a certificate authority', () => {
  it('tunnels AWS connections unread', async () => {
    const port = await upstreamRaw((socket) => socket.on('data', () => socket.write(ok())));
    const { inspector, heads } = recorder();
    const { proxy } = await proxyTo(inspector, port, { readable: false });
    const { upstreamAuthority } = await import('./harness.ts');
    const client = await direct(proxy.port, upstreamAuthority.certificatePem);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    client.destroy();
    const { socket } = await connectThrough(proxy.port, `${HOST}:443`);
    const second = connectTls({ socket, ca: upstreamAuthority.certificatePem, servername: HOST });
    second.write(GET);
    await until(second, (text) => text.endsWith('hello'));
    second.destroy();
    expect(heads).toEqual([]);
  });

  it('refuses them where it is to fail closed', async () => {
    const { inspector } = recorder();
    const { proxy } = await proxyTo(inspector, 1, { readable: false, unread: 'refuse' });
    const { answer } = await connectThrough(proxy.port, `${HOST}:443`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('plain HTTP through the proxy', () => {
  it('is egress, and goes on in origin form', async () => {
    let seen = '';
    const port = await upstreamTcp((socket) => {
      socket.on('data', (bytes) => {
        seen += bytes;
        socket.write(ok());
      });
    });
    const { inspector, heads, egress } = recorder();
    const { proxy } = await proxyTo(inspector, port);
    const { connect } = await import('node:net');
    const client = connect(proxy.port, '127.0.0.1');
    client.write('GET http://example.com/x?y HTTP/1.1\r\nHost: example.com\r\n\r\n');
    await until(client, (text) => text.endsWith('hello'));
    expect(seen).toBe('GET /x?y HTTP/1.1\r\nHost: example.com\r\n\r\n');
    expect(heads).toEqual([]);
    expect(egress[0]?.outcome).toMatchObject({ connected: true });
    client.write(
      'GET http://sqs.internal/ HTTP/1.1\r\nHost: sqs.internal\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n',
    );
    await until(client, (text) => text.endsWith('hello'));
    expect(heads[0]).toMatchObject({ scheme: 'http', target: 'http://sqs.internal/' });
    client.destroy();
  });
});
