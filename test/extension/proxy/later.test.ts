import { connect as connectHttp2 } from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import type { Decision, Inspector, Settled } from '../../../extension/proxy/inspector.ts';
import {
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

const forward: Decision = { kind: 'forward', keepOfErrors: 0, keepOfAll: 0, isolate: false, ended() {} };

/** Every request waits until `tell` is called, and is then what `settled` says. */
function waiting(settled: Settled) {
  let asked = 0;
  let tell = () => {};
  const until = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const request: Inspector['request'] = () => {
    asked++;
    return { kind: 'later', until, again: () => settled };
  };
  return { inspector: recorder({ request }).inspector, asked: () => asked, tell: () => tell() };
}

/** An endpoint that answers each request with its body. */
const echo = () =>
  upstreamHttps(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    response.end(`<${request.url} ${body}>`);
  });

const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('a request that must wait to be judged', () => {
  it('reaches nobody before, and goes on whole, with what its client sent meanwhile', async () => {
    const seen: string[] = [];
    const port = await upstreamRaw((socket) => socket.on('data', (bytes) => seen.push(bytes.toString('latin1'))));
    const { inspector, asked, tell } = waiting({ kind: 'decided', decision: forward });
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    later(() => client.destroy());
    client.write(post('/one', 'abcdef').slice(0, -3));
    await when(() => asked() === 1);
    client.write('def');
    expect(seen).toEqual([]);
    tell();
    await when(() => seen.join('').endsWith('abcdef'));
    expect(seen.join('')).toMatch(/^POST \/one /);
  });

  it('is answered in its turn where others were sent behind it', async () => {
    const port = await echo();
    const { inspector, asked, tell } = waiting({ kind: 'body', cap: 100, decide: () => forward });
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    later(() => client.destroy());
    client.write(post('/one', 'first') + post('/two', 'second'));
    await when(() => asked() === 1);
    tell();
    const text = await until(client, (all) => all.includes('second>'));
    expect(text.indexOf('</one first>')).toBeLessThan(text.indexOf('</two second>'));
    expect(asked()).toBe(2);
  });

  it('may be a stream of HTTP/2', async () => {
    const port = await echo();
    const { inspector, asked, tell } = waiting({ kind: 'decided', decision: forward });
    const { proxy, ca } = await proxyTo(inspector, port);
    const socket = await direct(proxy.port, ca, HOST, ['h2']);
    const client = connectHttp2(`https://${HOST}`, { createConnection: () => socket });
    later(() => client.destroy());
    const stream = client.request({ ':method': 'POST', ':path': '/one' });
    stream.end('abc');
    await when(() => asked() === 1);
    tell();
    let text = '';
    for await (const part of stream) text += part;
    expect(text).toBe('</one abc>');
  });
});

describe('requests that are sent before the answer to the one before', () => {
  it('are read in the order in which they came, in however many pieces', async () => {
    let asked = false;
    let answer = () => {};
    const port = await upstreamHttps(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      if (request.url === '/one') {
        await new Promise<void>((resolve) => {
          answer = resolve;
          asked = true;
        });
      }
      response.end(`<${request.url} ${body}>`);
    });
    const { proxy, ca } = await proxyTo(recorder({}).inspector, port);
    const client = await direct(proxy.port, ca);
    later(() => client.destroy());
    let came = '';
    client.on('data', (bytes) => {
      came += bytes;
    });
    const hidden = post('/hidden', 'x');
    const two = post('/two', hidden);
    client.write(post('/one', 'a'));
    await when(() => asked);
    // The head stops the reading; what follows waits in the socket.
    client.write(two.slice(0, -hidden.length));
    await pause();
    client.write(hidden);
    await pause();
    client.write(post('/three', 'c'));
    await pause();
    answer();
    await when(() => came.includes('</three c>'));
    expect(came.match(/<[^>]*>/g)?.map((text) => text.split(' ')[0])).toEqual(['</one', '</two', '</three']);
  });
});

/** So that two writes are two reads: no outcome hangs on how long it is. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 40));
