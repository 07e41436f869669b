import { type EventEmitter, errorMonitor } from 'node:events';
import { existsSync } from 'node:fs';
import net from 'node:net';
import type tls from 'node:tls';
import type { ConnectOptions } from './tls.ts';

/** How long connections go by TLS after one found nobody on the socket, milliseconds. */
const REST_MS = 1_000;
/** So many at once; further ones go by TLS. A Unix socket whose queue is full fails, where TCP waits. */
const MOST = 256;

const dial = net.connect;

/** What only TLS from end to end can keep: the client's own CAs, certificates and checks. */
const OWN = ['ca', 'cert', 'key', 'pfx', 'crl', 'secureContext', 'checkServerIdentity', 'pskCallback', 'requestOCSP'];

/** Hosts that the sensor opens for certain: AWS's domains without customers' own machines and load balancers. All others go by TLS, and the sensor says what they are. */
const OPENED = /^[a-z0-9](?:[a-z0-9._-]{0,240}[a-z0-9])?\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;
const CUSTOMERS =
  /(?:^|\.)(?:elb|compute|compute-\d|elasticbeanstalk|awsglobalaccelerator|cloudfront|amplifyapp)(?:\.|$)/;

/** Services whose streaming operations exist in HTTP/2 only: as the sensor chooses for them in TLS (extension/proxy/tls/intercept.ts). */
const PREFERS_H2 =
  /^(?:transcribestreaming|bedrock-runtime|runtime-v2-lex|kinesis|[^.]+\.(?:control|data)-kinesis)[.-]/;

/** What a connection over the Unix socket is for; null for one that must go by TLS. Pure. */
export function localTarget(options: ConnectOptions): { host: string; protocol: 'http/1.1' | 'h2' } | null {
  const host = String(options.servername || options.host || '').toLowerCase();
  if (!OPENED.test(host) || CUSTOMERS.test(host)) return null;
  if (OWN.some((name) => options[name] !== undefined && options[name] !== null)) return null;
  const offers: unknown = options.ALPNProtocols ?? [];
  if (!Array.isArray(offers)) return null;
  const names = offers.map(String);
  if (names.includes('h2') && (PREFERS_H2.test(host) || !names.includes('http/1.1'))) return { host, protocol: 'h2' };
  return names.length === 0 || names.includes('http/1.1') ? { host, protocol: 'http/1.1' } : null;
}

/** The way to the sensor's Unix socket. */
export interface LocalSocket {
  /** Null where this connection must go by TLS, or nobody is there. */
  connect(options: ConnectOptions): tls.TLSSocket | null;
}

export function createLocalSocket(path: string | null, now: () => number = Date.now): LocalSocket {
  let restUntil = 0;
  let open = 0;
  return {
    connect(options) {
      if (path === null || open >= MOST || now() < restUntil) return null;
      const target = localTarget(options);
      // The sensor's successor has none: it opens nothing.
      if (target === null || !existsSync(path)) return null;
      const { allowHalfOpen, highWaterMark, signal, timeout } = options as Record<string, never>;
      const socket = dial({ path, allowHalfOpen, highWaterMark, signal } as net.NetConnectOpts);
      open++;
      socket.once('close', () => {
        open--;
      });
      // This connection fails, as one that the network refused, and the SDKs try it again. Listening without handling: an error that nobody handles must stay one.
      const refused = () => {
        restUntil = now() + REST_MS;
      };
      const events: EventEmitter = socket;
      events.once(errorMonitor, refused);
      events.once('connect', () => events.off(errorMonitor, refused));
      if (typeof timeout === 'number' && timeout > 0) socket.setTimeout(timeout);
      socket.write(`ROLEFENCE/1 ${target.host} ${target.protocol}\r\n`, 'latin1');
      return dressed(socket, target, options);
    },
  };
}

const CIPHER = { name: 'TLS_AES_128_GCM_SHA256', standardName: 'TLS_AES_128_GCM_SHA256', version: 'TLSv1.3' };

/** Clients ask a TLS socket for more than bytes: fetch waits for `secureConnect`, HTTP/2 reads the protocol, others look whether it is authorized. */
function dressed(
  socket: net.Socket,
  { host, protocol }: { host: string; protocol: string },
  options: ConnectOptions,
): tls.TLSSocket {
  const offered = Array.isArray(options.ALPNProtocols) && options.ALPNProtocols.length > 0;
  const none = () => undefined;
  const tlsLike = {
    encrypted: true,
    authorized: true,
    authorizationError: null,
    secureConnecting: true,
    alpnProtocol: offered ? protocol : false,
    servername: host,
    getPeerCertificate: () => ({}),
    getPeerX509Certificate: none,
    getCertificate: () => ({}),
    getX509Certificate: none,
    getCipher: () => CIPHER,
    getProtocol: () => 'TLSv1.3',
    getEphemeralKeyInfo: () => ({}),
    getFinished: none,
    getPeerFinished: none,
    getSession: none,
    getTLSTicket: none,
    getSharedSigalgs: () => [],
    isSessionReused: () => false,
    setSession: none,
    setServername: none,
    setMaxSendFragment: () => true,
    disableRenegotiation: none,
    enableTrace: none,
  };
  const secure = Object.assign(socket, tlsLike);
  secure.once('connect', () => {
    secure.secureConnecting = false;
    secure.emit('secureConnect');
  });
  return secure as unknown as tls.TLSSocket;
}
