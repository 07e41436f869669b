import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an extension asked of Lambda. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly name: string | undefined;
  readonly feature: string | undefined;
  readonly identifier: string | undefined;
  readonly body: unknown;
}

/** A small, strict Extensions API (2020-01-01) on loopback: it registers, answers `next` in order, and remembers what was asked. */
export interface FakeLambda {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly endpoint: string;
  readonly asked: readonly Asked[];
  /** Sends these to whoever subscribed, as one batch; resolves to the status that it answered. */
  tell(...events: readonly object[]): Promise<number>;
  /** Answers the waiting `next`, or the one to come. */
  invoke(requestId: string): void;
  shutdown(reason?: string): void;
  /** The next answer to this path is this status instead. */
  refuseOnce(path: string, status: number): void;
  /** Resolves when `count` requests to a path that ends so have come. */
  came(path: string, count?: number): Promise<void>;
  close(): Promise<void>;
}

export const IDENTIFIER = '1d3f6a5e-0000-4000-8000-00000000abcd';

export async function startFakeLambda(
  options: {
    invocations?: boolean;
    accountId?: string;
    /** Its Telemetry API (2022-07-01), made for the tests: without it it answers as the runtime interface emulator does. */
    telemetry?: boolean;
    /** The only host that it sends to. */
    sandbox?: string;
  } = {},
): Promise<FakeLambda> {
  const asked: Asked[] = [];
  const events: object[] = [];
  const waiting: ServerResponse[] = [];
  const refusals = new Map<string, number>();
  const watchers = new Set<() => void>();
  let destination: URL | null = null;

  const deliver = () => {
    while (events.length > 0 && waiting.length > 0) {
      const to = waiting.shift()!;
      if (!to.destroyed) json(to, 200, events.shift()!);
    }
  };
  const push = (event: object) => {
    events.push(event);
    deliver();
  };

  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const path = request.url ?? '';
    const field = (name: string) => request.headers[name] as string | undefined;
    const body: unknown = text === '' ? null : JSON.parse(text);
    asked.push({
      method: request.method ?? '',
      path,
      name: field('lambda-extension-name'),
      feature: field('lambda-extension-accept-feature'),
      identifier: field('lambda-extension-identifier'),
      body,
    });
    for (const watcher of watchers) watcher();
    const refusal = refusals.get(path);
    if (refusal !== undefined) {
      refusals.delete(path);
      return json(response, refusal, { errorType: 'Extension.Refused' });
    }
    if (path === '/2020-01-01/extension/register' && request.method === 'POST') {
      const wanted = (body as { events: string[] }).events;
      if (options.invocations === false && wanted.includes('INVOKE')) return json(response, 403, {});
      response.setHeader('Lambda-Extension-Identifier', IDENTIFIER);
      return json(response, 200, {
        functionName: 'resize',
        functionVersion: '7',
        handler: 'app.handler',
        ...(options.accountId === undefined ? {} : { accountId: options.accountId }),
      });
    }
    if (path === '/2020-01-01/extension/event/next' && field('lambda-extension-identifier') === IDENTIFIER) {
      waiting.push(response);
      response.on('close', () => {
        const at = waiting.indexOf(response);
        if (at >= 0) waiting.splice(at, 1);
      });
      return deliver();
    }
    if (
      path === '/2022-07-01/telemetry' &&
      request.method === 'PUT' &&
      field('lambda-extension-identifier') === IDENTIFIER
    ) {
      if (options.telemetry !== true) return json(response, 202, { errorType: 'Telemetry.NotSupported' });
      const { protocol, URI } = (body as { destination: { protocol: string; URI: string } }).destination;
      destination = new URL(URI);
      if (protocol !== 'HTTP' || destination.hostname !== (options.sandbox ?? 'sandbox.localdomain'))
        return json(response, 400, {});
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      return void response.end('"OK"');
    }
    json(response, 403, { errorType: 'Extension.UnknownExtensionIdentifier' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async tell(...happened) {
      if (destination === null) throw new Error('nobody has subscribed');
      // The name leads there in the extension's own mount namespace only.
      const to = `http://localhost:${destination.port}${destination.pathname}`;
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch(to, { method: 'POST', headers, body: JSON.stringify(happened) })).status;
    },
    invoke: (requestId) =>
      push({
        eventType: 'INVOKE',
        requestId,
        deadlineMs: Date.now() + 3_000,
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:resize:live',
        tracing: { type: 'X-Amzn-Trace-Id', value: 'Root=1-0-0' },
      }),
    shutdown: (reason = 'spindown') =>
      push({ eventType: 'SHUTDOWN', shutdownReason: reason, deadlineMs: Date.now() + 2_000 }),
    refuseOnce: (path, status) => void refusals.set(path, status),
    came: (path, count = 1) =>
      new Promise((resolve) => {
        const check = () => {
          if (asked.filter((one) => one.path.endsWith(path)).length < count) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** platform.start (Lambda developer guide, Telemetry API event schema 2022-12-13). */
export const started = (requestId: string, trace = 'Root=1-0-0') => ({
  time: new Date().toISOString(),
  type: 'platform.start',
  record: { requestId, version: '7', tracing: { spanId: '54565fb41ac79632', type: 'X-Amzn-Trace-Id', value: trace } },
});

/** platform.runtimeDone. */
export const runtimeDone = (requestId: string, status = 'success') => ({
  time: new Date().toISOString(),
  type: 'platform.runtimeDone',
  record: {
    requestId,
    status,
    tracing: { spanId: '54565fb41ac79632', type: 'X-Amzn-Trace-Id', value: 'Root=1-0-0' },
    spans: [{ name: 'responseLatency', start: new Date().toISOString(), durationMs: 23.02 }],
    metrics: { durationMs: 140, producedBytes: 16 },
  },
});

function json(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}
