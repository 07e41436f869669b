import { readFileSync } from 'node:fs';
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  type PeerCertificate,
  rootCertificates,
  type SecureContext,
  type TLSSocket,
} from 'node:tls';
import { addressFor, type ConnectTo } from '../connect-to.ts';
import { Lru } from '../tls/lru.ts';
import type { Target } from './forwarder.ts';

/** Opens connections to where requests and tunnels go. Names in TLS are always the target's own, wherever `connectTo` leads. */
export interface Dialer {
  /** Loads the roots (some milliseconds), so that the first connection need not. */
  prepare(): void;
  plain(host: string, port: number): Socket;
  /** Verified before `secureConnect`: nothing may be written earlier. `onread`: in place of `data` events. */
  secure(target: Target, protocols: readonly string[], onread?: OnReadOpts): TLSSocket;
}

const SESSIONS = 256;

export function createDialer(connectTo: readonly ConnectTo[], upstreamCa: string | null): Dialer {
  const sessions = new Lru<string, Buffer>(SESSIONS);
  let context: SecureContext | undefined;
  const trusted = (): SecureContext => {
    context ??= contextWith(upstreamCa);
    return context;
  };
  const plain = (host: string, port: number): Socket => {
    // A half-closed side stays open for the other: as on a direct connection.
    const socket = connectTcp({ ...addressFor(connectTo, host, port), allowHalfOpen: true, noDelay: true });
    socket.on('error', () => {});
    return socket;
  };
  return {
    prepare: () => void trusted(),
    plain,
    secure(target, protocols, onread) {
      const key = `${target.serverName} ${target.host} ${target.port} ${protocols[0]}`;
      const session = sessions.get(key);
      const name = target.serverName ?? target.host;
      const options = {
        ...addressFor(connectTo, target.host, target.port),
        allowHalfOpen: true,
        secureContext: trusted(),
        // RFC 6066 §3: no address may stand in a server name; it is still verified.
        ...(isIP(name) === 0 ? { servername: name } : {}),
        ...(session === undefined ? {} : { session }),
        ...(onread === undefined ? {} : { onread }),
        ALPNProtocols: [...protocols],
        rejectUnauthorized: true,
        checkServerIdentity: (_host: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate),
      } satisfies ConnectionOptions & { allowHalfOpen: boolean; onread?: OnReadOpts };
      const socket = connectTls(options);
      socket.setNoDelay(true);
      socket.on('error', () => sessions.delete(key));
      socket.on('session', (ticket) => sessions.set(key, ticket));
      return socket;
    },
  };
}

/** Node's own roots, of which it keeps one parsed copy, and ours beside them: a list of our own would be parsed anew, which takes ten times as long. */
function contextWith(upstreamCa: string | null): SecureContext {
  const context = createSecureContext();
  if (upstreamCa === null) return context;
  const native = context.context as { addCACert?(pem: string): void } | undefined;
  if (typeof native?.addCACert !== 'function') return createSecureContext({ ca: roots(upstreamCa) });
  native.addCACert(upstreamCa);
  return context;
}

/** Given a list of its own, Node takes neither its built-in roots nor NODE_EXTRA_CA_CERTS. */
function roots(upstreamCa: string): string[] {
  const extra: string[] = [];
  try {
    if (process.env.NODE_EXTRA_CA_CERTS) extra.push(readFileSync(process.env.NODE_EXTRA_CA_CERTS, 'latin1'));
  } catch {
    // Node itself warns of it and goes on.
  }
  return [...rootCertificates, ...extra, upstreamCa];
}
