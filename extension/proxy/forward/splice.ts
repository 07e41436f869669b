import type { OnReadOpts } from 'node:net';
import { HeadMemories } from '../http1/head-memories.ts';
import { ComingConnections } from './coming-connections.ts';
import type { Dialer } from './dial.ts';
import type { Forwarder, Target } from './forwarder.ts';
import { IdlePool } from './idle-pool.ts';
import type { Slots } from './slots.ts';
import { SpliceExchange } from './splice-exchange.ts';
import { type Home, UpstreamConnection } from './upstream-connection.ts';

export interface Splice extends Forwarder {
  /**
   * Dials for a request that is expected, which takes the connection over when it comes, standing or not. Nothing where one stands idle, or where somebody would have to wait
   * for it. A target that cannot be reached is left to that request. Gives what is to be called when no request will come.
   */
  prepare(target: Target): () => void;
  /** Closes one idle connection, if there is any. */
  yieldOne(): void;
  close(): void;
}

/** Heads and bodies go as they came to a warm upstream connection, with only framing watched. */
export function createSplice(dialer: Dialer, slots: () => Slots): Splice {
  const pool = new IdlePool();
  const coming = new ComingConnections();
  const memories = new HeadMemories();
  let closed = false;
  const home: Home = {
    keep(connection) {
      coming.forget(connection);
      pool.keep(connection);
    },
    forget(connection) {
      pool.forget(connection);
      coming.forget(connection);
    },
    release: () => slots().release(),
  };
  // A client's connection keeps its target: the key need not be put together for each request.
  const keys = new WeakMap<Target, string>();
  function keyOf(target: Target): string {
    let key = keys.get(target);
    if (key === undefined) {
      const { scheme, serverName, host, port } = target;
      key = `${scheme} ${serverName} ${host} ${port}`;
      keys.set(target, key);
    }
    return key;
  }
  function dial(target: Target, then: (connection: UpstreamConnection) => void): () => void {
    return slots().acquire(() => {
      const { scheme, host, port } = target;
      const connect = (onread: OnReadOpts) =>
        scheme === 'https' ? dialer.secure(target, ['http/1.1'], onread) : dialer.plain(host, port);
      then(new UpstreamConnection(keyOf(target), target, memories.of(target), connect, home));
    });
  }

  return {
    prepare(target) {
      let abandon = () => {};
      if (closed || slots().full() || pool.has(keyOf(target))) return abandon;
      dial(target, (connection) => {
        coming.add(connection, Date.now());
        abandon = () => coming.abandon(connection);
      });
      return () => abandon();
    },
    forward(request, answer) {
      const key = keyOf(request.target);
      const exchange = new SpliceExchange(request, answer, (then) => {
        const ahead = coming.take(key, Date.now());
        if (ahead === null) return dial(request.target, then);
        then(ahead);
        return () => {};
      });
      const now = Date.now();
      if (request.isolate) exchange.start(null);
      else if (!pool.doubtful(key, now)) exchange.start(pool.take(key, now));
      else {
        setImmediate(() => {
          try {
            exchange.start(pool.take(key, Date.now()));
          } catch {
            // Here nobody above would catch it: it ends this exchange and not the process.
            exchange.lost(false, null);
          }
        });
      }
      return exchange;
    },
    yieldOne: () => pool.yieldOne(),
    close() {
      closed = true;
      pool.close();
      coming.close();
    },
  };
}
