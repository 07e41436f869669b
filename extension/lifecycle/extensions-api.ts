import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** Lambda's Extensions API (2020-01-01), as an external extension sees it. */
export interface ExtensionsApi {
  /** Joins the environment's life. Managed Instances refuse INVOKE with 403: then SHUTDOWN alone is registered. */
  register(): Promise<Registration>;
  /** Waits, without a limit, for what happens next. Asking also tells Lambda that this extension is done with what came before. */
  next(): Promise<LifecycleEvent>;
}

export interface Registration {
  /** `Lambda-Extension-Identifier`: names this extension in every later call. */
  readonly identifier: string;
  readonly functionName: string | null;
  readonly functionVersion: string | null;
  /** Twelve digits; null where Lambda does not tell (the runtime interface emulator). */
  readonly accountId: string | null;
  /** False where only SHUTDOWN could be registered. */
  readonly invocations: boolean;
}

export type LifecycleEvent =
  | {
      readonly type: 'INVOKE';
      readonly requestId: string;
      readonly invokedFunctionArn: string;
      /** Epoch, milliseconds. */
      readonly deadlineMs: number;
      /** What the function gets, too, and its SDKs put on their calls: the value of X-Amzn-Trace-Id. */
      readonly trace: string | null;
    }
  | { readonly type: 'SHUTDOWN'; readonly reason: string; readonly deadlineMs: number };

/** `code` is stable: `refused` (the API said no; `status` tells how), `unreachable`, `malformed`. */
export class LambdaApiError extends Error {
  readonly code: 'refused' | 'unreachable' | 'malformed';
  readonly status: number | null;

  constructor(code: LambdaApiError['code'], message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'LambdaApiError';
    this.code = code;
    this.status = options.status ?? null;
  }
}

export interface ExtensionsApiOptions {
  /** `AWS_LAMBDA_RUNTIME_API`, host:port. */
  readonly endpoint: string;
  /** File name in /opt/extensions: Lambda knows the extension by it. */
  readonly name: string;
  /** Of a registration made by an earlier process of this extension. */
  readonly identifier?: string;
}

export function createExtensionsApi(options: ExtensionsApiOptions): ExtensionsApi {
  const ask = createClient(options.endpoint);
  let identifier = options.identifier;

  async function registerFor(events: readonly string[]): Promise<Registration> {
    const answer = await ask('POST', '/2020-01-01/extension/register', {
      fields: { 'Lambda-Extension-Name': options.name, 'Lambda-Extension-Accept-Feature': 'accountId' },
      body: { events },
    });
    identifier = headerOf(answer.headers, 'lambda-extension-identifier');
    const body = objectOf(answer.body);
    return {
      identifier,
      functionName: textOf(body.functionName),
      functionVersion: textOf(body.functionVersion),
      accountId: textOf(body.accountId),
      invocations: events.includes('INVOKE'),
    };
  }

  return {
    async register() {
      try {
        return await registerFor(['INVOKE', 'SHUTDOWN']);
      } catch (error) {
        if (error instanceof LambdaApiError && error.status === 403) return registerFor(['SHUTDOWN']);
        throw error;
      }
    },
    async next() {
      const answer = await ask('GET', '/2020-01-01/extension/event/next', {
        fields: { 'Lambda-Extension-Identifier': identifier ?? '' },
      });
      return eventOf(objectOf(answer.body));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers of these APIs are small; more than this is not one of theirs. */
const MAX_ANSWER = 65_536;

export type Client = (
  method: string,
  path: string,
  content: { fields: Record<string, string>; body?: unknown },
) => Promise<Answer>;

/** One kept connection, no time limit: `next` is answered when something happens, which may be after days of freeze. */
export function createClient(endpoint: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const { hostname, port } = new URL(`http://${endpoint}`);
  return (method, path, { fields, body }) =>
    new Promise((resolve, reject) => {
      const content = body === undefined ? null : JSON.stringify(body);
      const unreachable = (cause: unknown) =>
        reject(new LambdaApiError('unreachable', `${method} ${path} had no answer from ${endpoint}`, { cause }));
      const outgoing = request(
        {
          agent,
          host: hostname.replace(/^\[|\]$/g, ''),
          port,
          method,
          path,
          headers: {
            ...fields,
            ...(content === null
              ? {}
              : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) }),
          },
        },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (part: string) => {
            if (text.length < MAX_ANSWER) text += part;
          });
          incoming.on('error', unreachable);
          incoming.on('end', () => {
            const status = incoming.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve({ status, headers: incoming.headers, body: text });
            else
              reject(new LambdaApiError('refused', `${method} ${path} was refused with status ${status}`, { status }));
          });
        },
      );
      outgoing.setNoDelay(true);
      outgoing.on('error', unreachable);
      outgoing.end(content ?? undefined);
    });
}

function eventOf(body: Record<string, unknown>): LifecycleEvent {
  const deadlineMs = typeof body.deadlineMs === 'number' ? body.deadlineMs : 0;
  if (body.eventType === 'SHUTDOWN') return { type: 'SHUTDOWN', reason: textOf(body.shutdownReason) ?? '', deadlineMs };
  if (body.eventType === 'INVOKE') {
    return {
      type: 'INVOKE',
      requestId: textOf(body.requestId) ?? '',
      invokedFunctionArn: textOf(body.invokedFunctionArn) ?? '',
      deadlineMs,
      trace: traceOf(body.tracing),
    };
  }
  throw new LambdaApiError('malformed', 'event/next answered with neither INVOKE nor SHUTDOWN');
}

function traceOf(tracing: unknown): string | null {
  if (typeof tracing !== 'object' || tracing === null) return null;
  const { type, value } = tracing as Record<string, unknown>;
  return type === 'X-Amzn-Trace-Id' ? textOf(value) : null;
}

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new LambdaApiError('malformed', `register answered without ${name}`);
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // RIE's answers to register are JSON too; an empty one says nothing more.
  }
  return {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
