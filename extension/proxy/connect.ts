import type { Socket } from 'node:net';
import { after } from '../patience.ts';
import { answerConnect, ESTABLISHED } from './connect-answer.ts';
import { openTunnel } from './egress-tunnel.ts';
import { gather, stopReading } from './first-bytes.ts';
import type { Target } from './forward/forwarder.ts';
import type { Gateway } from './gateway.ts';
import { serveHttp1 } from './http1/client-connection.ts';
import { endOfHead, parseRequestHead } from './http1/head.ts';
import { MalformedHead } from './http1/malformed.ts';
import { open, openerFor, opens, unreadable } from './opening.ts';
import { readClientHello } from './tls/client-hello.ts';

/** On other ports the server may be the one that speaks first (SMTP): its client is not waited for longer. */
const SILENCE_MS = 200;

/** False while its head has not come whole. */
export function serveConnect(gateway: Gateway, socket: Socket, bytes: Buffer): boolean {
  try {
    const end = endOfHead(bytes);
    if (end === -1) return false;
    stopReading(socket);
    gateway.reaper.unwatch(socket);
    const { target } = parseRequestHead(bytes.subarray(0, end));
    const found = /^(?:([A-Za-z0-9._-]+)|\[([0-9A-Fa-f:.]+)\]):(\d{1,5})$/.exec(target);
    const port = Number(found?.[3] ?? 0);
    if (found === null || port < 1 || port > 65_535) throw new MalformedHead('a CONNECT without host and port');
    const host = (found[1] ?? found[2] ?? '').toLowerCase().replace(/\.$/, '');
    route(gateway, socket, host, port, bytes.subarray(end));
  } catch (error) {
    stopReading(socket);
    const reason = error instanceof MalformedHead ? error.message : 'a CONNECT that is not understood';
    gateway.inspector.malformed?.({ host: 'unknown', reason });
    answerConnect(socket, 400, 'Bad Request', `Rolefence does not pass on ${reason}`);
  }
  return true;
}

function route(gateway: Gateway, socket: Socket, host: string, port: number, first: Buffer): void {
  const target: Target = { scheme: 'https', host, port, serverName: null };
  const isAddress = /^[\d.]+$|:/.test(host);
  if (gateway.inspector.intercepts(host) || isAddress) {
    if (gateway.authority === null && gateway.unread === 'refuse' && !isAddress) {
      answerConnect(
        socket,
        403,
        'Forbidden',
        'Rolefence cannot read calls in this environment and was told to refuse them',
      );
      return;
    }
    socket.write(ESTABLISHED);
    awaitFirstBytes(gateway, socket, target, first);
    return;
  }
  const decision = gateway.inspector.egress({ host, port, sni: null });
  if (decision.kind === 'refuse') {
    after(decision.until ?? null, () => answerConnect(socket, 403, 'Forbidden', decision.reason));
    decision.ended();
    return;
  }
  openTunnel(gateway, socket, target, decision, {
    first,
    connect: `${host}:${port}`,
    opener: openerFor(gateway, socket, target),
  });
}

/** The 200 has been given: what the client says first tells what this connection is. */
function awaitFirstBytes(gateway: Gateway, socket: Socket, target: Target, first: Buffer): void {
  const connect = `${target.host}:${target.port}`;
  const clientFirst = target.port === 443 || target.port === 80;
  const silence = clientFirst
    ? undefined
    : setTimeout(() => {
        stopReading(socket);
        unreadable(gateway, socket, Buffer.alloc(0), target, null);
      }, SILENCE_MS);
  socket.once('close', () => clearTimeout(silence));
  const taken = (bytes: Buffer): boolean => {
    clearTimeout(silence);
    const reading = readClientHello(bytes);
    if (reading.kind === 'partial') return false;
    stopReading(socket);
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
      gather(gateway, socket, (more) => taken(Buffer.concat([bytes, more])));
    } else unreadable(gateway, socket, bytes, target, null);
    return true;
  };
  gateway.reaper.watch(socket);
  if (first.length === 0 || !taken(first))
    gather(gateway, socket, (more) => taken(first.length === 0 ? more : Buffer.concat([first, more])));
}
