import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import type { Route } from '../contestants/contestant.ts';

const contexts = new Map<string, SecureContext>();

function contextFor(caPem: string): SecureContext {
  const known = contexts.get(caPem);
  if (known !== undefined) return known;
  const context = createSecureContext({ ca: caPem });
  contexts.set(caPem, context);
  return context;
}

/** TCP, CONNECT where the route has one, TLS: what a client does before its first request. A whole handshake each time. */
export function open(route: Route, caPem: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const secureContext = contextFor(caPem);
    const secure = (socket: Socket) => {
      const tls = connectTls({ socket, servername: route.host, secureContext, ALPNProtocols: ['http/1.1'] }, () =>
        resolve(tls),
      );
      tls.on('error', reject);
    };
    const socket = connectTcp({ ...route.dial, noDelay: true });
    socket.on('error', reject);
    if (route.preface !== undefined) {
      socket.write(route.preface);
      socket.once('connect', () => resolve(socket));
      return;
    }
    if (route.connect === null) {
      secure(socket);
      return;
    }
    socket.write(`CONNECT ${route.connect} HTTP/1.1\r\nHost: ${route.connect}\r\n\r\n`);
    let head = '';
    const answered = (bytes: Buffer) => {
      head += bytes.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.removeListener('data', answered);
      if (!/^HTTP\/1\.[01] 200/.test(head)) reject(new Error(`CONNECT was answered ${head.slice(0, 12)}`));
      else secure(socket);
    };
    socket.on('data', answered);
  });
}
