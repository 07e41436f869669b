import type { Socket } from 'node:net';
import { after } from '../patience.ts';
import { openTunnel, type Tunnelling } from './egress-tunnel.ts';
import type { Target } from './forward/forwarder.ts';
import type { Gateway } from './gateway.ts';
import type { ClientHello } from './tls/client-hello.ts';
import { chooseProtocol, intercept } from './tls/intercept.ts';
import type { Opener } from './tunnel-guard.ts';

/** True where this connection is one to an AWS endpoint, by the name it was asked for or by the name in its hello. */
export function opens(gateway: Gateway, host: string, hello: ClientHello | null): boolean {
  const name = hello?.serverName ?? null;
  return gateway.inspector.intercepts(host) || (name !== null && gateway.inspector.intercepts(name));
}

/** An AWS connection: opened where we can, else as `unread` says. */
export function open(
  gateway: Gateway,
  socket: Socket,
  first: Buffer,
  hello: ClientHello,
  target: Target,
  connect: string | null,
): void {
  const { authority } = gateway;
  const readable = chooseProtocol(hello.serverName ?? target.host, hello.protocols) !== null;
  if (authority !== null && readable) {
    intercept(gateway, authority, socket, first, hello, target, connect);
    return;
  }
  if (authority === null) {
    if (gateway.unread === 'refuse') return void socket.destroy();
    openTunnel(gateway, socket, target, UNREAD, { first, connect: null, opener: null });
    return;
  }
  // MQTT and its like: a connection to AWS that cannot be read is judged as one.
  unreadable(gateway, socket, first, target, hello.serverName);
}

/** A connection to AWS that cannot be read, or to an address: judged as a host of its own. */
export function unreadable(gateway: Gateway, socket: Socket, first: Buffer, target: Target, sni: string | null): void {
  const decision = gateway.inspector.egress({ host: target.host, port: target.port, sni });
  if (decision.kind === 'tunnel') {
    openTunnel(gateway, socket, target, decision, {
      first,
      connect: null,
      opener: first.length === 0 ? openerFor(gateway, socket, target) : null,
    });
    return;
  }
  decision.ended();
  after(decision.until ?? null, () => socket.destroy());
}

const UNREAD: Tunnelling = { kind: 'tunnel', ended() {} };

/** For a tunnel whose client has still to say what it wants. */
export function openerFor(gateway: Gateway, socket: Socket, target: Target): Opener {
  return {
    wants: (hello) => opens(gateway, target.host, hello),
    open(first, hello) {
      const named = { ...target, serverName: hello.serverName };
      open(gateway, socket, first, hello, named, `${target.host}:${target.port}`);
    },
  };
}
