import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { Activity } from './activity.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { serveConnection } from './connection.ts';
import type { FirstClient } from './first-client.ts';
import { createDialer } from './forward/dial.ts';
import { createSlots } from './forward/slots.ts';
import { createSplice } from './forward/splice.ts';
import { HeldBodies } from './held.ts';
import type { Inspector } from './inspector.ts';
import { Resting } from './resting.ts';

const LIMIT_MS = 2_000;
const CALLS = 3;

/**
 * A few calls to nobody through all that a call goes through, within this process: what Node and V8 load and compile when first used (17 ms) is then there for the
 * function's own first call. Leads nowhere else, is seen by `inspector` only, ends at once where `client` comes, and never rejects.
 */
export function rehearse(
  authority: CertificateAuthority,
  inspector: Inspector,
  host: string,
  client: FirstClient,
): Promise<void> {
  return new Promise((resolve) => {
    if (client.come) return resolve();
    const open = new Set<Socket>();
    let accepted = 0;
    const slots = createSlots(16, () => {});
    const stage = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      open.add(socket);
      socket.on('error', () => {});
      // First comes the client that speaks to the proxy, then the proxy that speaks to the endpoint; nobody else is let in.
      if (++accepted === 1) serveConnection(gateway, socket);
      else if (accepted === 2) answer(authority, host, socket);
      else socket.destroy();
    });
    const end = () => {
      clearTimeout(timer);
      for (const socket of open) socket.destroy();
      splice.close();
      stage.close();
      resolve();
    };
    client.tell = end;
    const timer = setTimeout(end, LIMIT_MS);
    timer.unref();
    stage.on('error', end);
    let splice = createSplice(createDialer([], null), () => slots);
    const gateway = {
      inspector,
      authority,
      get dialer() {
        return dialer;
      },
      get splice() {
        return splice;
      },
      undici: () => Promise.reject(new Error('a rehearsal')),
      slots,
      held: new HeldBodies(),
      reaper: { watch() {}, unwatch() {}, close() {} },
      resting: new Resting(),
      activity: new Activity(),
      tunnels: new Set<Socket>(),
      unread: 'refuse' as const,
    };
    let dialer = createDialer([], null);
    stage.listen(0, '127.0.0.1', () => {
      const { port } = stage.address() as AddressInfo;
      const way = { fromHost: '*', fromPort: null, toHost: '127.0.0.1', toPort: port };
      dialer = createDialer([way], authority.certificatePem);
      splice = createSplice(dialer, () => slots);
      const caller = dial(port, '127.0.0.1', () =>
        caller.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`),
      );
      caller.on('error', end);
      caller.once('data', () => call(caller, authority, host, end));
    });
  });
}

function call(client: Socket, authority: CertificateAuthority, host: string, end: () => void): void {
  const body = '{"TableName":"rehearsal","Key":{"id":{"S":"1"}}}';
  const [service, region] = host.split('.').slice(-4);
  const request = [
    'POST / HTTP/1.1',
    'x-amz-target: DynamoDB_20120810.GetItem',
    'content-type: application/x-amz-json-1.0',
    `host: ${host}`,
    `authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    `content-length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
  let answered = 0;
  const socket = connectTls({ socket: client, servername: host, ca: authority.certificatePem }, () =>
    socket.write(request),
  );
  socket.on('error', end);
  socket.on('close', end);
  socket.on('data', () => (++answered < CALLS ? socket.write(request) : end()));
}

function answer(authority: CertificateAuthority, host: string, socket: Socket): void {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: authority.contextFor(host) });
  secure.on('error', () => {});
  secure.on('data', () => secure.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
}
