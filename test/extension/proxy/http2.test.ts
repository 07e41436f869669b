import {
  connect as connectHttp2,
  createSecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  closeAll,
  direct,
  later,
  proxyTo,
  recorder,
  upstreamAuthority,
  upstreamHttps,
  upstreamTcp,
  when,
} from './harness.ts';

afterEach(closeAll);

const KINESIS = 'kinesis.us-east-1.amazonaws.com';

async function upstreamH2(
  serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  allowHTTP1 = false,
) {
  const { certificatePem, keyPem } = upstreamAuthority.leafFor(KINESIS);
  const server = createSecureServer({ cert: certificatePem, key: keyPem, allowHTTP1 });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    serve(stream, headers);
  });
  server.on('sessionError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function session(port: number, ca: string) {
  const socket = await direct(port, ca, KINESIS, ['h2']);
  expect(socket.alpnProtocol).toBe('h2');
  const client = connectHttp2(`https://${KINESIS}`, { createConnection: () => socket });
  client.on('error', () => {});
  later(() => client.destroy());
  return client;
}

describe('an intercepted HTTP/2 connection', () => {
  it('carries a stream both ways at once, with trailers', async () => {
    const port = await upstreamH2((stream) => {
      stream.respond({ ':status': 200, 'x-a': 'b' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-end': 'yes' }));
      stream.on('data', (bytes) => stream.write(`<${bytes}>`));
      stream.on('end', () => stream.end('.'));
    });
    const { inspector, heads, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await session(proxy.port, ca);
    const request = client.request({ ':method': 'POST', ':path': '/s', 'x-amz-target': 'T' }, { endStream: false });
    let text = '';
    let trailers: IncomingHttpHeaders = {};
    request.on('trailers', (fields) => {
      trailers = fields;
    });
    request.on('data', (bytes) => {
      text += bytes;
    });
    request.write('one');
    await when(() => text === '<one>');
    request.write('two');
    await when(() => text === '<one><two>');
    request.end();
    await when(() => request.closed);
    expect(text).toBe('<one><two>.');
    expect(trailers['x-end']).toBe('yes');
    expect(heads[0]).toMatchObject({ method: 'POST', target: '/s', authority: `${KINESIS}:443`, sni: KINESIS });
    expect(heads[0]?.headers).toContainEqual(['x-amz-target', 'T']);
    await when(() => outcomes.length === 1);
    expect(outcomes[0]).toMatchObject({ status: 200, aborted: null });
  });

  it('judges by the body and then forwards it', async () => {
    const port = await upstreamH2((stream) => {
      stream.respond({ ':status': 200 });
      stream.pipe(stream);
    });
    let judged = '';
    const { inspector } = recorder({
      request: () => ({
        kind: 'body',
        cap: 100,
        decide(body) {
          judged = `${Buffer.from(body)}`;
          return { kind: 'forward', keepOfAll: 0, keepOfErrors: 0, isolate: false, ended() {} };
        },
      }),
    });
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await session(proxy.port, ca);
    const request = client.request({ ':method': 'POST', ':path': '/' });
    let text = '';
    request.on('data', (bytes) => {
      text += bytes;
    });
    request.end('body');
    await when(() => request.closed);
    expect([judged, text]).toEqual(['body', 'body']);
  });

  it('reads what Lambda says at the same time before the first streams after a pause, and keeps their order', async () => {
    const order: string[] = [];
    const port = await upstreamH2((stream) => {
      stream.respond({ ':status': 200 });
      stream.end();
    });
    const { inspector } = recorder();
    const request: typeof inspector.request = (head) => {
      order.push(head.target);
      return inspector.request(head);
    };
    const { proxy, ca } = await proxyTo({ ...inspector, request }, port);
    const lambda = await upstreamTcp((socket) => socket.on('data', () => order.push('INVOKE')));
    const events = connectTcp(lambda, '127.0.0.1');
    await new Promise((resolve) => events.once('connect', resolve));
    const client = await session(proxy.port, ca);
    for (let invocation = 0; invocation < 3; invocation++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      // All are there when this process looks at its sockets again, the requests first.
      const answers = ['/first', '/second'].map((path) => {
        const stream = client.request({ ':path': path });
        stream.resume();
        return new Promise((resolve) => stream.once('close', resolve));
      });
      await new Promise((resolve) => setImmediate(resolve));
      events.write('INVOKE');
      await Promise.all(answers);
    }
    const each = ['INVOKE', '/first', '/second'];
    expect(order).toEqual([...each, ...each, ...each]);
    events.destroy();
  });

  it('holds a fast side back for a slow one, both ways', async () => {
    const size = 64 * 1024 * 1024;
    const part = Buffer.alloc(65_536);
    /** Writes as fast as it is let, and says how much it got rid of. */
    const pour = (stream: { write(bytes: Buffer): boolean; once(event: 'drain', then: () => void): unknown }) => {
      const poured = { bytes: 0 };
      const more = () => {
        while (poured.bytes < size) {
          poured.bytes += part.length;
          if (!stream.write(part)) return void stream.once('drain', more);
        }
      };
      more();
      return poured;
    };
    const settled = async (poured: { bytes: number }) => {
      let last = -1;
      for (; poured.bytes !== last || last === 0; ) {
        last = poured.bytes;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return last;
    };
    let down = { bytes: 0 };
    const port = await upstreamH2((stream, headers) => {
      if (headers[':path'] === '/up') return void stream.pause();
      stream.respond({ ':status': 200 });
      down = pour(stream);
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await session(proxy.port, ca);
    const slow = client.request({ ':path': '/down' });
    slow.on('error', () => {});
    slow.pause();
    await when(() => down.bytes > 0);
    expect(await settled(down)).toBeLessThan(size / 4);
    const upload = client.request({ ':method': 'POST', ':path': '/up' });
    upload.on('error', () => {});
    expect(await settled(pour(upload))).toBeLessThan(size / 4);
    client.destroy();
  });

  it('ends a stream whose head is far too large, and serves the next connection', async () => {
    const port = await upstreamH2((stream) => {
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
    const { inspector, heads } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await session(proxy.port, ca);
    const ended = new Promise((resolve) => client.once('close', resolve));
    const huge = client.request({ ':path': '/huge', 'x-huge': 'a'.repeat(400_000) });
    huge.on('error', () => {});
    const closed = new Promise((resolve) => huge.once('close', resolve));
    await Promise.race([ended, closed]);
    expect(heads).toEqual([]);
    const next = await session(proxy.port, ca);
    const answer = next.request({ ':path': '/small' });
    answer.resume();
    const headers = await new Promise<IncomingHttpHeaders>((resolve) => answer.once('response', resolve));
    expect(headers[':status']).toBe(200);
  });

  it('answers 421 for an authority that its certificate does not cover', async () => {
    const { inspector, heads } = recorder();
    const { proxy, ca } = await proxyTo(inspector, 1);
    const client = await session(proxy.port, ca);
    const request = client.request({ ':authority': 's3.us-east-1.amazonaws.com', ':path': '/' });
    const status = await new Promise((resolve) => request.on('response', (headers) => resolve(headers[':status'])));
    expect([status, heads]).toEqual([421, []]);
  });

  it('answers a refusal itself', async () => {
    const { inspector } = recorder({
      request: () => ({
        kind: 'decided',
        decision: {
          kind: 'refuse',
          answer: { status: 400, headers: [['X-Amzn-ErrorType', 'E']], body: Buffer.from('no') },
          ended() {},
        },
      }),
    });
    const { proxy, ca } = await proxyTo(inspector, 1);
    const client = await session(proxy.port, ca);
    const request = client.request({ ':method': 'POST', ':path': '/' });
    request.end('body');
    const headers = await new Promise<IncomingHttpHeaders>((resolve) => request.on('response', resolve));
    expect(headers[':status']).toBe(400);
    expect(headers['x-amzn-errortype']).toBe('E');
  });

  it('passes a reset of the client on, and records it', async () => {
    let code = -1;
    const port = await upstreamH2((stream) => {
      stream.respond({ ':status': 200 });
      stream.write('x');
      stream.on('close', () => {
        code = stream.rstCode;
      });
    });
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await session(proxy.port, ca);
    const request = client.request({ ':method': 'POST', ':path': '/' }, { endStream: false });
    request.on('error', () => {});
    await new Promise((resolve) => request.once('data', resolve));
    request.close(8);
    await when(() => code !== -1 && outcomes.length === 1);
    expect(code).toBe(8);
    expect(outcomes[0]?.aborted).toBe('client');
  });

  it('goes on in HTTP/1.1 where the endpoint speaks nothing else', async () => {
    let seen = '';
    const port = await upstreamHttps((req, res) => {
      seen = `${req.httpVersion} ${req.headers.host} ${req.headers['x-amz-target']}`;
      res.writeHead(200, { 'x-a': 'b' });
      req.pipe(res);
    }, KINESIS);
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await session(proxy.port, ca);
    const texts = await Promise.all(
      ['one', 'two', 'three'].map(async (body) => {
        const request = client.request({ ':method': 'POST', ':path': '/', 'x-amz-target': 'T' });
        let text = '';
        request.on('data', (bytes) => {
          text += bytes;
        });
        request.end(body);
        await when(() => request.closed);
        return text;
      }),
    );
    expect(texts).toEqual(['one', 'two', 'three']);
    expect(seen).toBe(`1.1 ${KINESIS}:443 T`);
    await when(() => outcomes.length === 3);
    expect(outcomes[0]).toMatchObject({ status: 200, aborted: null });
  });
});
