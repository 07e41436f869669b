import { Buffer } from 'node:buffer';
import { afterEach, expect, it } from 'vitest';
import type { Inspector } from '../../../extension/proxy/inspector.ts';
import { closeAll, direct, HOST, proxyTo, recorder, until, upstreamHttps } from './harness.ts';

afterEach(closeAll);

const LARGE = 200_000;
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;

/** Answers to /large are held until they are whole, as those that may issue credentials are. */
const holding: Partial<Inspector> = {
  request: ({ target }) => ({
    kind: 'decided',
    decision: {
      kind: 'forward',
      keepOfErrors: 0,
      keepOfAll: 0,
      isolate: false,
      ended() {},
      rewriting: target === '/large' ? { target, headers: [['Host', HOST]], body: null, answer: Buffer.from } : null,
    },
  }),
};

it.each([
  ['that was held', holding],
  ['as it came', {}],
])(
  'a large answer %s leaves a connection on which the next request is answered, however slow its client',
  async (_, inspector) => {
    const connections = new Set<unknown>();
    const port = await upstreamHttps((request, response) => {
      connections.add(request.socket);
      response.end(Buffer.alloc(request.url === '/large' ? LARGE : 5, 'x'));
    });
    const { proxy, ca } = await proxyTo(recorder(inspector).inspector, port);
    const slow = await direct(proxy.port, ca);
    slow.write(get('/large'));
    await until(slow, (text) => text.includes('\r\n\r\n'));
    slow.pause();
    const other = await direct(proxy.port, ca);
    for (let n = 0; n < 3; n++) {
      other.write(get('/small'));
      expect(await until(other, (text) => text.endsWith('\r\n\r\nxxxxx'))).toMatch(/^HTTP\/1\.1 200/);
    }
    expect(connections.size).toBeLessThanOrEqual(2);
  },
);
