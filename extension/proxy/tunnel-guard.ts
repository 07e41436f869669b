import type { Socket } from 'node:net';
import { after, type Until } from '../patience.ts';
import { gather, stopReading } from './first-bytes.ts';
import type { Target } from './forward/forwarder.ts';
import type { Gateway } from './gateway.ts';
import { type ClientHello, readClientHello } from './tls/client-hello.ts';

/** Opens connections to AWS that were asked for as others (`opening.ts`). */
export interface Opener {
  wants(hello: ClientHello): boolean;
  open(first: Buffer, hello: ClientHello): void;
}

interface Guarded {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly target: Target;
  /** What the client has sent already. */
  readonly first: Buffer;
  readonly opener: Opener;
}

/** The server may speak at once; what the client says first is held until it is known not to be a hello for AWS. */
export function guardTunnel(
  gateway: Gateway,
  { client, upstream, target, first, opener }: Guarded,
  join: (first: Buffer) => void,
  dropped: () => void,
): void {
  const drop = () => {
    stopReading(upstream);
    upstream.destroy();
    client.removeListener('close', gone);
    dropped();
  };
  const gone = () => {
    drop();
  };
  client.once('close', gone);
  upstream.on('data', (bytes: Buffer) => {
    if (!client.write(bytes)) upstream.pause();
  });
  const drain = () => upstream.resume();
  client.on('drain', drain);
  upstream.on('end', () => client.end());
  const closed = () => client.destroySoon();
  upstream.on('close', closed);
  const taken = (bytes: Buffer): boolean => {
    const reading = readClientHello(bytes);
    if (reading.kind === 'partial') return false;
    stopReading(client);
    client.removeListener('drain', drain);
    const hello = reading.kind === 'hello' ? reading.hello : null;
    if (reading.kind === 'malformed') {
      gateway.inspector.malformed?.({ host: target.host, reason: reading.reason });
      client.destroy();
    } else if (hello !== null && opener.wants(hello)) {
      upstream.removeAllListeners('close');
      upstream.once('close', () => {
        gateway.tunnels.delete(upstream);
        gateway.slots.release();
      });
      drop();
      opener.open(bytes, hello);
    } else {
      const { refused, until } = fronts(gateway, client, upstream, target, hello?.serverName ?? null);
      after(until ?? null, () => {
        if (client.destroyed) return;
        if (!refused) return pass(bytes);
        drop();
        client.destroy();
      });
    }
    return true;
  };
  const pass = (bytes: Buffer) => {
    client.removeListener('close', gone);
    upstream.removeListener('close', closed);
    stopReading(upstream);
    join(bytes);
  };
  let held = first;
  if (held.length > 0 && taken(held)) return;
  gather(
    gateway,
    client,
    (more) => {
      held = first.length === 0 ? more : Buffer.concat([first, more]);
      return taken(held);
    },
    () => {
      // No hello comes any more, and the server may still have something to say.
      stopReading(client);
      client.removeListener('drain', drain);
      pass(held);
    },
  );
}

/**
 * A server name that is not the host that was asked for: behind one address (a CDN's) it is another's server that answers (domain fronting). It must be approved as a
 * host of its own.
 */
function fronts(
  gateway: Gateway,
  client: Socket,
  upstream: Socket,
  target: Target,
  name: string | null,
): { readonly refused: boolean; readonly until?: Until } {
  if (name === null || name === target.host || /^[\d.]+$|:/.test(target.host)) return { refused: false };
  const decision = gateway.inspector.egress({ host: name, port: target.port, sni: name });
  const { until = null } = decision;
  if (decision.kind === 'refuse') {
    decision.ended();
    return { refused: true, until };
  }
  const startedAt = performance.now();
  client.once('close', () =>
    decision.ended({
      connected: true,
      bytesOut: upstream.bytesWritten,
      bytesIn: upstream.bytesRead,
      durationMs: performance.now() - startedAt,
    }),
  );
  return { refused: false, until };
}
