import { type ClientHttp2Stream, connect as connectHttp2, constants } from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import type { Decision, EgressDecision, Refusal } from '../../../extension/proxy/inspector.ts';
import {
  all,
  closeAll,
  connectThrough,
  direct,
  HOST,
  later,
  proxyTo,
  recorder,
  until,
  upstreamHttps,
  upstreamRaw,
  upstreamTcp,
  when,
} from './harness.ts';

afterEach(closeAll);

const ANSWER: Refusal = { status: 403, headers: [], body: Buffer.from('no') };

/** A promise, and how it is kept. */
function event() {
  let happen = () => {};
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happened, happen: () => happen() };
}

/** Every request is decided so; `ended` counts. */
function deciding(make: (ended: () => void) => Decision, bodied = false) {
  const told = { ended: 0, asked: 0 };
  const decide = () => {
    told.asked++;
    return make(() => {
      told.ended++;
    });
  };
  const { inspector } = recorder({
    request: () => (bodied ? { kind: 'body', cap: 1_000, decide } : { kind: 'decided', decision: decide() }),
  });
  return { inspector, told };
}

const forward = { kind: 'forward', keepOfErrors: 0, keepOfAll: 0, isolate: false } as const;

/** An endpoint that answers each request with its body. */
async function echo() {
  const seen: string[] = [];
  const port = await upstreamHttps(async (request, response) => {
    seen.push(request.url ?? '');
    let body = '';
    for await (const part of request) body += part;
    response.end(`<${request.url} ${body}>`);
  });
  return { port, seen };
}

const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** What has come until now; it may be more later. */
function gathering(socket: { on(event: 'data', take: (bytes: Buffer) => void): unknown }) {
  const got = { text: '' };
  socket.on('data', (bytes) => {
    got.text += bytes.toString('latin1');
  });
  return got;
}

async function over(protocol: 'HTTP/1.1' | 'HTTP/2', port: number, ca: string) {
  const socket = await direct(port, ca, HOST, protocol === 'HTTP/2' ? ['h2'] : []);
  later(() => socket.destroy());
  if (protocol === 'HTTP/1.1') {
    const got = gathering(socket);
    return {
      got,
      ask: (path: string, body: string) => void socket.write(post(path, body)),
      leave: () => socket.destroy(),
    };
  }
  const session = connectHttp2(`https://${HOST}`, { createConnection: () => socket });
  session.on('error', () => {});
  later(() => session.destroy());
  const got = { text: '' };
  let last: ClientHttp2Stream | null = null;
  return {
    got,
    ask(path: string, body: string) {
      const stream = session.request({ ':method': 'POST', ':path': path });
      last = stream;
      stream.on('error', () => {});
      stream.on('response', (headers) => {
        got.text += `${headers[':status']} `;
      });
      stream.on('data', (bytes) => {
        got.text += bytes;
      });
      stream.on('end', () => {
        got.text += '.';
      });
      stream.end(body);
    },
    leave: () => last?.close(constants.NGHTTP2_CANCEL),
  };
}

describe.each(['HTTP/1.1', 'HTTP/2'] as const)('over %s', (protocol) => {
  it.each([false, true])(
    'a request does not leave before what comes first (judged by its body: %s)',
    async (bodied) => {
      const { port, seen } = await echo();
      const first = event();
      const { inspector, told } = deciding((ended) => ({ ...forward, until: first.happened, ended }), bodied);
      const { proxy, ca } = await proxyTo(inspector, port);
      const { got, ask } = await over(protocol, proxy.port, ca);
      ask('/one', 'a');
      ask('/two', 'b');
      await when(() => told.asked > 0);
      await new Promise(setImmediate);
      expect(seen).toEqual([]);
      first.happen();
      await when(() => got.text.includes('</one a>') && got.text.includes('</two b>'));
      await when(() => told.ended === 2);
    },
  );

  it('a refusal is not answered before', async () => {
    const { port, seen } = await echo();
    const first = event();
    const { inspector, told } = deciding((ended) => ({ kind: 'refuse', answer: ANSWER, until: first.happened, ended }));
    const { proxy, ca } = await proxyTo(inspector, port);
    const { got, ask } = await over(protocol, proxy.port, ca);
    ask('/one', 'a');
    await when(() => told.asked === 1);
    await new Promise(setImmediate);
    expect(got.text).toBe('');
    first.happen();
    await when(() => got.text.includes('403') && got.text.includes('no'));
    expect(seen).toEqual([]);
    expect(told.ended).toBe(1);
  });

  it.each<[string, Decision['kind']]>([
    ['would have been sent', 'forward'],
    ['would have been refused', 'refuse'],
  ])('who goes meanwhile is told of once, where the request %s', async (_, kind) => {
    const { port, seen } = await echo();
    const first = event();
    const { inspector, told } = deciding((ended) =>
      kind === 'forward'
        ? { ...forward, until: first.happened, ended }
        : { kind, answer: ANSWER, until: first.happened, ended },
    );
    const { proxy, ca } = await proxyTo(inspector, port);
    const { ask, leave } = await over(protocol, proxy.port, ca);
    ask('/one', 'a');
    await when(() => told.asked === 1);
    leave();
    await new Promise((resolve) => setTimeout(resolve, 50));
    first.happen();
    await when(() => told.ended === 1);
    // A connection that is not read does not show that its client has gone; a stream does.
    if (protocol === 'HTTP/2') expect(seen).toEqual([]);
  });

  it('the end of an answer waits for what it tells, and what was before it does not', async () => {
    let finish = () => {};
    const port = await upstreamHttps((_, response) => {
      response.write('first,');
      finish = () => response.end('last');
    });
    const late = event();
    const { inspector, told } = deciding((ended) => ({ ...forward, last: () => late.happened, ended }));
    const { proxy, ca } = await proxyTo(inspector, port);
    const { got, ask } = await over(protocol, proxy.port, ca);
    ask('/one', 'a');
    await when(() => got.text.includes('first,'));
    finish();
    await when(() => told.ended === 1);
    const whole = () => /0\r\n\r\n$|\.$/.test(got.text);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(whole()).toBe(false);
    late.happen();
    await when(whole);
    expect(got.text).toContain('last');
    // The connection is good for more.
    ask('/two', 'b');
    await when(() => told.asked === 2);
  });
});

