import http, { type ClientRequestArgs } from 'node:http';
import type { Availability } from './availability.ts';
import { isLocal } from './local.ts';
import type { Sensor } from './sensor.ts';

/**
 * Plain HTTP goes to the sensor in absolute form (RFC 9112 §3.2.2). Few functions speak it to AWS, but an SQS client follows its queue URL's scheme, and
 * then a signed call leaves outside TLS.
 */
export function wrapHttpRequest(sensor: Sensor, availability: Availability, env: NodeJS.ProcessEnv): void {
  const original = http.request as (...args: unknown[]) => http.ClientRequest;

  function request(this: unknown, ...args: unknown[]): http.ClientRequest {
    try {
      const call = normalize(args);
      const routed = call === null || !availability.reachable() ? null : toSensor(call.options, sensor, env);
      if (call !== null && routed !== null) {
        const outgoing = original.apply(this, [routed, ...(call.listener === undefined ? [] : [call.listener])]);
        outgoing.once('socket', (socket) => {
          if (socket.connecting) availability.watch(socket);
        });
        return outgoing;
      }
    } catch {
      // The core module answers for what we could not make of the arguments.
    }
    return original.apply(this, args);
  }
  Object.defineProperty(request, 'name', { value: 'request' });
  (http as { request: unknown }).request = request;
  (http as { get: unknown }).get = function get(this: unknown, ...args: unknown[]) {
    const outgoing = request.apply(this, args);
    outgoing.end();
    return outgoing;
  };
}

type Options = ClientRequestArgs & { [key: string]: unknown };

/** The forms of http.request: (url), (options), (url, options), and a listener at the end. */
function normalize(args: readonly unknown[]): { options: Options; listener: unknown } | null {
  const last = args.at(-1);
  const listener = typeof last === 'function' ? last : undefined;
  const rest = listener === undefined ? args : args.slice(0, -1);
  const [first, second] = rest;
  if (typeof first === 'string' || first instanceof URL) {
    const url = new URL(first);
    if (url.protocol !== 'http:') return null;
    const extra = typeof second === 'object' && second !== null ? second : {};
    return { options: { ...fromUrl(url), ...extra }, listener };
  }
  if (typeof first !== 'object' || first === null) return null;
  return { options: { ...first }, listener };
}

function fromUrl(url: URL): Options {
  return {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    path: `${url.pathname}${url.search}`,
    ...(url.port === '' ? {} : { port: url.port }),
    ...(url.username === '' ? {} : { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` }),
  };
}

/** Null where the request is not one to lead through the sensor. */
function toSensor(options: Options, sensor: Sensor, env: NodeJS.ProcessEnv): Options | null {
  const protocol = options.protocol ?? (options.agent as { protocol?: string } | undefined)?.protocol ?? 'http:';
  if (protocol !== 'http:' || options.socketPath || options.createConnection) return null;
  const host = String(options.hostname || options.host || 'localhost');
  // An agent of another product's making (a proxy's) knows a way of its own, which must not be bent.
  const agent = options.agent as http.Agent | boolean | undefined;
  if (typeof agent === 'object' && agent.constructor !== http.Agent) return null;
  const path = options.path ?? '/';
  if (isLocal(host, env) || !path.startsWith('/') || options.method === 'CONNECT') return null;
  const port = Number(options.port || options.defaultPort || 80);
  const authority = `${host.includes(':') ? `[${host}]` : host}${port === 80 ? '' : `:${port}`}`;
  const { lookup: _, localAddress: __, family: ___, ...rest } = options;
  return {
    ...rest,
    protocol: 'http:',
    hostname: '127.0.0.1',
    host: '127.0.0.1',
    port: sensor.port,
    path: `http://${authority}${path}`,
    ...withHost(options, authority),
  };
}

/** Node makes the Host field of the address it dials; it must stay that of the real host, wherever the caller put one. */
function withHost(options: Options, authority: string): Partial<Options> {
  const { headers } = options;
  if (Array.isArray(headers)) {
    const names: unknown[] = Array.isArray(headers[0])
      ? headers.map((pair) => (pair as unknown as unknown[])[0])
      : headers.filter((_, i) => i % 2 === 0);
    const named = names.some((name) => String(name).toLowerCase() === 'host');
    return named
      ? {}
      : {
          headers: (Array.isArray(headers[0])
            ? [['Host', authority], ...headers]
            : ['Host', authority, ...headers]) as never,
        };
  }
  const given = (headers ?? {}) as Record<string, unknown>;
  const named = Object.keys(given).some((name) => name.toLowerCase() === 'host');
  return named || options.setHost === false ? {} : { headers: { Host: authority, ...given } as never };
}
