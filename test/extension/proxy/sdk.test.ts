import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { afterEach, describe, expect, it } from 'vitest';
import { preloadFile } from '../../../layer/preload-file.ts';
import { closeAll, later, proxyTo, recorder, upstreamAuthority } from './harness.ts';

afterEach(closeAll);

interface Seen {
  readonly version: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
  readonly trailers: Record<string, unknown>;
  readonly continued: boolean;
}
type Answer = (seen: Seen, res: Http2ServerResponse) => void;

/** AWS in HTTP/1.1 and HTTP/2, as ALPN has it. */
async function aws(answer: Answer): Promise<{ port: number; seen: Seen[] }> {
  const seen: Seen[] = [];
  const { certificatePem, keyPem } = upstreamAuthority.leafFor('placeholder.amazonaws.com');
  const server = createSecureServer({
    allowHTTP1: true,
    cert: certificatePem,
    key: keyPem,
    SNICallback: (name, done) => done(null, upstreamAuthority.contextFor(name.toLowerCase())),
  });
  const serve = (continued: boolean) => (req: Http2ServerRequest, res: Http2ServerResponse) => {
    if (continued) res.writeContinue();
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const { httpVersion: version, method, url, headers, trailers } = req;
      const one = { version, method, url, headers, trailers, continued, body: Buffer.concat(parts) };
      seen.push(one);
      answer(one, res);
    });
  };
  server.on('request', serve(false));
  server.on('checkContinue', serve(true));
  server.on('sessionError', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  later(() => server.close());
  return { port: (server.address() as AddressInfo).port, seen };
}

type Way = 'TLS' | 'the Unix socket';

/** AWS in HTTP/2 only, stream by stream. */
async function upstreamStreams(serve: (stream: ServerHttp2Stream) => void): Promise<number> {
  const server = createSecureServer({
    SNICallback: (name, done) => done(null, upstreamAuthority.contextFor(name.toLowerCase())),
  });
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    serve(stream);
  });
  server.on('sessionError', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  later(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** JSON events carry their bytes as base64, audio events as they are. */
function saidIn(body: string): string {
  const encoded = /"bytes":"([^"]*)"/.exec(body)?.[1];
  return encoded === undefined ? body : atob(encoded);
}

/** Runs a scenario of sdk-client.mjs as a function under the layer runs. */
async function run(scenario: string, port: number, way: Way): Promise<unknown> {
  const { inspector, heads } = recorder();
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-test-'));
  later(() => rmSync(folder, { recursive: true, force: true }));
  const { proxy, ca } = await proxyTo(inspector, port, { socketPath: join(folder, 'local', 'socket') });
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, ca);
  const env = {
    PATH: process.env.PATH ?? '',
    // Nobody listens on port 1: what does not come over the socket fails.
    ROLEFENCE_SENSOR_PORT: way === 'TLS' ? `${proxy.port}` : '1',
    ...(way === 'TLS' ? {} : { ROLEFENCE_SENSOR_SOCKET: proxy.socketPath ?? '' }),
    ROLEFENCE_SENSOR_CA: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
  };
  const args = ['--require', (await preloadFile()) ?? '', join(import.meta.dirname, 'sdk-client.mjs'), scenario];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 25_000 });
  expect(heads.length).toBeGreaterThan(0);
  return JSON.parse(stdout);
}