describe('the end of an answer that waits', () => {
  it('goes out where its upstream breaks off behind it', async () => {
    const port = await upstreamHttps((request, response) => {
      response.end('early');
      request.once('data', () => setTimeout(() => request.socket.destroy(), 20));
    });
    const { inspector, told } = deciding((ended) => ({ ...forward, last: () => event().happened, ended }));
    const { proxy, ca } = await proxyTo(inspector, port);
    const socket = await direct(proxy.port, ca);
    later(() => socket.destroy());
    // Half a body: the answer comes before the rest.
    socket.write(post('/one', 'abcdef').slice(0, -3));
    expect(await until(socket, (text) => text.endsWith('early'))).toMatch(/^HTTP\/1.1 200/);
    expect(told.ended).toBe(1);
  });

  it('is the whole answer where it came in one piece', async () => {
    const port = await upstreamRaw((socket) =>
      socket.on('data', (bytes) => {
        for (const [, path] of bytes.toString('latin1').matchAll(/POST (\S+)/g))
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${path!.length + 4}\r\n\r\n<${path} a>`);
      }),
    );
    const late = event();
    const { inspector, told } = deciding((ended) => ({ ...forward, last: () => late.happened, ended }));
    const { proxy, ca } = await proxyTo(inspector, port);
    const { got, ask } = await over('HTTP/1.1', proxy.port, ca);
    ask('/one', 'a');
    ask('/two', 'b');
    await when(() => told.ended === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(got.text).toBe('');
    late.happen();
    await when(() => got.text.includes('</one a>') && got.text.includes('</two a>'));
    expect(got.text.indexOf('</one')).toBeLessThan(got.text.indexOf('</two'));
  });
});

describe('a connection to another host', () => {
  const through = async (make: () => EgressDecision) => {
    let dialled = 0;
    const port = await upstreamTcp((socket) => {
      dialled++;
      socket.on('data', (bytes) => socket.write(bytes));
    });
    const { proxy } = await proxyTo(recorder({ egress: make }).inspector, port);
    const answer = connectThrough(proxy.port, 'example.com:443');
    return { answer, dialled: () => dialled };
  };

  it('is not dialled before what comes first', async () => {
    const first = event();
    let asked = false;
    const { answer, dialled } = await through(() => {
      asked = true;
      return { kind: 'tunnel', until: first.happened, ended() {} };
    });
    await when(() => asked);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(dialled()).toBe(0);
    first.happen();
    const { socket, answer: head } = await answer;
    expect(head).toMatch(/^HTTP\/1.1 200/);
    later(() => socket.destroy());
    socket.write('hello');
    expect(await until(socket, (text) => text === 'hello')).toBe('hello');
  });

  it('is not refused before it either', async () => {
    const first = event();
    let answered = false;
    const { answer, dialled } = await through(() => ({
      kind: 'refuse',
      reason: 'no',
      until: first.happened,
      ended() {},
    }));
    void answer.then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(answered).toBe(false);
    first.happen();
    const { socket, answer: head } = await answer;
    expect(head).toMatch(/^HTTP\/1.1 403/);
    expect(await all(socket)).toBe('');
    expect(dialled()).toBe(0);
  });
});
