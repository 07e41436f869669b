import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CapturedRequest, Truth } from './compare.ts';

/** What a schema of the SDK's says: `[kind, namespace, name, traits, member names, member schemas, number of required ones]`. */
type Schema = unknown;

const clients = fileURLToPath(new URL('../../node_modules/@aws-sdk/', import.meta.url));
const ACCESS_KEY = 'ASIARTX3GSDSZ7OKNWNK';

/** Every client of the SDK for JavaScript v3 that is installed. */
export const sdkClients = (): string[] =>
  readdirSync(clients)
    .filter((name) => name.startsWith('client-'))
    .sort();

interface Client {
  send(command: unknown): Promise<unknown>;
  readonly config: { serviceId: string };
}

type Constructor<T> = new (options: Readonly<Record<string, unknown>>) => T;

/** A request of each command of a client, as its own code signs it: taken where it would go out. */
export async function requestsOf(
  name: string,
  region: string,
  optional: boolean,
): Promise<{ request: CapturedRequest; truth: Truth }[]> {
  const folder = `${clients}${name}/`;
  const { main } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { main: string };
  const module = (await import(pathToFileURL(folder + main).href)) as Record<string, unknown>;
  const made: { request: CapturedRequest; truth: Truth }[] = [];
  let sent: HttpRequest | null = null;
  const handler = {
    handle(request: HttpRequest) {
      sent = request;
      return Promise.reject(Object.assign(new Error('caught'), { name: 'Caught', $retryable: undefined }));
    },
    metadata: { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
  const Service = Object.entries(module).find(
    ([key]) => key.endsWith('Client') && key !== '__Client',
  )![1] as Constructor<Client>;
  const client = new Service({
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    region,
    requestHandler: handler,
    maxAttempts: 1,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: 'secret', sessionToken: 'token' },
  });
  for (const [key, value] of Object.entries(module)) {
    if (!key.endsWith('Command') || key.startsWith('$') || typeof value !== 'function') continue;
    const operation = key.slice(0, -'Command'.length);
    const schema = module[`${operation}$`] as readonly Schema[] | undefined;
    const Command = value as Constructor<unknown>;
    const input = (schema === undefined ? {} : sample(schema[4], optional, region, 0)) as Record<string, unknown>;
    sent = null;
    await client.send(new Command(input)).catch(() => undefined);
    if (sent === null) continue;
    const id = `${name}/${region}/${operation}`;
    const request = captured(id, sent);
    made.push({ request, truth: truthOf(request, client.config.serviceId, operation, region) });
  }
  return made;
}

interface HttpRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function captured(id: string, request: HttpRequest): CapturedRequest {
  const query = Object.entries(request.query).flatMap(([key, value]) => {
    const name = escape(key);
    if (Array.isArray(value)) return value.map((one) => `${name}=${escape(one)}`);
    return value === null ? [name] : [`${name}=${escape(value)}`];
  });
  const body = typeof request.body === 'string' || request.body instanceof Uint8Array ? request.body : '';
  return {
    id,
    method: request.method,
    url: `${request.protocol}//${request.hostname}${request.path}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    headers: Object.entries(request.headers),
    bodyBase64: Buffer.from(body as string).toString('base64'),
  };
}

const escape = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Region and key are those of the credential scope: unregional services are signed for another region than the client's. */
function truthOf(request: CapturedRequest, serviceId: string, operation: string, clientRegion: string): Truth {
  const authorization = request.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? '';
  const scope = /Credential=([A-Z0-9]+)\/\d+\/([a-z0-9-]+)\//.exec(authorization);
  return {
    id: request.id,
    service: serviceId,
    operation,
    region: scope?.[2] ?? clientRegion,
    clientRegion,
    account: scope === null ? null : '111122223333',
    accessKeyId: scope?.[1] ?? null,
    params: {},
  };
}

/** A value that a schema takes. Kinds of Smithy's compact schemas: 0 string, 1 number, 2 boolean, 4 timestamp, 21 blob, … */
function sample(schema: Schema, optional: boolean, region: string, depth: number, name = ''): unknown {
  const plain = typeof schema === 'function' ? (schema as () => Schema)() : schema;
  if (Array.isArray(plain)) {
    if (typeof plain[0] === 'function' || Array.isArray(plain[0]))
      return sample(plain[0], optional, region, depth, name);
    if (plain.length === 2 && typeof plain[0] === 'number') return scalar(plain[0], region, name);
    return composite(plain, optional, region, depth, name);
  }
  return scalar(plain as number, region, name);
}

function composite(
  schema: readonly unknown[],
  optional: boolean,
  region: string,
  depth: number,
  name: string,
): unknown {
  const [kind, , , , fourth, fifth, required] = schema;
  if (kind === 0) return scalar(fourth as number, region, name);
  if (kind === 1) return depth > 6 ? [] : [sample(fourth, optional, region, depth + 1, name)];
  if (kind === 2) return depth > 6 ? {} : { key: sample(fifth, optional, region, depth + 1, name) };
  const names = fourth as readonly string[];
  const members = fifth as readonly Schema[];
  const union = kind === 4;
  const wanted = union ? 1 : optional && depth < 2 ? names.length : Number(required ?? 0);
  const out: Record<string, unknown> = {};
  for (const [index, member] of names.slice(0, wanted).entries())
    if (depth < 7) out[member] = sample(members[index], optional, region, depth + 1, member);
  return out;
}

function scalar(kind: number, region: string, name: string): unknown {
  if (kind >= 64 && kind < 128) return [scalar(kind - 64, region, name)];
  if (kind >= 128) return { key: scalar(kind - 128, region, name) };
  if (kind === 1 || kind === 17 || kind === 19) return 7;
  if (kind === 2) return true;
  if (kind >= 4 && kind <= 7) return new Date(Date.UTC(2026, 2, 4));
  if (kind === 15) return { answer: 42 };
  if (kind === 21 || kind === 42) return new Uint8Array([1, 2, 3]);
  if (name === 'QueueUrl') return `https://sqs.${region}.amazonaws.com/111122223333/orders`;
  if (name === 'CopySource') return 'source-bucket/folder/object';
  if (name === 'Statement') return 'SELECT * FROM "Orders"';
  if (name === 'Bucket') return 'photo-archive';
  if (/arn$/i.test(name)) return `arn:aws:service:${region}:111122223333:thing/orders`;
  return 'orders';
}
