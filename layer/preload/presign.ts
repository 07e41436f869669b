import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import Module from 'node:module';

/** What SignatureV4 of the SDK (version 3) gets and gives; only what is looked at. */
interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query: Record<string, string | string[] | null | undefined>;
  headers: Record<string, string>;
}
interface SdkCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
interface SdkSigner {
  credentialProvider(): Promise<SdkCredentials>;
}
interface SdkForm {
  url: string;
  fields: Record<string, string>;
}
interface SdkClient {
  readonly config: { credentials(): Promise<SdkCredentials> };
}
type PresignForm = (client: SdkClient, ...rest: unknown[]) => Promise<SdkForm>;
type Presign = (this: SdkSigner, original: SdkRequest, options?: object) => Promise<SdkRequest>;

/** Every session token of sealed credentials begins with it. */
const PLACEHOLDER = 'Rolefence';
const TAKEN = ['X-Amz-Credential', 'X-Amz-Security-Token', 'X-Amz-Signature'] as const;
/** Where the SDK is bundled into the function no module can be seen: its code may ask for a URL by itself. */
export const PRESIGN = Symbol.for('rolefence.presign');

export const isSealed = (env: NodeJS.ProcessEnv): boolean => env.AWS_SESSION_TOKEN?.startsWith(PLACEHOLDER) === true;

/**
 * A URL presigned with placeholders is of use here only. So the SDK's own presigner, once it has made one, has it signed anew by the sensor, which judges it as the
 * call that it permits: s3-request-presigner, rds-signer, dsql-signer, polly and whatever else ends in SignatureV4 of @smithy or @aws-sdk; and s3-presigned-post.
 */
export function hookPresigner(port: number, env: NodeJS.ProcessEnv): void {
  if (!isSealed(env)) return;
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const load = loader._load;
  const seen = new WeakSet<object>();
  loader._load = function (this: unknown, name: string, ...rest: unknown[]) {
    const loaded = load.call(this, name, ...rest);
    try {
      if (/signature-v4|(?:@smithy|@aws-sdk)[\\/]core/.test(name)) patch(loaded, port, seen);
      if (/s3-presigned-post/.test(name)) patchForms(loaded, port, seen);
    } catch {
      // The function gets what it asked for.
    }
    return loaded;
  };
  const ask = (url: string, options: { method?: string; headers?: Record<string, string> } = {}) => {
    const { AWS_SECRET_ACCESS_KEY: secret = '' } = env;
    return presigned(port, secret, options.method ?? 'GET', url, options.headers ?? {});
  };
  Object.defineProperty(globalThis, PRESIGN, { value: ask, configurable: true });
}

function patch(loaded: unknown, port: number, seen: WeakSet<object>): void {
  const Signer = (loaded as { SignatureV4?: { prototype: { presign?: Presign } } } | null)?.SignatureV4;
  const original = Signer?.prototype?.presign;
  if (Signer === undefined || original === undefined || seen.has(Signer.prototype)) return;
  seen.add(Signer.prototype);
  Signer.prototype.presign = async function (this: SdkSigner, unsigned, options) {
    const made = await original.call(this, unsigned, options);
    const { accessKeyId, secretAccessKey, sessionToken } = await this.credentialProvider();
    const credential = made.query['X-Amz-Credential'];
    if (!sessionToken?.startsWith(PLACEHOLDER) || !String(credential).startsWith(accessKeyId)) return made;
    const url = new URL(await presigned(port, secretAccessKey, made.method, urlOf(made), coveredFields(made)));
    for (const name of TAKEN) {
      const value = url.searchParams.get(name);
      if (value === null) delete made.query[name];
      else made.query[name] = value;
    }
    return made;
  };
}

function patchForms(loaded: unknown, port: number, seen: WeakSet<object>): void {
  const module = loaded as { createPresignedPost?: PresignForm } | null;
  const original = module?.createPresignedPost;
  if (module === null || original === undefined || seen.has(module)) return;
  seen.add(module);
  module.createPresignedPost = async (client, ...rest) => {
    const form = await original(client, ...rest);
    const { secretAccessKey, sessionToken } = await client.config.credentials();
    if (!sessionToken?.startsWith(PLACEHOLDER)) return form;
    const { fields } = await askSensor(port, secretAccessKey, form);
    for (const name of Object.keys(form.fields)) {
      const value = fields?.[name.toLowerCase()];
      if (value === '') delete form.fields[name];
      else if (value !== undefined) form.fields[name] = value;
    }
    return form;
  };
}

/** Of the fields those that the signature covers. */
function coveredFields({ query, headers }: SdkRequest): Record<string, string> {
  const names = String(query['X-Amz-SignedHeaders']).split(';');
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => name !== 'host' && names.includes(name)),
  );
}

/** As the SDK's formatUrl writes it. */
function urlOf({ protocol, hostname, port, path, query }: SdkRequest): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one === null || one === undefined ? escaped(name) : `${escaped(name)}=${escaped(one)}`,
    ),
  );
  const host = port === undefined || port === null ? hostname : `${hostname}:${port}`;
  return `${protocol}//${host}${path.startsWith('/') ? path : `/${path}`}?${pairs.join('&')}`;
}

const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

async function presigned(port: number, secret: string, method: string, url: string, headers: object): Promise<string> {
  return (await askSensor(port, secret, { method, url, headers })).url ?? '';
}

/** Rejects with an error like the SDK's own where the sensor refuses. */
function askSensor(
  port: number,
  secret: string,
  asked: object,
): Promise<{ url?: string; fields?: Record<string, string> }> {
  const body = JSON.stringify(asked);
  const proof = createHmac('sha256', secret).update(body).digest('hex');
  return new Promise((resolve, reject) => {
    const fields = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-rolefence-proof': proof,
    };
    request(
      { host: '127.0.0.1', port, path: '/presign', method: 'POST', agent: false, headers: fields },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            const answer = JSON.parse(text);
            if (response.statusCode === 200) resolve(answer);
            else reject(denied(answer.code, answer.message, response.statusCode));
          } catch {
            reject(denied('ServiceUnavailable', 'Rolefence cannot sign: the sensor gave no answer', 503));
          }
        });
      },
    )
      .on('error', () => reject(denied('ServiceUnavailable', 'Rolefence cannot sign: the sensor is not there', 503)))
      .end(body);
  });
}

function denied(code: string, message: string, status: number | undefined): Error {
  return Object.assign(new Error(message), {
    name: code,
    Code: code,
    $fault: 'client',
    $metadata: { httpStatusCode: status },
  });
}
