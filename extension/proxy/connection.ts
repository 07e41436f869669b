import type { Socket } from 'node:net';
import { after, type Until } from '../patience.ts';
import type { Target } from './forward/forwarder.ts';
import type { Gateway } from './gateway.ts';
import { serveHttp1 } from './http1/client-connection.ts';
import { endOfHead, parseRequestHead } from './http1/head.ts';
import { MalformedHead } from './http1/malformed.ts';
import type { EgressDecision } from './inspector.ts';
import { isForSensor, serveLocal } from './local.ts';
import { type ClientHello, readClientHello } from './tls/client-hello.ts';
import { chooseProtocol, intercept } from './tls/intercept.ts';
import { joinDuplex } from './tunnel.ts';

const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';
/** On other ports the server may be the one that speaks first (SMTP): its client is not waited for longer. */
const SILENCE_MS = 200;
const TLS_HANDSHAKE = 0x16;

/** A client has connected: its first byte tells what it speaks. */
export function serveConnection(gateway: Gateway, socket: Socket): void {
  gateway.reaper.watch(socket);
  collect(gateway, socket, (bytes) => {
    if (bytes[0] === TLS_HANDSHAKE) return serveDirectTls(gateway, socket, bytes);
    if (gateway.inspector.local !== undefined) {
      const local = isForSensor(bytes);
      if (local === null) return false;
      if (local) {
        stop(socket);
        serveLocal(gateway, socket, bytes);
        return true;
      }
    }
    // CONNECT has a short head; any other request is read by the connection that serves it.
    if (!'CONNECT '.startsWith(bytes.toString('latin1', 0, 8))) {
      stop(socket);
      serveHttp1(gateway, socket, { kind: 'absolute' }, bytes);
      return true;
    }
    return bytes.length < 8 ? false : serveConnect(gateway, socket, bytes);
  });
}

/** Gathers first bytes until `taken` returns true; `ended` where the client ends before. */
function collect(
  gateway: Gateway,
  socket: Socket,
  taken: (all: Buffer) => boolean,
  ended: () => void = () => socket.end(),
): void {
  let all: Buffer = Buffer.alloc(0);
  let done = false;
  socket.on('data', (bytes: Buffer) => {
    all = all.length === 0 ? bytes : Buffer.concat([all, bytes]);
    try {
      done = taken(all);
      if (done) all = Buffer.alloc(0);
    } catch {
      // One connection's fault ends that connection only.
      gateway.inspector.fault({ code: 'proxy', message: 'a connection was closed after a fault of the sensor' });
      socket.destroy();
    }
  });
  const end = () => done || ended();
  socket.once('end', end);
  // It may have ended while nobody listened.
  if (socket.readableEnded) end();
  socket.resume();
}

function stop(socket: Socket): void {
  socket.removeAllListeners('data');
  socket.removeAllListeners('end');
  socket.pause();
}

function serveDirectTls(gateway: Gateway, socket: Socket, bytes: Buffer): boolean {
  const reading = readClientHello(bytes);
  if (reading.kind === 'partial') return false;
  stop(socket);
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
  } else tunnel(gateway, socket, target, decision, { first: bytes, connect: null, guarded: false });
  return true;
}

/** True where this connection is one to an AWS endpoint, by the name it was asked for or by the name in its hello. */
function opens(gateway: Gateway, host: string, hello: ClientHello | null): boolean {
  const name = hello?.serverName ?? null;
  return gateway.inspector.intercepts(host) || (name !== null && gateway.inspector.intercepts(name));
}

/** An AWS connection: opened where we can, else as `unread` says. */
function open(
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
    tunnel(gateway, socket, target, UNREAD, { first, connect: null, guarded: false });
    return;
  }
  // MQTT and its like: a connection to AWS that cannot be read is judged as one.
  unreadable(gateway, socket, first, target, hello.serverName);
}

function unreadable(gateway: Gateway, socket: Socket, first: Buffer, target: Target, sni: string | null): void {
  const decision = gateway.inspector.egress({ host: target.host, port: target.port, sni });
  if (decision.kind === 'tunnel') {
    tunnel(gateway, socket, target, decision, { first, connect: null, guarded: first.length === 0 });
    return;
  }
  decision.ended();
  after(decision.until ?? null, () => socket.destroy());
}

const UNREAD: Extract<EgressDecision, { kind: 'tunnel' }> = { kind: 'tunnel', ended() {} };

function serveConnect(gateway: Gateway, socket: Socket, bytes: Buffer): boolean {
  try {
    const end = endOfHead(bytes);
    if (end === -1) return false;
    stop(socket);
    gateway.reaper.unwatch(socket);
    const { target } = parseRequestHead(bytes.subarray(0, end));
    const found = /^(?:([A-Za-z0-9._-]+)|\[([0-9A-Fa-f:.]+)\]):(\d{1,5})$/.exec(target);
    const port = Number(found?.[3] ?? 0);
    if (found === null || port < 1 || port > 65_535) throw new MalformedHead('a CONNECT without host and port');
    const host = (found[1] ?? found[2] ?? '').toLowerCase().replace(/\.$/, '');
    route(gateway, socket, host, port, bytes.subarray(end));
  } catch (error) {
    stop(socket);
    const reason = error instanceof MalformedHead ? error.message : 'a CONNECT that is not understood';
    gateway.inspector.malformed?.({ host: 'unknown', reason });
    answer(socket, 400, 'Bad Request', `Rolefence does not pass on ${reason}`);
  }
  return true;
}

