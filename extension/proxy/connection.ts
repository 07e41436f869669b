import type { Socket } from 'node:net';
import { after } from '../patience.ts';
import { serveConnect } from './connect.ts';
import { openTunnel } from './egress-tunnel.ts';
import { gather, stopReading } from './first-bytes.ts';
import type { Target } from './forward/forwarder.ts';
import type { Gateway } from './gateway.ts';
import { serveHttp1 } from './http1/client-connection.ts';
import { isForSensor, serveLocal } from './local.ts';
import { open, opens } from './opening.ts';
import { readClientHello } from './tls/client-hello.ts';

const TLS_HANDSHAKE = 0x16;

/** A client has connected: its first byte tells what it speaks. */
export function serveConnection(gateway: Gateway, socket: Socket): void {
  gateway.reaper.watch(socket);
  gather(gateway, socket, (bytes) => {
    if (bytes[0] === TLS_HANDSHAKE) return serveDirectTls(gateway, socket, bytes);
    if (gateway.inspector.local !== undefined) {
      const local = isForSensor(bytes);
      if (local === null) return false;
      if (local) {
        stopReading(socket);
        serveLocal(gateway, socket, bytes);
        return true;
      }
    }
    // CONNECT has a short head; any other request is read by the connection that serves it.
    if (!'CONNECT '.startsWith(bytes.toString('latin1', 0, 8))) {
      stopReading(socket);
      serveHttp1(gateway, socket, { kind: 'absolute' }, bytes);
      return true;
    }
    return bytes.length < 8 ? false : serveConnect(gateway, socket, bytes);
  });
}

function serveDirectTls(gateway: Gateway, socket: Socket, bytes: Buffer): boolean {
  const reading = readClientHello(bytes);
  if (reading.kind === 'partial') return false;
  stopReading(socket);
  const name = reading.kind === 'hello' ? reading.hello.serverName : null;
  if (reading.kind !== 'hello' || name === null) {
    if (reading.kind === 'malformed') gateway.inspector.malformed?.({ host: 'unknown', reason: reading.reason });
    gateway.inspector.fault({
      code: 'client-tls',
      message: 'a direct TLS connection without a server name was closed',
    });
    socket.destroy();
    return true;
  }
  const target: Target = { scheme: 'https', host: name, port: 443, serverName: name };
  if (opens(gateway, target.host, reading.hello)) {
    open(gateway, socket, bytes, reading.hello, target, null);
    return true;
  }
  const decision = gateway.inspector.egress({ host: name, port: 443, sni: name });
  if (decision.kind === 'refuse') {
    decision.ended();
    after(decision.until ?? null, () => socket.destroy());
  } else openTunnel(gateway, socket, target, decision, { first: bytes, connect: null, opener: null });
  return true;
}
