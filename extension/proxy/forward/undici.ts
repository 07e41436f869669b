import type { TLSSocket } from 'node:tls';
import type { Dispatcher, Pool as UndiciPool } from 'undici';
// Of the package only the pool: the whole of it is fetch, WebSocket and caches too, five times as large.
import Pool from 'undici/lib/dispatcher/pool.js';
import type { Dialer } from './dial.ts';
import type { ForwardFailure, Target } from './forwarder.ts';
import type { Slots } from './slots.ts';

/** Carries what came as HTTP/2 to a target that speaks HTTP/1.1 only. Loaded when the first such request comes. */
export interface UndiciForwarder {
  dispatch(request: TranslatedRequest, handler: TranslatedAnswer): void;
  close(): void;
}

export interface TranslatedRequest {
  readonly target: Target;
  readonly method: string;
  readonly path: string;
  /** Name and value in turn, connection fields left out. */
  readonly headers: string[];
  readonly body: AsyncIterable<Buffer> | null;
}

export interface TranslatedAnswer {
  /** Final status and fields, in order. */
  head(status: number, headers: readonly (readonly [string, string])[]): void;
  /** False: `resume` of the controller given to `started` is awaited. */
  data(bytes: Buffer): boolean;
  end(trailers: Record<string, string | string[] | undefined>): void;
  failed(failure: ForwardFailure): void;
  started(controller: { abort(): void; resume(): void }): void;
}

const CONNECTIONS = 64;

export function createUndici(dialer: Dialer, slots: Slots): UndiciForwarder {
  const pools = new Map<string, UndiciPool>();

  function poolFor(target: Target): UndiciPool {
    const key = `${target.serverName} ${target.host} ${target.port}`;
    const known = pools.get(key);
    if (known !== undefined) return known;
    const pool = new Pool(`https://${target.host}:${target.port}`, {
      connections: CONNECTIONS,
      pipelining: 1,
      // An invocation of Lambda may take fifteen minutes.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 4_000,
      keepAliveMaxTimeout: 10_000,
      connect: (_options, callback) => {
        slots.acquire(() => {
          const socket: TLSSocket = dialer.secure(target, ['http/1.1']);
          socket.once('close', () => slots.release());
          socket.once('error', (error) => callback(error, null));
          socket.once('secureConnect', () => callback(null, socket));
        });
      },
    });
    pools.set(key, pool);
    return pool;
  }

  return {
    dispatch({ target, method, path, headers, body }, answer) {
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart(controller) {
          answer.started({
            abort: () => controller.abort(new Error('the client is gone')),
            resume: () => controller.resume(),
          });
        },
        onResponseStart(_controller, status, fields) {
          if (status < 200) return;
          const list: [string, string][] = [];
          for (const [name, value] of Object.entries(fields)) {
            for (const each of Array.isArray(value) ? value : [value ?? '']) list.push([name, each]);
          }
          answer.head(status, list);
        },
        onResponseData(controller, bytes) {
          if (!answer.data(bytes)) controller.pause();
        },
        onResponseEnd(_controller, trailers) {
          answer.end(trailers);
        },
        onResponseError(_controller, error: NodeJS.ErrnoException) {
          const cause = error.code ?? 'closed';
          const certificate = /CERT|ALTNAME|ISSUER|SELF_SIGNED|VERIFY/.test(cause);
          answer.failed({ code: certificate ? 'upstream-certificate' : 'upstream-unreachable', cause });
        },
      };
      poolFor(target).dispatch(
        { method: method as Dispatcher.HttpMethod, path, headers, body: body as never, origin: '' },
        handler,
      );
    },
    close() {
      for (const pool of pools.values()) pool.destroy().catch(() => {});
    },
  };
}
