import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createClient } from './extensions-api.ts';
import { type PlatformEvent, readPlatformEvents } from './telemetry-events.ts';

export interface TelemetryOptions {
  /** `AWS_LAMBDA_RUNTIME_API`, host:port. */
  readonly endpoint: string;
  /** Of the registration. */
  readonly identifier: string;
  /** Managed Instances know the later schema only. */
  readonly schemaVersion: '2022-12-13' | '2025-01-29';
  readonly hear: (event: PlatformEvent) => void;
  /** Whether a connection that has just come may be Lambda's, by whose it is. */
  readonly foreign: (socket: Socket) => boolean;
  /** One line for people. */
  readonly report: (problem: string) => void;
  /** The name under which Lambda reaches this environment. */
  readonly host?: string;
}

export const SANDBOX = 'sandbox.localdomain';
/** The least that Lambda takes: events come at most so much later than they happen. */
const BUFFERING = { maxItems: 1_000, maxBytes: 262_144, timeoutMs: 25 };
/** A batch is `maxBytes` and what JSON adds at most. */
const LARGEST = 1_048_576;
/** Init waits for it. */
const PATIENCE_MS = 2_000;
/** Lambda needs one connection. */
const CONNECTIONS = 16;

/**
 * Has Lambda tell of its platform events; before the first event is asked for, since Lambda takes no subscription later. False where Lambda does not tell:
 * then that is said in one line, and nothing else is different. Never rejects.
 */
export async function subscribe(options: TelemetryOptions): Promise<boolean> {
  const { endpoint, identifier, schemaVersion, report, host = SANDBOX } = options;
  // Whoever is in this environment can reach the listener, but nobody tells him the path. Lambda need not keep to it: its emulator does not.
  const path = `/${randomBytes(16).toString('hex')}`;
  let server: Server | null = null;
  try {
    server = await listen(host, path, options);
    const { port } = server.address() as AddressInfo;
    const asked = createClient(endpoint)('PUT', '/2022-07-01/telemetry', {
      fields: { 'Lambda-Extension-Identifier': identifier },
      body: {
        schemaVersion,
        destination: { protocol: 'HTTP', URI: `http://${host}:${port}${path}` },
        types: ['platform'],
        buffering: BUFFERING,
      },
    });
    const { status } = await soon(asked);
    // 202: taken note of by an emulator that has no such API.
    if (status !== 200) throw new Error('it is not supported here');
    return true;
  } catch (error) {
    server?.close();
    server?.closeAllConnections();
    const why = (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : 'unknown error');
    report(`Lambda does not tell when the function is done (${why}): ROLEFENCE_TELEMETRY has no effect`);
    return false;
  }
}

/** On the address that the name has here, and nothing wider. */
async function listen(host: string, path: string, { hear, foreign, report }: TelemetryOptions): Promise<Server> {
  const { address } = await soon(lookup(host));
  let said = false;
  /** Lambda keeps to the path: then nobody is believed without it. */
  let keeps = false;
  const foreigners = new WeakSet<Socket>();
  const server = createServer({ requestTimeout: 10_000, keepAliveTimeout: 0 }, (request, response) => {
    keeps ||= request.url === path;
    const believed = request.url === path || (!keeps && request.url === '/' && foreigners.has(request.socket));
    if (request.method === 'POST' && believed) return take(request, response, hear);
    response.writeHead(404).end();
    request.destroy();
    if (!said) report('something other than Lambda has sent to the listener for telemetry: it was turned away');
    said = true;
  });
  server.maxConnections = CONNECTIONS;
  server.on('connection', (socket) => {
    if (foreign(socket)) foreigners.add(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
  server.on('error', () => {});
  // It is no reason to live.
  server.unref();
  return server;
}

function take(request: IncomingMessage, response: ServerResponse, hear: (event: PlatformEvent) => void): void {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => {
    text += part;
    if (text.length <= LARGEST) return;
    text = '';
    response.writeHead(413).end();
    request.destroy();
  });
  request.on('error', () => {});
  request.on('end', () => {
    response.writeHead(200).end();
    for (const event of readPlatformEvents(text)) hear(event);
  });
}

async function soon<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {});
  }
}
