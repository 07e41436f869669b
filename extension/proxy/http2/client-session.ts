import {
  type ClientHttp2Session,
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Stream,
  type ServerStreamResponseOptions,
} from 'node:http2';
import type { Socket } from 'node:net';
import type { RequestHead } from '../../identify/request.ts';
import { Turn } from '../activity.ts';
import type { Target } from '../forward/forwarder.ts';
import { type Gateway, inspect } from '../gateway.ts';
import type { BodyRewriter, Decision, Refusal, Rewriting, Settled } from '../inspector.ts';
import { ExchangeRecord, forgo } from '../record.ts';
import { lasting } from '../slab.ts';
import { endAnswer } from './end-answer.ts';
import { translate } from './translate.ts';
import { Upstream } from './upstream.ts';

interface Origin {
  readonly target: Target;
  readonly sni: string | null;
  readonly connect: string | null;
}

type Fields = Record<string, string | string[] | undefined>;

const STREAMS = 128;
/** Streams that a client may reset before we take it for an attack (rapid reset, CVE-2023-44487). */
const RESETS = 1_000;
/** Octets that a field takes beside its name and value (RFC 9113 §10.5.1): what we count for it. */
const FIELD_OVERHEAD = 32;
/** RFC 9113 §8.2.2. */
const CONNECTION_FIELDS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** `sendDate` is missing in Node's types: without it `date` is added to answers that have none. */
const REFUSAL_OPTIONS = { sendDate: false } as ServerStreamResponseOptions;
const ANSWER_OPTIONS = { waitForTrailers: true, sendDate: false } as ServerStreamResponseOptions;

/** Serves the streams of one HTTP/2 client connection; each goes to an HTTP/2 connection to the same target. */
export function serveHttp2(gateway: Gateway, socket: Socket, origin: Origin): void {
  // A server's TLS socket made by hand never says so itself, and the session would wait for it.
  (socket as { secureConnecting?: boolean }).secureConnecting = false;
  const session = performServerHandshake(socket, {
    settings: { maxConcurrentStreams: STREAMS, initialWindowSize: 1 << 20, maxHeaderListSize: 256 * 1024 },
    maxSessionInvalidFrames: 100,
  });
  const upstream = new Upstream(gateway, origin.target);
  const turn = new Turn(gateway.activity);
  let resets = 0;
  session.on('error', () => {});
  session.on('close', () => upstream.close());
  session.on('stream', (stream, headers, _flags, raw) => {
    stream.on('error', () => {});
    stream.on('aborted', () => {
      if (++resets > RESETS) session.destroy();
    });
    turn.run(() => {
      if (stream.destroyed) return;
      guarded(gateway, stream, () => serveStream(gateway, stream, headers, raw, origin, upstream));
    });
  });
}

/** One stream's fault ends that stream only. */
function guarded(gateway: Gateway, stream: ServerHttp2Stream, work: () => void): void {
  try {
    work();
  } catch {
    gateway.inspector.fault({ code: 'proxy', message: 'a stream was closed after a fault of the sensor' });
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }
}

function serveStream(
  gateway: Gateway,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  raw: readonly string[],
  origin: Origin,
  upstream: Upstream,
): void {
  const startedAt = performance.now();
  const fields: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as string;
    if (!name.startsWith(':')) fields.push([name, raw[at + 1] as string]);
  }
  const authority = headers[':authority'] ?? null;
  const covered = origin.sni ?? origin.target.host;
  const named = (authority ?? headers.host ?? '').toLowerCase().replace(/:443$/, '');
  // A client that puts a second host onto this connection is to open one for it (RFC 9110 §15.5.20).
  if (named !== covered && named !== origin.target.host) {
    answer(stream, headers, { status: 421, headers: [], body: new Uint8Array() });
    return;
  }
  const head: RequestHead = {
    method: headers[':method'] ?? '',
    target: headers[':path'] ?? '',
    headers: fields,
    scheme: 'https',
    authority,
    sni: origin.sni,
    connect: origin.connect,
  };
  const inspection = inspect(gateway, head, origin.target);
  const size = raw.reduce((bytes, text) => bytes + text.length, (raw.length / 2) * FIELD_OVERHEAD);
  if (inspection.kind !== 'later') inspected(inspection);
  else {
    void inspection.until.then(() => {
      if (!stream.destroyed) guarded(gateway, stream, () => inspected(inspection.again()));
    });
  }

  function inspected(settled: Settled): void {
    if (settled.kind === 'decided') decided(settled.decision, []);
    else hold(settled);
  }

  function hold(inspection: Extract<Settled, { kind: 'body' }>): void {
    const held: Buffer[] = [];
    let bytes = 0;
    const judge = (truncated: boolean) => {
      stream.removeListener('data', gather);
      stream.removeListener('end', ended);
      stream.removeListener('close', share.release);
      stream.pause();
      share.release();
      decided(inspection.decide(Buffer.concat(held).subarray(0, inspection.cap), truncated), held);
    };
    const share = gateway.held.open(() => guarded(gateway, stream, () => judge(true)));
    const ended = () => judge(false);
    const gather = (part: Buffer) => {
      held.push(part);
      bytes += part.length;
      if (!share.take(part.length) || bytes > inspection.cap) judge(true);
    };
    if (/^100-continue$/i.test(String(headers.expect ?? ''))) stream.additionalHeaders({ ':status': 100 });
    stream.on('data', gather);
    stream.on('end', ended);
    stream.on('close', share.release);
  }

  function decided(decision: Decision, first: readonly Buffer[]): void {
    const { until = null } = decision;
    if (until === null) return void carryOut(decision, first);
    void until.then(() => {
      if (stream.destroyed) forgo(decision, startedAt);
      else guarded(gateway, stream, () => carryOut(decision, first));
    });
  }

  function carryOut(decision: Decision, first: readonly Buffer[]): void {
    if (decision.kind === 'refuse') {
      answer(stream, headers, decision.answer);
      decision.ended();
      return;
    }
    const record = new ExchangeRecord(decision, startedAt);
    record.bytesOut = size;
    const rewriting = decision.rewriting ?? null;
    const out = rewriting === null ? headers : rewrittenHeaders(headers, rewriting);
    const outFields = rewriting?.headers ?? fields;
    const body = rewriting === null || rewriting.body === null ? AS_IT_CAME : lastingly(rewriting.body);
    stream.once('close', () => record.end(stream.rstCode === 0 ? null : 'client'));
    upstream.use((session) => {
      if (session === 'http/1.1') {
        if (!stream.destroyed) translate(gateway, stream, out, outFields, origin.target, record, first, body);
        return;
      }
      if (stream.destroyed || session === null || session.closed) {
        record.end('upstream');
        return stream.destroyed || stream.close(constants.NGHTTP2_REFUSED_STREAM);
      }
      relay(stream, out, session, record, first, body);
    });
  }
}

