import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateAuthority } from '../certificate-authority.ts';
import type { Target } from '../forward/forwarder.ts';
import { type Gateway, sayOnce } from '../gateway.ts';
import { serveHttp1 } from '../http1/client-connection.ts';
import { carriedBy } from '../tunnel.ts';
import type { ClientHello } from './client-hello.ts';

/** Services whose streaming operations exist in HTTP/2 only. */
const PREFERS_H2 =
  /^(?:transcribestreaming|bedrock-runtime|runtime-v2-lex|kinesis|[^.]+\.(?:control|data)-kinesis)[.-]/;

/**
 * Null where the client offers neither HTTP/1.1 nor HTTP/2 (MQTT): such a connection cannot be read. HTTP/1.1 wherever it is offered: offering
 * HTTP/2 would move clients to it and let them put several hosts on one connection.
 */
export function chooseProtocol(host: string, offered: readonly string[]): 'http/1.1' | 'h2' | null {
  const h2 = offered.includes('h2');
  if (h2 && (PREFERS_H2.test(host) || !offered.includes('http/1.1'))) return 'h2';
  return offered.length === 0 || offered.includes('http/1.1') ? 'http/1.1' : null;
}

/** Opens the TLS of a client whose hello stands in `first`. */
export function intercept(
  gateway: Gateway,
  authority: CertificateAuthority,
  raw: Socket,
  first: Buffer,
  hello: ClientHello,
  target: Target,
  connect: string | null,
): void {
  const name = hello.serverName ?? target.host;
  const protocol = chooseProtocol(name, hello.protocols) ?? 'http/1.1';
  raw.removeAllListeners('data');
  raw.pause();
  raw.unshift(first);
  gateway.reaper.watch(raw);
  // The client's handshake and the endpoint's then take their time side by side.
  if (protocol === 'http/1.1' && gateway.inspector.dialsAhead?.() === true)
    raw.once('close', gateway.splice.prepare(target));
  const socket = new TLSSocket(raw, {
    isServer: true,
    secureContext: authority.contextFor(name),
    ...(hello.protocols.length === 0 ? {} : { ALPNProtocols: [protocol] }),
  });
  carriedBy(socket, raw);
  const abandon = () => raw.destroy();
  // With TLS 1.3 the client's alert comes after our side of the handshake is done.
  const failed = (error: NodeJS.ErrnoException) => {
    if (error.code?.includes('ALERT')) {
      const message = `a client broke off the TLS handshake for ${name}: it may not trust the sensor's CA file`;
      sayOnce(gateway, 'client-tls', name, message);
    }
    raw.destroy();
  };
  socket.on('error', failed);
  socket.on('_tlsError', failed);
  socket.on('close', abandon);
  raw.on('close', () => socket.destroy());
  socket.once('secure', () => {
    gateway.reaper.unwatch(raw);
    if (protocol === 'http/1.1') {
      serveHttp1(gateway, socket, { kind: 'fixed', target, sni: hello.serverName, connect }, null);
      return;
    }
    // Loaded when first needed: most functions never speak HTTP/2.
    import('../http2/client-session.ts').then(
      ({ serveHttp2 }) => serveHttp2(gateway, socket, { target, sni: hello.serverName, connect }),
      () => raw.destroy(),
    );
  });
}
