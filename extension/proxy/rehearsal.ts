import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { FirstClient } from './first-client.ts';
import type { Inspector } from './inspector.ts';
import type { Proxy, startProxy } from './proxy.ts';

const LIMIT_MS = 2_000;
/** V8 compiles a regular expression when it is used for the second time, and more of a function then than at first. */
const CONNECTIONS = 2;
/** Besides, as the Node preload comes: all but the connection itself is known by then. */
const LOCAL_CONNECTIONS = 1;
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
  socketPath: string | null,
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
      socketPath: socketPath === null ? null : `${socketPath}-rehearsal`,
    });
    const { port: proxyPort, socketPath: local } = proxy;
    for (let n = 0; n < CONNECTIONS + LOCAL_CONNECTIONS && !client.come; n++) {
      // About a table that none before was about: what is new takes another way than what was seen.
      const request = requestTo(host, `rehearsal-${n}`);
      const caller = n < CONNECTIONS ? dial(proxyPort, '127.0.0.1') : local === null ? null : dial(local);
      if (caller === null) break;
      open.add(caller);
      const calling =
        n < CONNECTIONS ? callsByTls(caller, authority, host, request) : callsBySocket(caller, host, request);
      await Promise.race([ended, calling]);
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

/** The calls of one connection; resolves also where they come to nothing. */
function callsByTls(caller: Socket, authority: CertificateAuthority, host: string, request: string): Promise<void> {
  caller.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
  caller.once('data', () => {
    const options = { socket: caller, servername: host, ca: authority.certificatePem, ALPNProtocols: ['http/1.1'] };
    const socket = connectTls(options, () => call(socket, request));
    socket.on('error', () => caller.destroy());
  });
  return closed(caller);
}

/** As `layer/preload/local-socket.ts` does. */
function callsBySocket(caller: Socket, host: string, request: string): Promise<void> {
  caller.write(`ROLEFENCE/1 ${host} http/1.1\r\n`);
  call(caller, request);
  return closed(caller);
}

function call(socket: Socket, request: string): void {
  let answered = 0;
  socket.write(request);
  socket.on('data', () => (++answered < CALLS ? socket.write(request) : socket.end()));
}

function closed(caller: Socket): Promise<void> {
  return new Promise((resolve) => {
    caller.on('error', () => {});
    caller.once('close', () => resolve());
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
