import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one invocation came to. */
export interface Answer {
  readonly body: unknown;
  /** True where the handler threw. */
  readonly failed: boolean;
}

/**
 * The Runtime API (2018-06-01) and the Extensions API (2020-01-01) of one execution environment, as far as Lambda documents them: only these decide when
 * Init ends, when an invocation ends (runtime and every extension have asked for what is next) and what SHUTDOWN says.
 */
export interface LambdaApis {
  /** host:port, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** When this many extensions have registered; resolves with what they asked for, as Lambda logs it. */
  registered(count: number): Promise<readonly string[]>;
  /** When runtime and extensions have all asked for what is next. */
  idle(): Promise<void>;
  /** Hands out one invocation; resolves with the runtime's answer. Rejects if the runtime reports that it cannot start. */
  invoke(requestId: string, event: unknown, deadlineMs: number): Promise<Answer>;
  /** Tells every extension. */
  shutdown(reason: string, deadlineMs: number): void;
  close(): Promise<void>;
}

interface Extension {
  readonly name: string;
  readonly events: readonly string[];
  waiting: ServerResponse | null;
}

export async function startLambdaApis(lambda: {
  readonly functionArn: string;
  readonly functionName: string;
  readonly version: string;
  readonly handler: string;
  readonly account: string;
}): Promise<LambdaApis> {
  const extensions = new Map<string, Extension>();
  let runtime: ServerResponse | null = null;
  let answered: { requestId: string; resolve: (answer: Answer) => void } | null = null;
  const watchers = new Set<() => void>();

  /** Resolves as soon as `holds` does; it is looked at again after every request. */
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });

  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    const path = request.url ?? '';
    if (path.startsWith('/2020-01-01/extension/')) extensionRequest(path.slice(22), request, response, text);
    else if (path.startsWith('/2018-06-01/runtime/')) runtimeRequest(path.slice(20), response, text);
    else if (path === '/2022-07-01/telemetry') json(response, 202, { errorType: 'Telemetry.NotSupported' });
    else json(response, 404, { errorType: 'InvalidPath' });
    for (const watcher of watchers) watcher();
  });

  function extensionRequest(path: string, request: IncomingMessage, response: ServerResponse, text: string): void {
    if (path === 'register') {
      const id = randomUUID();
      const { events = [] } = JSON.parse(text) as { events?: string[] };
      extensions.set(id, { name: `${request.headers['lambda-extension-name']}`, events, waiting: null });
      response.setHeader('Lambda-Extension-Identifier', id);
      const wantsAccount = `${request.headers['lambda-extension-accept-feature']}`.includes('accountId');
      json(response, 200, {
        functionName: lambda.functionName,
        functionVersion: lambda.version,
        handler: lambda.handler,
        ...(wantsAccount ? { accountId: lambda.account } : {}),
      });
      return;
    }
    const extension = extensions.get(`${request.headers['lambda-extension-identifier']}`);
    if (extension === undefined) json(response, 403, { errorType: 'Extension.UnknownExtensionIdentifier' });
    else if (path === 'event/next') extension.waiting = response;
    else json(response, 202, { status: 'OK' });
  }

  function runtimeRequest(path: string, response: ServerResponse, text: string): void {
    if (path === 'invocation/next') {
      runtime = response;
      return;
    }
    const match = /^invocation\/([^/]+)\/(response|error)$/.exec(path);
    const asked = answered;
    if (match !== null && asked !== null && asked.requestId === match[1]) {
      answered = null;
      asked.resolve({ body: JSON.parse(text), failed: match[2] === 'error' });
    }
    json(response, 202, { status: 'OK' });
  }

  const tell = (event: object) => {
    for (const extension of extensions.values()) {
      if (extension.waiting === null) continue;
      if (!extension.events.includes((event as { eventType: string }).eventType)) continue;
      json(extension.waiting, 200, event);
      extension.waiting = null;
    }
  };

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async registered(count) {
      await until(() => extensions.size >= count);
      return [...extensions.values()].map(({ name, events }) => `EXTENSION Name: ${name} Events: [${events}]`);
    },
    idle: () => until(() => runtime !== null && [...extensions.values()].every(({ waiting }) => waiting !== null)),
    invoke(requestId, event, deadlineMs) {
      const invokedFunctionArn = lambda.functionArn;
      const to = runtime!;
      runtime = null;
      const answer = new Promise<Answer>((resolve) => {
        answered = { requestId, resolve };
      });
      tell({ eventType: 'INVOKE', deadlineMs, requestId, invokedFunctionArn });
      to.setHeader('Lambda-Runtime-Aws-Request-Id', requestId);
      to.setHeader('Lambda-Runtime-Deadline-Ms', `${deadlineMs}`);
      to.setHeader('Lambda-Runtime-Invoked-Function-Arn', invokedFunctionArn);
      json(to, 200, event);
      return answer;
    },
    shutdown: (shutdownReason, deadlineMs) => tell({ eventType: 'SHUTDOWN', shutdownReason, deadlineMs }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}