function relay(
  client: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  session: ClientHttp2Session,
  record: ExchangeRecord,
  first: readonly Buffer[],
  body: BodyRewriter,
): void {
  const request = session.request(endToEnd(headers), { endStream: client.readableEnded && first.length === 0 });
  request.on('error', () => {});
  request.on('headers', (interim) => {
    if (!client.destroyed && !client.headersSent) client.additionalHeaders(interim);
  });
  request.on('response', (answerHeaders, _flags, raw?: string[]) => {
    if (client.destroyed) return;
    const fields: [string, string][] = [];
    for (const [name, value] of Object.entries(answerHeaders)) {
      if (name.startsWith(':')) continue;
      for (const each of Array.isArray(value) ? value : [String(value)]) fields.push([name, each]);
    }
    record.bytesIn += fields.reduce((sum, [n, v]) => sum + n.length + v.length + FIELD_OVERHEAD, raw?.length ?? 0);
    record.answered(Number(answerHeaders[':status']), fields);
    client.respond(endToEnd(answerHeaders), ANSWER_OPTIONS);
  });
  let trailers: Fields = {};
  request.on('trailers', (fields) => {
    trailers = fields;
  });
  client.on('wantTrailers', () => client.sendTrailers(trailers));
  request.on('data', (bytes: Buffer) => {
    record.bytesIn += bytes.length;
    record.content(bytes);
    if (!client.destroyed && !client.write(bytes)) request.pause();
  });
  client.on('drain', () => request.resume());
  request.on('end', () => endAnswer(client, record));
  request.on('close', () => {
    if (request.rstCode === 0 && client.headersSent) return;
    record.end(client.destroyed ? 'client' : 'upstream');
    if (!client.destroyed) client.close(request.rstCode || constants.NGHTTP2_INTERNAL_ERROR);
  });
  client.on('close', () => {
    if (!request.destroyed) request.close(client.rstCode || constants.NGHTTP2_CANCEL);
  });

  // A body that must not go on takes both streams with it: neither side may take it for whole.
  const sending = (work: () => void) => {
    try {
      work();
    } catch {
      request.close(constants.NGHTTP2_CANCEL);
      client.close(constants.NGHTTP2_CANCEL);
    }
  };
  const finish = () => {
    body.end();
    request.end();
  };
  for (const part of first) {
    record.bytesOut += part.length;
    sending(() => request.write(body.take(part)));
  }
  if (client.readableEnded) return void sending(finish);
  client.on('data', (bytes: Buffer) => {
    record.bytesOut += bytes.length;
    sending(() => {
      if (!request.destroyed && !request.write(body.take(bytes))) client.pause();
    });
  });
  request.on('drain', () => client.resume());
  client.on('end', () => sending(finish));
  client.resume();
}

const AS_IT_CAME: BodyRewriter = { take: (bytes) => bytes, end() {} };

/** What is written to a stream of HTTP/2 waits there. */
const lastingly = (body: BodyRewriter): BodyRewriter => ({
  take: (bytes) => lasting(body.take(bytes)),
  end: () => body.end(),
});

/** Pseudo-header fields stay, but for the path; all others are those of the rewriting. */
function rewrittenHeaders(headers: IncomingHttpHeaders, rewriting: Rewriting): IncomingHttpHeaders {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(headers)) if (name.startsWith(':')) fields[name] = value;
  fields[':path'] = rewriting.target;
  for (const [name, value] of rewriting.headers) {
    const lower = name.toLowerCase();
    const known = fields[lower];
    fields[lower] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return fields;
}

function endToEnd(headers: Fields): Fields {
  const kept: Fields = {};
  for (const [name, value] of Object.entries(headers)) if (!CONNECTION_FIELDS.has(name)) kept[name] = value;
  return kept;
}

function answer(stream: ServerHttp2Stream, request: IncomingHttpHeaders, refusal: Refusal): void {
  const fields: Fields = { 'content-length': `${refusal.body.length}` };
  for (const [name, value] of refusal.headers) {
    const lower = name.toLowerCase();
    if (!CONNECTION_FIELDS.has(lower) && lower !== 'content-length') fields[lower] = value;
  }
  stream.respond({ ':status': refusal.status, ...fields }, REFUSAL_OPTIONS);
  stream.end(request[':method'] === 'HEAD' ? undefined : Buffer.from(refusal.body));
  // What the client still sends is read and dropped, within the window that it has.
  stream.resume();
}
