import type { Socket } from 'node:net';
import { Activity } from './activity.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { keepYoungSmall, tidy } from './collect.ts';
import type { ConnectTo } from './connect-to.ts';
import { serveConnection } from './connection.ts';
import { FirstClient } from './first-client.ts';
import { createDialer } from './forward/dial.ts';
import { createSlots, descriptorLimit } from './forward/slots.ts';
import { createSplice } from './forward/splice.ts';
import type { UndiciForwarder } from './forward/undici.ts';
import type { Gateway } from './gateway.ts';
import { HeldBodies } from './held.ts';
import { HeadMemories } from './http1/head-memories.ts';
import type { Inspector } from './inspector.ts';
import { listenOn } from './listener.ts';
import { servePreload } from './preload-connection.ts';
import { createReaper } from './reaper.ts';
import { Resting } from './resting.ts';
import { listenOnUnixSocket, removeUnixSocket, type UnixListener } from './unix-listener.ts';

export interface ProxyOptions {
  readonly inspector: Inspector;
  /** On 127.0.0.1; 0 takes any. */
  readonly port: number;
  /** Null: nothing is opened, and `unread` says what becomes of connections to AWS. */
  readonly certificateAuthority: CertificateAuthority | null;
  readonly unread: 'tunnel' | 'refuse';
  readonly connectTo: readonly ConnectTo[];
  /** PEM, added to the public roots. */
  readonly upstreamCa: string | null;
  /** Of a Unix socket for the Node preload, without TLS; null or absent for none. */
  readonly socketPath?: string | null;
}

export interface Proxy {
  readonly port: number;
  /** Null where there is none, or none could be had. */
  readonly socketPath: string | null;
  /**
   * Gets ready for the first call, in small steps in the background: where `dial`, connects to the first of `hosts`, loads what is loaded when first used, and makes the
   * leaves of all. `understudy` sees a few calls that lead nowhere. Ends when the first client comes, which is not to wait for it. Never rejects.
   */
  warm(hosts: readonly string[], dial: boolean, understudy: () => Promise<Inspector>): Promise<void>;
  /** When something last came, from a client or an endpoint: epoch, milliseconds. */
  lastSeen(): number;
  /** True where a client is there: then nothing is to be done that could wait. */
  occupied(): boolean;
  /** What becomes of connections to AWS while nothing is opened. */
  setUnread(unread: 'tunnel' | 'refuse'): void;
  /** Stops listening and ends what is open. */
  close(): Promise<void>;
}

/** Connections made ahead: each costs the endpoint and us some KiB for ten seconds. */
const DIALLED = 4;

/** Listens on loopback. Rejects with the listener's error (`EADDRINUSE`). Nothing that one connection does ends the process. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { inspector } = options;
  keepYoungSmall();
  const dialer = createDialer(options.connectTo, options.upstreamCa);
  const limit = descriptorLimit();
  const slots = createSlots(limit, () => splice.yieldOne());
  const splice = createSplice(dialer, () => slots);
  const reaper = createReaper();
  let undici: Promise<UndiciForwarder> | null = null;
  const gateway: Gateway = {
    inspector,
    authority: options.certificateAuthority,
    dialer,
    splice,
    undici() {
      undici ??= import('./forward/undici.ts').then(({ createUndici }) => createUndici(dialer, slots));
      return undici;
    },
    slots,
    held: new HeldBodies(),
    heads: new HeadMemories(),
    reaper,
    resting: new Resting(),
    activity: new Activity(),
    tunnels: new Set(),
    unread: options.unread,
  };
  const firstClient = new FirstClient();
  const accept = (serve: (gateway: Gateway, socket: Socket) => void) => (socket: Socket) => {
    firstClient.comes();
    slots.take();
    socket.on('error', () => {});
    socket.once('close', () => {
      reaper.unwatch(socket);
      slots.release();
    });
    const waiting = inspector.ready?.() ?? null;
    if (waiting === null) serve(gateway, socket);
    else void waiting.then(() => socket.destroyed || serve(gateway, socket));
  };
  // Beyond this no descriptor is left for anything upstream.
  const most = limit - Math.min(32, Math.floor(limit / 4));
  let local: UnixListener | null = null;
  const listener = await listenOn(
    {
      port: options.port,
      most,
      limit,
      others: () => local?.sockets.size ?? 0,
      pressed: () => gateway.resting.dismiss(Math.ceil(most / 8)),
      fault: () => inspector.fault({ code: 'listener', message: 'the listener reported an error and goes on' }),
    },
    accept(serveConnection),
  );
  local = await openUnixSocket(options, Math.floor(most / 2), accept(servePreload));
  const occupied = () => listener.sockets.size + (local?.sockets.size ?? 0) > 0;
  return {
    port: listener.port,
    socketPath: local?.path ?? null,
    lastSeen: () => gateway.activity.last,
    occupied,
    async warm(hosts, dial, understudy) {
      const authority = options.certificateAuthority;
      if (authority === null) return;
      const { rehearse } = await import('./rehearsal.ts');
      const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
      try {
        dialer.prepare();
        // The way to an endpoint takes longest, and nothing of ours.
        for (const host of dial ? hosts.slice(0, DIALLED) : []) {
          await turn();
          if (occupied()) return;
          splice.prepare({ scheme: 'https', host, port: 443, serverName: host });
        }
        await turn();
        if (occupied()) return;
        const inspected = await understudy();
        if (occupied()) return;
        tidy();
        await turn();
        if (occupied()) return;
        const host = hosts[0] ?? 'sts.us-east-1.amazonaws.com';
        await rehearse(startProxy, authority, inspected, host, local?.path ?? null, firstClient);
        for (const host of hosts) {
          await turn();
          if (occupied()) return;
          authority.contextFor(host);
        }
      } catch {
        // The first call then finds everything as cold as it would have been.
      }
    },
    setUnread(unread) {
      gateway.unread = unread;
    },
    async close() {
      reaper.close();
      const closed = listener.close();
      local?.close();
      const ended = [...gateway.tunnels].map((far) => {
        const gone = new Promise<void>((resolve) => far.once('close', () => resolve()));
        far.destroy();
        return gone;
      });
      splice.close();
      undici?.then((loaded) => loaded.close()).catch(() => {});
      // Only then has every tunnel been told of.
      await Promise.all([closed, ...ended]);
    },
  };
}

/** What is said on it is read: without a key of ours to open TLS nothing may be. */
async function openUnixSocket(
  { socketPath, certificateAuthority }: ProxyOptions,
  most: number,
  serve: (socket: Socket) => void,
): Promise<UnixListener | null> {
  if (socketPath == null) return null;
  if (certificateAuthority !== null) return listenOnUnixSocket(socketPath, most, serve);
  removeUnixSocket(socketPath);
  return null;
}
