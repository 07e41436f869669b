import {
  constants,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
  type ServerStreamResponseOptions,
} from 'node:http2';
import type { Target } from '../forward/forwarder.ts';
import { type Gateway, reportFailure } from '../gateway.ts';
import type { BodyRewriter } from '../inspector.ts';
import type { ExchangeRecord } from '../record.ts';
import { endAnswer } from './end-answer.ts';

/** RFC 9113 §8.2.2, and what undici sets itself. */
const NOT_PASSED = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'http2-settings',
]);

const ANSWER_OPTIONS = { waitForTrailers: true, sendDate: false } as ServerStreamResponseOptions;

/** One stream of an HTTP/2 client to a target that speaks HTTP/1.1 only. */
export function translate(
  gateway: Gateway,
  client: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  fields: readonly (readonly [name: string, value: string])[],
  target: Target,
  record: ExchangeRecord,
  first: readonly Buffer[],
  body: BodyRewriter,
): void {
  const list: string[] = [];
  if (!fields.some(([name]) => name === 'host')) list.push('host', headers[':authority'] ?? target.host);
  for (const [name, value] of fields) if (!NOT_PASSED.has(name)) list.push(name, value);
  let trailers: Record<string, string | string[] | undefined> = {};
  let controller: { abort(): void; resume(): void } | null = null;
  client.on('wantTrailers', () => client.sendTrailers(trailers));
  client.on('drain', () => controller?.resume());
  client.on('close', () => controller?.abort());
  const bodiless = client.readableEnded && first.length === 0;
  gateway
    .undici()
    .then((undici) => {
      if (client.destroyed) return;
      undici.dispatch(
        {
          target,
          method: headers[':method'] ?? '',
          path: headers[':path'] ?? '/',
          headers: list,
          body: bodiless ? null : bodyOf(client, first, record, body),
        },
        {
          started(given) {
            controller = given;
            if (client.destroyed) given.abort();
          },
          head(status, answered) {
            record.answered(status, answered);
            record.bytesIn += answered.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
            const out: Record<string, string | string[]> = {};
            for (const [name, value] of answered) {
              if (NOT_PASSED.has(name)) continue;
              const known = out[name];
              out[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
            }
            if (!client.destroyed) client.respond({ ':status': status, ...out }, ANSWER_OPTIONS);
          },
          data(bytes) {
            record.bytesIn += bytes.length;
            record.content(bytes);
            return client.destroyed || client.write(bytes);
          },
          end(given) {
            controller = null;
            trailers = given;
            endAnswer(client, record);
          },
          failed(failure) {
            controller = null;
            if (client.destroyed) return;
            reportFailure(gateway, target.host, failure);
            record.end('upstream');
            client.close(constants.NGHTTP2_INTERNAL_ERROR);
          },
        },
      );
    })
    .catch(() => {
      // Not loaded, or a request that undici does not take.
      record.end('upstream');
      client.close(constants.NGHTTP2_INTERNAL_ERROR);
    });
}

async function* bodyOf(
  client: ServerHttp2Stream,
  first: readonly Buffer[],
  record: ExchangeRecord,
  body: BodyRewriter,
): AsyncGenerator<Buffer> {
  for (const part of first) {
    record.bytesOut += part.length;
    yield body.take(part);
  }
  if (!client.readableEnded) {
    for await (const part of client.iterator({ destroyOnReturn: false })) {
      record.bytesOut += part.length;
      yield body.take(part);
    }
  }
  body.end();
}