function route(gateway: Gateway, socket: Socket, host: string, port: number, first: Buffer): void {
  const target: Target = { scheme: 'https', host, port, serverName: null };
  const isAddress = /^[\d.]+$|:/.test(host);
  if (gateway.inspector.intercepts(host) || isAddress) {
    if (gateway.authority === null && gateway.unread === 'refuse' && !isAddress) {
      answer(socket, 403, 'Forbidden', 'Rolefence cannot read calls in this environment and was told to refuse them');
      return;
    }
    socket.write(ESTABLISHED);
    awaitFirstBytes(gateway, socket, target, first);
    return;
  }
  const decision = gateway.inspector.egress({ host, port, sni: null });
  if (decision.kind === 'refuse') {
    after(decision.until ?? null, () => answer(socket, 403, 'Forbidden', decision.reason));
    decision.ended();
    return;
  }
  tunnel(gateway, socket, target, decision, { first, connect: `${host}:${port}`, guarded: true });
}

/** The 200 has been given: what the client says first tells what this connection is. */
function awaitFirstBytes(gateway: Gateway, socket: Socket, target: Target, first: Buffer): void {
  const connect = `${target.host}:${target.port}`;
  const clientFirst = target.port === 443 || target.port === 80;
  const silence = clientFirst
    ? undefined
    : setTimeout(() => {
        stop(socket);
        unreadable(gateway, socket, Buffer.alloc(0), target, null);
      }, SILENCE_MS);
  socket.once('close', () => clearTimeout(silence));
  const taken = (bytes: Buffer): boolean => {
    clearTimeout(silence);
    const reading = readClientHello(bytes);
    if (reading.kind === 'partial') return false;
    stop(socket);
    gateway.reaper.unwatch(socket);
    if (reading.kind === 'malformed') {
      gateway.inspector.malformed?.({ host: target.host, reason: reading.reason });
      socket.destroy();
    } else if (reading.kind === 'hello') {
      const { hello } = reading;
      const named = { ...target, serverName: hello.serverName };
      if (opens(gateway, target.host, hello)) open(gateway, socket, bytes, hello, named, connect);
      else unreadable(gateway, socket, bytes, named, hello.serverName);
    } else if (/^[A-Z]{3,9} /.test(bytes.toString('latin1', 0, 10)) && gateway.inspector.intercepts(target.host)) {
      const plain: Target = { ...target, scheme: 'http' };
      serveHttp1(gateway, socket, { kind: 'fixed', target: plain, sni: null, connect }, bytes);
    } else if (
      clientFirst &&
      gateway.inspector.intercepts(target.host) &&
      bytes.length < 10 &&
      /^[A-Z]+ ?/.test(bytes.toString('latin1'))
    ) {
      collect(gateway, socket, (more) => taken(Buffer.concat([bytes, more])));
    } else unreadable(gateway, socket, bytes, target, null);
    return true;
  };
  gateway.reaper.watch(socket);
  if (first.length === 0 || !taken(first))
    collect(gateway, socket, (more) => taken(first.length === 0 ? more : Buffer.concat([first, more])));
}

interface TunnelStart {
  /** What the client has sent already. */
  readonly first: Buffer;
  /** host:port to answer 200 for; null where that was done or nobody waits for it. */
  readonly connect: string | null;
  /** The client's first bytes are still to be looked at: an AWS server name in them makes this a connection to be opened. */
  readonly guarded: boolean;
}

function tunnel(
  gateway: Gateway,
  client: Socket,
  target: Target,
  decision: Extract<EgressDecision, { kind: 'tunnel' }>,
  start: TunnelStart,
): void {
  after(decision.until ?? null, () => {
    if (client.destroyed) decision.ended({ connected: false, bytesOut: 0, bytesIn: 0, durationMs: 0 });
    else dial(gateway, client, target, decision, start);
  });
}

function dial(
  gateway: Gateway,
  client: Socket,
  target: Target,
  decision: Extract<EgressDecision, { kind: 'tunnel' }>,
  start: TunnelStart,
): void {
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
      if (start.connect !== null) answer(client, 502, 'Bad Gateway', `${start.connect} cannot be reached`);
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
      if (!start.guarded) return join(start.first);
      guard(gateway, client, upstream, target, start, join, () =>
        tell(true, upstream.bytesWritten, upstream.bytesRead),
      );
    });
  });
  client.once('close', giveUp);
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

/** The server may speak at once; what the client says first is held until it is known not to be a hello for AWS. */
function guard(
  gateway: Gateway,
  client: Socket,
  upstream: Socket,
  target: Target,
  start: TunnelStart,
  join: (first: Buffer) => void,
  dropped: () => void,
): void {
  const drop = () => {
    stop(upstream);
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
    stop(client);
    client.removeListener('drain', drain);
    const hello = reading.kind === 'hello' ? reading.hello : null;
    if (reading.kind === 'malformed') {
      gateway.inspector.malformed?.({ host: target.host, reason: reading.reason });
      client.destroy();
    } else if (hello !== null && opens(gateway, target.host, hello)) {
      upstream.removeAllListeners('close');
      upstream.once('close', () => {
        gateway.tunnels.delete(upstream);
        gateway.slots.release();
      });
      drop();
      open(gateway, client, bytes, hello, { ...target, serverName: hello.serverName }, `${target.host}:${target.port}`);
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
    stop(upstream);
    join(bytes);
  };
  let held = start.first;
  if (held.length > 0 && taken(held)) return;
  collect(
    gateway,
    client,
    (more) => {
      held = start.first.length === 0 ? more : Buffer.concat([start.first, more]);
      return taken(held);
    },
    () => {
      // No hello comes any more, and the server may still have something to say.
      stop(client);
      client.removeListener('drain', drain);
      pass(held);
    },
  );
}

function answer(socket: Socket, status: number, reason: string, text: string): void {
  const body = `${text.replace(/[\r\n]+/g, ' ')}\n`;
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.once('end', () => socket.destroy());
}
