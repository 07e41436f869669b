import type { Socket } from 'node:net';
import { after } from '../patience.ts';
import { answerConnect, ESTABLISHED } from './connect-answer.ts';
import type { Target } from './forward/forwarder.ts';
import type { Gateway } from './gateway.ts';
import type { EgressDecision } from './inspector.ts';
import { joinDuplex } from './tunnel.ts';
import { guardTunnel, type Opener } from './tunnel-guard.ts';

export type Tunnelling = Extract<EgressDecision, { kind: 'tunnel' }>;

export interface TunnelStart {
  /** What the client has sent already. */
  readonly first: Buffer;
  /** host:port to answer 200 for; null where that was done or nobody waits for it. */
  readonly connect: string | null;
  /** The client's first bytes are still to be looked at: an AWS server name in them makes this a connection to be opened. Null where they have been. */
  readonly opener: Opener | null;
}

/** A connection that is passed on unopened. */
export function openTunnel(
  gateway: Gateway,
  client: Socket,
  target: Target,
  decision: Tunnelling,
  start: TunnelStart,
): void {
  after(decision.until ?? null, () => {
    if (client.destroyed) decision.ended({ connected: false, bytesOut: 0, bytesIn: 0, durationMs: 0 });
    else dial(gateway, client, target, decision, start);
  });
}

function dial(gateway: Gateway, client: Socket, target: Target, decision: Tunnelling, start: TunnelStart): void {
  const startedAt = performance.now();
  gateway.reaper.unwatch(client);
  const tell = (connected: boolean, bytesOut: number, bytesIn: number) =>
    decision.ended({ connected, bytesOut, bytesIn, durationMs: performance.now() - startedAt });
  const giveUp = gateway.slots.acquire(() => {
    const upstream = gateway.dialer.plain(target.host, target.port);
    gateway.tunnels.add(upstream);
    let connected = false;
    const early = () => upstream.destroy();
    client.once('close', early);
    upstream.once('close', () => {
      gateway.tunnels.delete(upstream);
      gateway.slots.release();
      if (connected) return;
      tell(false, 0, 0);
      client.removeListener('close', early);
      if (start.connect !== null) answerConnect(client, 502, 'Bad Gateway', `${start.connect} cannot be reached`);
      else client.destroy();
    });
    upstream.once('connect', () => {
      connected = true;
      client.removeListener('close', early);
      if (start.connect !== null) client.write(ESTABLISHED);
      const join = (first: Buffer) => {
        if (first.length > 0) upstream.write(first);
        joinDuplex(client, upstream, () => tell(true, upstream.bytesWritten, upstream.bytesRead));
      };
      if (start.opener === null) return join(start.first);
      guardTunnel(gateway, { client, upstream, target, first: start.first, opener: start.opener }, join, () =>
        tell(true, upstream.bytesWritten, upstream.bytesRead),
      );
    });
  });
  client.once('close', giveUp);
}
