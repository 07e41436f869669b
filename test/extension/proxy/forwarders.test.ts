import { connect as connectHttp2 } from 'node:http2';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { runs } from '../fuzz-runs.ts';
import { closeAll, direct, HOST, later, proxyTo, recorder, upstreamAuthority } from './harness.ts';

afterEach(closeAll);

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly status: number;
  readonly answerHeaders: readonly (readonly [string, string])[];
  readonly answer: string;
}
/** What either side saw, as far as HTTP gives it a meaning: names in lower case, fields of the connection left out. */
interface Sight {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host', 'date'];

const seenOf = (raw: readonly string[]): string[] => {
  const lines: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase();
    if (!OF_THE_CONNECTION.includes(name)) lines.push(`${name}: ${raw[at + 1]}`);
  }
  return lines.sort();
};

const name = fc.stringMatching(/^x-amz-[a-z][a-z0-9-]{0,12}[a-z]$/);
const value = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);
const fields = fc.uniqueArray(fc.tuple(name, value), { maxLength: 6, selector: ([key]) => key });
const body = fc.oneof(
  fc.constant(''),
  fc.string({ maxLength: 300, unit: 'binary-ascii' }),
  fc.constant('L'.repeat(70_000)),
);
const exchange: fc.Arbitrary<Exchange> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH'),
  path: fc.stringMatching(/^\/[A-Za-z0-9._~%!$&'()*+,;=:@/-]{0,40}(\?[A-Za-z0-9._~%=&+-]{0,30})?$/),
  headers: fields,
  body,
  status: fc.constantFrom(200, 201, 204, 206, 304, 400, 403, 404, 500, 503),
  answerHeaders: fields,
  answer: body,
});

describe('the two forwarders', () => {
  it('carry any request and answer to the same effect: HTTP/1.1 by the splice, HTTP/2 by undici to an endpoint that has none', async () => {
    let current: Exchange | null = null;
    const arrived: Sight[] = [];
    const { certificatePem, keyPem } = upstreamAuthority.leafFor(HOST);
    const server = createServer({ cert: certificatePem, key: keyPem }, (req, res) => {
      let text = '';
      req.setEncoding('latin1');
      req.on('data', (part) => {
        text += part;
      });
      req.on('end', () => {
        arrived.push({ method: req.method ?? '', path: req.url ?? '', headers: seenOf(req.rawHeaders), body: text });
        const { status, answerHeaders, answer } = current as Exchange;
        res.writeHead(status, answerHeaders.flat());
        res.end(status === 204 || status === 304 || req.method === 'HEAD' ? undefined : answer);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    later(() => {
      server.closeAllConnections();
      server.close();
    });
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, (server.address() as AddressInfo).port);
    const session = connectHttp2(`https://${HOST}`, {
      createConnection: await direct(proxy.port, ca, HOST, ['h2']).then((socket) => () => socket),
    });
    later(() => session.destroy());

    const bySplice = (one: Exchange) =>
      new Promise<string>((done, failed) => {
        const { method, path } = one;
        const headers = {
          ...Object.fromEntries(one.headers),
          host: HOST,
          'content-length': Buffer.byteLength(one.body),
        };
        const options = { host: '127.0.0.1', port: proxy.port, servername: HOST, ca, method, path, headers };
        const req = request(options, (res) => {
          let text = '';
          res.setEncoding('latin1');
          res.on('data', (part) => {
            text += part;
          });
          res.on('end', () => done(JSON.stringify([res.statusCode, seenOf(res.rawHeaders), text])));
        });
        req.on('error', failed);
        req.end(one.body, 'latin1');
      });
    const byUndici = (one: Exchange) =>
      new Promise<string>((done, failed) => {
        const own = Object.fromEntries(one.headers);
        const stream = session.request(
          { ':method': one.method, ':path': one.path, ':authority': HOST, ...own },
          { endStream: false },
        );
        let head = '';
        let text = '';
        stream.on('response', (headers) => {
          const raw = Object.entries(headers).flatMap(([key, each]) =>
            key.startsWith(':') ? [] : [key, String(each)],
          );
          head = JSON.stringify([headers[':status'], seenOf(raw)]);
        });
        stream.setEncoding('latin1');
        stream.on('data', (part) => {
          text += part;
        });
        stream.on('error', failed);
        stream.on('end', () => done(JSON.stringify([...JSON.parse(head), text])));
        stream.end(one.body, 'latin1');
      });

    await fc.assert(
      fc.asyncProperty(exchange, async (one) => {
        current = one;
        arrived.length = 0;
        outcomes.length = 0;
        const first = await bySplice(one);
        const second = await byUndici(one);
        expect(second).toBe(first);
        expect(arrived).toHaveLength(2);
        expect(arrived[1]).toEqual(arrived[0]);
        expect(arrived[0]?.path).toBe(one.path);
      }),
      runs(60),
    );
  });
});
