import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { RequestHead } from '../../../extension/identify/request.ts';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { parseConnectTo } from '../../../extension/proxy/connect-to.ts';
import type { EgressOutcome, EgressTarget, Inspector, Outcome } from '../../../extension/proxy/inspector.ts';
import { type Proxy, startProxy } from '../../../extension/proxy/proxy.ts';

export const HOST = 'dynamodb.us-east-1.amazonaws.com';
export const upstreamAuthority = createCertificateAuthority(new Date());

/** An inspector that lets everything through and remembers what it was told. */
export function recorder(over: Partial<Inspector> = {}) {
  const heads: RequestHead[] = [];
  const outcomes: Outcome[] = [];
  const egress: { target: EgressTarget; outcome?: EgressOutcome }[] = [];
  const malformed: string[] = [];
  const faults: string[] = [];
  const inspector: Inspector = {
    intercepts: (host) => host.endsWith('.amazonaws.com'),
    request(head) {
      heads.push(head);
      return {
        kind: 'decided',
        decision: {
          kind: 'forward',
          keepOfErrors: 100,
          keepOfAll: 10,
          isolate: false,
          ended: (outcome) => void outcomes.push(outcome),
        },
      };
    },
    egress(target) {
      const seen: { target: EgressTarget; outcome?: EgressOutcome } = { target };
      egress.push(seen);
      return {
        kind: 'tunnel',
        ended: (outcome) => {
          seen.outcome = outcome;
        },
      };
    },
    malformed: ({ reason }) => void malformed.push(reason),
    fault: ({ code }) => void faults.push(code),
    ...over,
  };
  return { inspector, heads, outcomes, egress, malformed, faults };
}

const closers: (() => Promise<unknown> | unknown)[] = [];

/** Has something closed with the rest. */
export const later = (close: () => unknown): void => void closers.push(close);

/** To be called after each test. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

export async function upstreamHttps(listener: RequestListener, host = HOST): Promise<number> {
  const { certificatePem, keyPem } = upstreamAuthority.leafFor(host);
  const server = createHttpsServer({ cert: certificatePem, key: keyPem }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** A TLS server whose connections are handed over as they come. */
export async function upstreamRaw(serve: (socket: TLSSocket) => void, host = HOST): Promise<number> {
  const { createServer } = await import('node:tls');
  const { certificatePem, keyPem } = upstreamAuthority.leafFor(host);
  const sockets = new Set<TLSSocket>();
  const server = createServer({ cert: certificatePem, key: keyPem }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

export async function upstreamTcp(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: TcpServer = createTcpServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

export async function proxyTo(
  inspector: Inspector,
  upstreamPort: number,
  options: { readable?: boolean; unread?: 'tunnel' | 'refuse'; socketPath?: string } = {},
): Promise<{ proxy: Proxy; ca: string }> {
  const authority = createCertificateAuthority(new Date());
  const proxy = await startProxy({
    inspector,
    port: 0,
    certificateAuthority: options.readable === false ? null : authority,
    unread: options.unread ?? 'tunnel',
    connectTo: [parseConnectTo(`*:*=127.0.0.1:${upstreamPort}`)],
    upstreamCa: upstreamAuthority.certificatePem,
    socketPath: options.socketPath ?? null,
  });
  closers.push(() => proxy.close());
  return { proxy, ca: authority.certificatePem };
}

/** TLS straight to the proxy, as the Node preload does. */
export function direct(port: number, ca: string, host = HOST, protocols: string[] = []): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      { host: '127.0.0.1', port, ca, servername: host, ...(protocols.length > 0 ? { ALPNProtocols: protocols } : {}) },
      () => resolve(socket),
    );
    socket.on('error', reject);
  });
}

/** A CONNECT; resolves with the socket and the answer's head. */
export function connectThrough(port: number, authority: string): Promise<{ socket: Socket; answer: string }> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, '127.0.0.1', () =>
      socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`),
    );
    socket.once('error', reject);
    socket.once('data', (bytes) => {
      socket.pause();
      const end = bytes.indexOf('\r\n\r\n') + 4;
      // Behind a 200 comes what the server says, on a busy machine in the same piece.
      const head = bytes.toString('latin1').startsWith('HTTP/1.1 200') ? bytes.subarray(0, end) : bytes;
      if (head.length < bytes.length) socket.unshift(bytes.subarray(head.length));
      resolve({ socket, answer: head.toString('latin1') });
    });
  });
}

/** Everything that comes until the other side ends or breaks off. */
export function all(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    socket.on('close', () => resolve(text));
    socket.on('end', () => socket.end());
    socket.on('error', () => {});
    socket.resume();
  });
}

/** What comes until `enough` says so. */
export function until(socket: Socket, enough: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const take = (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (!enough(text)) return;
      socket.removeListener('data', take);
      resolve(text);
    };
    socket.on('data', take);
    socket.on('close', () => resolve(text));
    socket.resume();
  });
}

/** Resolves when `condition` holds; fails with the test's own time limit. */
export async function when(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
