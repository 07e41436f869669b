import type { Upstream } from '../upstream/start.ts';

/** Which of the upstream's faces is meant. Proxies that take `--connect-to` tell them by region, the others by port. */
export type Distance = 'near' | 'far';
export type Service = 'dynamodb' | 's3';

export interface Contestant {
  readonly name: string;
  /** One sentence on what is run, for the report. */
  readonly what: string;
  /** Null where it stands on this machine, else why it does not. */
  missing(): string | null;
  start(place: Place): Promise<Running>;
}

/** What a contestant may use. */
export interface Place {
  readonly upstream: Upstream;
  /** A folder of its own, made and empty. */
  readonly folder: string;
  readonly port: number;
}

export interface Running {
  /** Null for the direct way: no process stands between. */
  readonly pid: number | null;
  /** What the client trusts. */
  readonly caPem: string;
  /** Milliseconds from starting its process to being ready, where other work comes before. */
  readonly readyMs?: number;
  route(distance: Distance, service: Service): Route;
  /** Of the sensor's Unix socket; absent where there is none. */
  readonly socketPath?: string;
  stop(): Promise<void>;
}

/** How a client gets to the upstream. */
export interface Route {
  /** Where to open TCP, or the path of a Unix socket. */
  readonly dial: { readonly host: string; readonly port: number } | { readonly path: string };
  /** HOST:PORT of a CONNECT to send first; null for none. */
  readonly connect: string | null;
  /** What is said first in place of a TLS handshake, on a connection that has none; absent elsewhere. */
  readonly preface?: string;
  /** Server name. */
  readonly host: string;
  /** Host field: some proxies take the port from it. */
  readonly authority: string;
}

export const REGION: Readonly<Record<Distance, string>> = { near: 'us-east-1', far: 'us-west-2' };

export function hostOf(distance: Distance, service: Service): string {
  const region = REGION[distance];
  return service === 'dynamodb' ? `dynamodb.${region}.amazonaws.com` : `bench.s3.${region}.amazonaws.com`;
}

/** For proxies that are told the upstream's port in CONNECT. */
export function throughPort(port: number, upstream: Upstream): Running['route'] {
  return (distance, service) => {
    const host = hostOf(distance, service);
    return {
      dial: { host: '127.0.0.1', port },
      connect: `${host}:${upstream[distance]}`,
      host,
      authority: `${host}:${upstream[distance]}`,
    };
  };
}

/** The key that all requests are signed with: the function's own. */
export const OWN_KEY = 'ASIAQGH5PSL6N3ABCDEF';
