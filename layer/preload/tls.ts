import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import type { Availability } from './availability.ts';
import { tunnel } from './connect.ts';
import { isLocal } from './local.ts';
import { createLocalSocket } from './local-socket.ts';
import type { Sensor } from './sensor.ts';

/** Whatever an HTTP client hands to tls.connect: documented options and those of net.connect. */
export type ConnectOptions = Omit<tls.ConnectionOptions, 'host' | 'port'> & {
  host?: string | undefined;
  port?: number | string | undefined;
  [key: string]: unknown;
};

export type Route =
  /** As the caller wants it, past the sensor. */
  | 'around'
  /** To the sensor's TLS listener, which reads the server name: no CONNECT round trip. */
  | 'direct'
  /** Where the server name does not tell the target: CONNECT first. */
  | 'connect';

/** Which way a TLS connection goes. Pure. */
export function routeOf(options: ConnectOptions, env: NodeJS.ProcessEnv): Route {
  // A socket or path of the caller's own: already connected, perhaps through a proxy of the function's.
  if (options.socket !== undefined && options.socket !== null) return 'around';
  if (typeof options.path === 'string') return 'around';
  const host = typeof options.host === 'string' ? options.host : '';
  if (isLocal(host, env)) return 'around';
  // On Node 20 http2.connect hands the port over as a string.
  const port = Number(options.port);
  if (port !== 443) return speaksHttp(options) ? 'connect' : 'around';
  const name = options.servername || host;
  return name.toLowerCase() === host.toLowerCase() && isIP(host) === 0 ? 'direct' : 'connect';
}

/** On ports other than 443 HTTP clients go through the sensor; databases and queues, which speak TLS there too, are left alone. */
function speaksHttp(options: ConnectOptions): boolean {
  // What https hands down of a request's options; fetch and http2 say it in ALPN.
  if (options.protocol === 'https:' || options._agentKey !== undefined) return true;
  const offers = options.ALPNProtocols as unknown;
  return Array.isArray(offers) && offers.some((name) => ['h2', 'http/1.1'].includes(String(name)));
}

/**
 * Puts the sensor under every TLS connection that this process opens: https, http2, fetch and whatever SDKs are bundled into the function all end in
 * `tls.connect` of the core module. Server name, ALPN and all else stay the caller's.
 */
export function wrapTlsConnect(sensor: Sensor, availability: Availability, env: NodeJS.ProcessEnv): void {
  const original = tls.connect as (...args: unknown[]) => tls.TLSSocket;
  const extended = new WeakSet<tls.SecureContext>();
  const local = createLocalSocket(sensor.socketPath);

  function connect(this: unknown, ...args: unknown[]): tls.TLSSocket {
    try {
      const call = normalize(args);
      const route = call === null ? 'around' : routeOf(call.options, env);
      if (call !== null && route !== 'around' && availability.reachable()) {
        const listener = call.listener === undefined ? [] : [call.listener];
        if (route === 'direct') {
          const near = local.connect(call.options);
          if (near !== null) {
            if (typeof call.listener === 'function') near.once('secureConnect', call.listener as () => void);
            return near;
          }
        }
        const routed = trusting(call.options, sensor, extended);
        if (route === 'direct') {
          const socket = original.apply(this, [toListener(routed, sensor), ...listener]);
          availability.watch(socket);
          return socket;
        }
        const { options, transport } = throughTunnel(routed, sensor);
        availability.watch(transport);
        return holding(original.apply(this, [options, ...listener]), transport);
      }
    } catch {
      // Whatever we could not make of the arguments, the core module answers for.
    }
    return original.apply(this, args);
  }
  Object.defineProperty(connect, 'name', { value: 'connect' });
  (tls as { connect: unknown }).connect = connect;
}

/** The forms of tls.connect: (options), (port, host, options), each part optional, and a listener at the end. */
function normalize(args: readonly unknown[]): { options: ConnectOptions; listener: unknown } | null {
  const last = args.at(-1);
  const listener = typeof last === 'function' ? last : undefined;
  const rest = listener === undefined ? args : args.slice(0, -1);
  const [first, second, third] = rest;
  if (typeof first === 'object' && first !== null) return { options: { ...first }, listener };
  if (typeof first !== 'number' && (typeof first !== 'string' || !/^\d+$/.test(first))) return null;
  const host = typeof second === 'string' ? second : undefined;
  const given = host === undefined ? second : third;
  const options = typeof given === 'object' && given !== null ? (given as ConnectOptions) : {};
  return { options: { ...options, port: Number(first), ...(host === undefined ? {} : { host }) }, listener };
}

/** A client with CAs of its own trusts only those: ours joins them. */
function trusting(options: ConnectOptions, sensor: Sensor, extended: WeakSet<tls.SecureContext>): ConnectOptions {
  if (sensor.certificatePem === null) return options;
  const { secureContext } = options;
  if (secureContext !== undefined && secureContext !== null) {
    if (!extended.has(secureContext)) {
      extended.add(secureContext);
      (secureContext.context as { addCACert(pem: string): void }).addCACert(sensor.certificatePem);
    }
    return options;
  }
  if (options.ca === undefined || options.ca === null) return options;
  const own = Array.isArray(options.ca) ? options.ca : [options.ca];
  return { ...options, ca: [...own, sensor.certificatePem] };
}

function toListener(options: ConnectOptions, sensor: Sensor): ConnectOptions {
  return {
    ...withoutDialling(options),
    host: '127.0.0.1',
    port: sensor.port,
    servername: options.servername || options.host,
  };
}

function throughTunnel(options: ConnectOptions, sensor: Sensor): { options: ConnectOptions; transport: Socket } {
  const host = options.host ?? '';
  const { socket, transport } = tunnel(sensor.port, host, Number(options.port));
  const servername = options.servername ?? (isIP(host) === 0 ? host : '');
  return { options: { ...withoutDialling(options), host, port: options.port, servername, socket }, transport };
}

/** An agent that keeps a socket idle unrefs it so that the process can end; below this one there is another that would hold it. */
function holding(socket: tls.TLSSocket, transport: Socket): tls.TLSSocket {
  for (const name of ['ref', 'unref'] as const) {
    const original = socket[name];
    socket[name] = function (this: tls.TLSSocket) {
      transport[name]();
      return original.call(this);
    };
  }
  return socket;
}

/** Options about the way to the real host mean nothing on the way to the sensor, or fail there. */
function withoutDialling(options: ConnectOptions): ConnectOptions {
  const {
    lookup: _,
    localAddress: __,
    localPort: ___,
    family: ____,
    hints: _____,
    autoSelectFamily: ______,
    ...rest
  } = options;
  return rest;
}
