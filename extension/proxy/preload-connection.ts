import type { Socket } from 'node:net';
import type { Target } from './forward/forwarder.ts';
import type { Gateway } from './gateway.ts';
import { serveHttp1 } from './http1/client-connection.ts';

/**
 * How the Node preload begins on the Unix socket, in place of a TLS handshake: the host that it asks for, always at port 443, and the protocol that it will speak.
 * Then follows plain HTTP. `layer/preload/local-socket.ts` writes it.
 */
const PREFACE = /^ROLEFENCE\/1 ([a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?) (http\/1\.1|h2)\r\n$/;
const LONGEST_PREFACE = 300;
const LF = 10;

/** A process of this environment has connected to the Unix socket. It is judged by the host that it names, as by the server name in a TLS hello. */
export function servePreload(gateway: Gateway, socket: Socket): void {
  gateway.reaper.watch(socket);
  let all: Buffer | null = null;
  const refuse = (reason: string) => {
    gateway.inspector.malformed?.({ host: 'unknown', reason });
    socket.destroy();
  };
  socket.once('end', () => socket.end());
  socket.on('data', (bytes: Buffer) => {
    all = all === null ? bytes : Buffer.concat([all, bytes]);
    const end = all.indexOf(LF);
    if (end === -1 && all.length < LONGEST_PREFACE) return;
    const preface = all.toString('latin1', 0, Math.min(end + 1, LONGEST_PREFACE));
    const rest = all.subarray(end + 1);
    const [, host, protocol] = PREFACE.exec(preface) ?? [];
    socket.removeAllListeners('data');
    socket.removeAllListeners('end');
    socket.pause();
    if (host === undefined) return refuse('a local connection that does not say which host it is for');
    // Only what would be opened comes here: the preload leaves all other hosts to TLS from end to end.
    if (!gateway.inspector.intercepts(host)) return refuse('a local connection for a host that is no AWS endpoint');
    gateway.reaper.unwatch(socket);
    const target: Target = { scheme: 'https', host, port: 443, serverName: host };
    try {
      serve(gateway, socket, target, protocol === 'h2', rest);
    } catch {
      gateway.inspector.fault({ code: 'proxy', message: 'a connection was closed after a fault of the sensor' });
      socket.destroy();
    }
  });
  socket.resume();
}

function serve(gateway: Gateway, socket: Socket, target: Target, isHttp2: boolean, rest: Buffer): void {
  const sni = target.host;
  if (rest.length > 0) socket.unshift(rest);
  if (!isHttp2) {
    serveHttp1(gateway, socket, { kind: 'fixed', target, sni, connect: null, local: true }, null);
    return;
  }
  import('./http2/client-session.ts').then(
    ({ serveHttp2 }) => serveHttp2(gateway, socket, { target, sni, connect: null }),
    () => socket.destroy(),
  );
}
