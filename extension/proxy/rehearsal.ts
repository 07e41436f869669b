import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { FirstClient } from './first-client.ts';
import type { Inspector } from './inspector.ts';
import type { Proxy, startProxy } from './proxy.ts';

const LIMIT_MS = 2_000;
/** V8 compiles a regular expression when it is used for the second time, and more of a function then than at first. */
const CONNECTIONS = 3;
const CALLS = 3;

/**
 * A few calls to nobody, by a proxy like the one that listens: what Node and V8 load, compile and learn about objects when first used is then there for the function's own
 * first call. The proxy is a whole one, made as the other is, because V8 learns the shapes of objects and another shape is another lesson. Its calls are led to an
 * endpoint within this process and seen by `inspector` only. Ends at once where `client` comes, and never rejects.
 */
export async function rehearse(
  start: typeof startProxy,
  authority: CertificateAuthority,
  inspector: Inspector,
  host: string,
  client: FirstClient,
): Promise<void> {
  if (client.come) return;
  const open = new Set<Socket>();
  let proxy: Proxy | null = null;
  let stage: Server | null = null;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  client.tell = end;
  const timer = setTimeout(end, LIMIT_MS);
  // Else V8 learns nothing of a function's first runs.
  setFlagsFromString('--no-lazy-feedback-allocation');
  try {
    stage = await listen(authority, host, open);
    const { port } = stage.address() as AddressInfo;
    proxy = await start({
      inspector,
      port: 0,
      certificateAuthority: authority,
      unread: 'refuse',
      connectTo: [{ fromHost: '*', fromPort: null, toHost: '127.0.0.1', toPort: port }],
      upstreamCa: authority.certificatePem,
    });
    for (let n = 0; n < CONNECTIONS && !client.come; n++) {
      await Promise.race([ended, callsTo(proxy.port, authority, host, `rehearsal-${n}`, open)]);
    }
  } catch {
    // The first call then finds everything as cold as it would have been.
  } finally {
    setFlagsFromString('--lazy-feedback-allocation');
    clearTimeout(timer);
    for (const socket of open) socket.destroy();
    stage?.close();
    void proxy?.close();
  }
}

/** The endpoint. */
function listen(authority: CertificateAuthority, host: string, open: Set<Socket>): Promise<Server> {
  return new Promise((resolve, reject) => {
    const { certificatePem: cert, keyPem: key } = authority.leafFor(host);
    const secureContext = createSecureContext({ cert, key });
    const stage = createServer({ noDelay: true }, (socket) => {
      open.add(socket);
      socket.on('error', () => {});
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      secure.on('error', () => {});
      secure.on('data', () => secure.write(ANSWER));
    });
    stage.once('error', reject);
    stage.listen(0, '127.0.0.1', () => resolve(stage));
  });
}

/** One connection and its calls, about a table that none before was about: what is new takes another way than what was seen. Resolves also where they come to nothing. */
function callsTo(
  port: number,
  authority: CertificateAuthority,
  host: string,
  table: string,
  open: Set<Socket>,
): Promise<void> {
  return new Promise((resolve) => {
    const caller = dial(port, '127.0.0.1', () =>
      caller.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`),
    );
    open.add(caller);
    caller.on('error', () => {});
    caller.once('close', () => resolve());
    caller.once('data', () => {
      const request = requestTo(host, table);
      let answered = 0;
      const options = { socket: caller, servername: host, ca: authority.certificatePem, ALPNProtocols: ['http/1.1'] };
      const socket = connectTls(options, () => socket.write(request));
      socket.on('error', () => caller.destroy());
      socket.on('data', () => (++answered < CALLS ? socket.write(request) : socket.end()));
    });
  });
}

/** As AWS answers and SDKs ask, field by field: each is something to be read. */
const ANSWER = [
  'HTTP/1.1 200 OK',
  'Server: Server',
  'Date: Thu, 01 Jan 2026 00:00:00 GMT',
  'Content-Type: application/x-amz-json-1.0',
  'Content-Length: 2',
  'Connection: keep-alive',
  'x-amzn-RequestId: REHEARSAL',
  'x-amz-crc32: 2745614147',
  '',
  '{}',
].join('\r\n');

function requestTo(host: string, table: string): string {
  const body = `{"TableName":"${table}","Key":{"id":{"S":"1"}}}`;
  const [service, region] = host.split('.').slice(-4);
  return [
    'POST / HTTP/1.1',
    'x-amz-target: DynamoDB_20120810.GetItem',
    'content-type: application/x-amz-json-1.0',
    `content-length: ${body.length}`,
    'user-agent: rehearsal',
    `host: ${host}`,
    'x-amz-date: 20260101T000000Z',
    'x-amz-security-token: none',
    `x-amz-content-sha256: ${'0'.repeat(64)}`,
    `authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target, Signature=${'0'.repeat(64)}`,
    'Connection: keep-alive',
    '',
    body,
  ].join('\r\n');
}