describe.each<Way>(['TLS', 'the Unix socket'])('real SDK clients over %s', (way) => {
  it('S3: buffers, streams with trailers, 100-continue, ranges, conditions, presigned URLs', async () => {
    const { port, seen } = await aws(({ url, headers }, res) => {
      if (url.startsWith('/range')) {
        res.writeHead(206, { 'content-range': 'bytes 2-5/10', 'content-length': '4' });
        res.end('2345');
      } else if (url.startsWith('/same')) {
        res.writeHead(headers['if-none-match'] === '"e"' ? 304 : 200);
        res.end();
      } else res.end(url.startsWith('/a%20b') ? url.slice(url.indexOf('?')) : '');
    });
    expect(await run('s3', port, way)).toEqual({
      range: [206, 'bytes 2-5/10', '2345'],
      notModified: 304,
      presigned: [200, true],
    });
    const of = (path: string) => seen.find(({ url }) => url.startsWith(path)) as Seen;
    expect(of('/small').body.toString()).toBe('hello');
    // aws-chunked: the checksum stands behind the last chunk, within the body.
    const { headers, body } = of('/stream');
    expect(headers['content-encoding']).toBe('aws-chunked');
    expect(body.length).toBeGreaterThan(70_005);
    expect(body.toString('latin1')).toMatch(/\r\n0\r\nx-amz-checksum-crc32:[A-Za-z0-9+/=]+\r\n\r\n$/);
    expect(of('/large').body.length).toBe(4 * 1024 * 1024);
    expect(of('/large').continued).toBe(true);
  });

  it('DynamoDB: tries again what was lost on the way, and what it gives up ends upstream too', async () => {
    let lost = 0;
    let has = () => {};
    const reached = new Promise<void>((resolve) => {
      has = resolve;
    });
    let ended = () => {};
    const gone = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const { port, seen } = await aws(({ url, body }, res) => {
      if (url === '/has-it') return void reached.then(() => res.end());
      if (body.includes('never-answered')) {
        res.socket?.once('close', ended);
        return has();
      }
      // Once before the first byte, once within the body.
      if (++lost === 1) return void res.socket?.destroy();
      res.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': '30' });
      if (lost === 2) {
        res.write('{"Item"');
        setTimeout(() => res.socket?.destroy(), 20);
      } else res.end('{"Item":{"id":{"S":"whole"}}} ');
    });
    expect(await run('dynamodb', port, way)).toEqual({
      item: { id: { S: 'whole' } },
      attempts: 3,
      given: 'AbortError',
    });
    await gone;
    // The SDK repeats, the proxy never does: as many as were made.
    expect(seen.filter(({ body }) => body.includes('lost-twice'))).toHaveLength(3);
    expect(seen.filter(({ body }) => body.includes('never-answered'))).toHaveLength(1);
  });

  it('Lambda InvokeWithResponseStream: each event comes when it is sent', async () => {
    const codec = new EventStreamCodec(
      (bytes) => Buffer.from(bytes).toString('utf8'),
      (text) => Buffer.from(text, 'utf8'),
    );
    const event = (type: string, body: string) =>
      Buffer.from(
        codec.encode({
          headers: {
            ':message-type': { type: 'string', value: 'event' },
            ':event-type': { type: 'string', value: type },
            ':content-type': { type: 'string', value: 'application/octet-stream' },
          },
          body: Buffer.from(body),
        }),
      );
    let stream: Http2ServerResponse | null = null;
    const { port } = await aws(({ url }, res) => {
      const told = /^\/next\?n=(\d)/.exec(url)?.[1];
      if (told !== undefined) {
        res.end();
        if (told === '1') stream?.write(event('PayloadChunk', 'two'));
        else {
          stream?.write(event('InvokeComplete', '{}'));
          stream?.end();
        }
        return;
      }
      stream = res;
      res.setHeader('content-type', 'application/vnd.amazon.eventstream');
      res.write(event('PayloadChunk', 'one'));
    });
    expect(await run('lambda', port, way)).toEqual({ parts: ['one', 'two'] });
  });

  it.each([
    ['Bedrock InvokeModelWithBidirectionalStream', 'bedrock', 'chunk', (text: string) => ({ bytes: btoa(text) })],
    [
      'Transcribe StartStreamTranscription',
      'transcribe',
      'TranscriptEvent',
      (text: string) => ({ Transcript: { Results: [{ ResultId: text, Alternatives: [], IsPartial: false }] } }),
    ],
  ])('%s: signed events both ways at once, in HTTP/2 on both legs', async (_name, scenario, type, answerOf) => {
    const codec = new EventStreamCodec(
      (bytes) => Buffer.from(bytes).toString('utf8'),
      (text) => Buffer.from(text, 'utf8'),
    );
    const port = await upstreamStreams((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/vnd.amazon.eventstream' });
      let all = Buffer.alloc(0);
      stream.on('data', (part: Buffer) => {
        all = Buffer.concat([all, part]);
        while (all.length >= 4 && all.length >= all.readUInt32BE(0)) {
          const length = all.readUInt32BE(0);
          const signed = codec.decode(all.subarray(0, length));
          all = all.subarray(length);
          expect(signed.headers[':chunk-signature']?.type).toBe('binary');
          // The last one says that there are no more.
          if (signed.body.length === 0) return void stream.end();
          const { body } = codec.decode(signed.body);
          const said = /one|two|three/.exec(saidIn(Buffer.from(body).toString('latin1')))?.[0] ?? '';
          stream.write(
            codec.encode({
              headers: {
                ':message-type': { type: 'string', value: 'event' },
                ':event-type': { type: 'string', value: type },
                ':content-type': { type: 'string', value: 'application/json' },
              },
              body: Buffer.from(JSON.stringify(answerOf(said))),
            }),
          );
        }
      });
    });
    expect(await run(scenario, port, way)).toEqual({ heard: ['one', 'two', 'three'] });
  });

  it('Kinesis SubscribeToShard: an event stream in HTTP/2', async () => {
    const codec = new EventStreamCodec(
      (bytes) => Buffer.from(bytes).toString('utf8'),
      (text) => Buffer.from(text, 'utf8'),
    );
    const event = (type: string, body: string) =>
      codec.encode({
        headers: {
          ':message-type': { type: 'string', value: 'event' },
          ':event-type': { type: 'string', value: type },
          ':content-type': { type: 'string', value: 'application/x-amz-json-1.1' },
        },
        body: Buffer.from(body),
      });
    const { port, seen } = await aws((_seen, res) => {
      res.setHeader('content-type', 'application/vnd.amazon.eventstream');
      res.write(event('initial-response', '{}'));
      for (const at of ['1', '2']) {
        res.write(
          event('SubscribeToShardEvent', `{"Records":[],"ContinuationSequenceNumber":"${at}","MillisBehindLatest":0}`),
        );
      }
      res.end();
    });
    expect(await run('kinesis', port, way)).toEqual({
      kinds: ['SubscribeToShardEvent', '1', 'SubscribeToShardEvent', '2'],
    });
    expect(seen.map(({ version, headers }) => [version, headers['x-amz-target']])).toEqual([
      ['2.0', 'Kinesis_20131202.SubscribeToShard'],
    ]);
  });
});
