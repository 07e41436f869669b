import { request as plain } from 'node:http';
import { request } from 'node:https';
import type { Send, StoreAnswer, StoreRequest } from '../../baseline/store/key-value.ts';
import { suffixOf } from '../alerts/transport/aws-request.ts';
import type { CredentialSource } from '../alerts/transport/credentials.ts';
import type { Direct } from '../alerts/transport/direct.ts';
import { pathRules, type Scope, type Signable, scopeText, sha256, stringToSign } from '../sigv4/canonical.ts';
import { Signer } from '../sigv4/signer.ts';

export interface SendOptions {
  readonly region: string;
  readonly credentials: CredentialSource;
  readonly direct: Direct;
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number;
  /** An endpoint in place of AWS's own. */
  readonly endpointOf?: (service: StoreRequest['service']) => URL | null;
}

/** A baseline is at most 256 KB before it is compressed; pages of a listing are below a megabyte. */
const LARGEST_ANSWER = 8 * 1024 * 1024;

/** Signed requests to S3 and DynamoDB, which go out past the proxy: two clients of the SDK would cost 300 KiB of the layer for four operations. */
export function createSend({ region, credentials, direct, timeoutMs, endpointOf }: SendOptions): Send {
  return async (given) => {
    const endpoint = endpointOf?.(given.service) ?? null;
    const asked = endpoint === null ? given : { ...given, path: pathAt(endpoint, given) };
    const host = endpoint?.host ?? `${asked.endpoint}.${region}.${suffixOf(region)}`;
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials();
    const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
    const payload = sha256(asked.body ?? '');
    const headers: [string, string][] = [
      ...Object.entries({ ...asked.headers, host, 'x-amz-content-sha256': payload, 'x-amz-date': time }),
      ...(sessionToken === undefined ? [] : ([['x-amz-security-token', sessionToken]] as [string, string][])),
    ];
    const query = Object.entries(asked.query ?? {})
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
    const scope: Scope = { time, region, service: asked.service };
    const signed = headers.map(([name]) => name).sort();
    const signable: Signable = { method: asked.method, path: asked.path, query, headers, signed, payload };
    const text = stringToSign(signable, pathRules(asked.service)[0]!, scope);
    const signature = new Signer(secretAccessKey).sign(scope, text);
    headers.push([
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scopeText(scope)}, SignedHeaders=${signed.join(';')}, Signature=${signature}`,
    ]);
    return exchange(asked, endpoint ?? new URL(`https://${host}`), query, headers, direct, timeoutMs);
  };
}

/** A bucket stands before the host of AWS's own endpoint; of another it stands in the path. */
function pathAt({ pathname }: URL, { endpoint, path }: StoreRequest): string {
  const bucket = /^(.+)\.s3$/.exec(endpoint)?.[1];
  return `${pathname.replace(/\/+$/, '')}${bucket === undefined ? '' : `/${bucket}`}${path}`;
}

function exchange(
  { method, path, body }: StoreRequest,
  at: URL,
  query: string,
  headers: readonly [string, string][],
  direct: Direct,
  timeoutMs: number,
): Promise<StoreAnswer> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      const { code } = error as NodeJS.ErrnoException;
      reject(new Error(code !== undefined && /^\w+$/.test(code) ? code : error.name, { cause: error }));
    };
    const outgoing = (at.protocol === 'http:' ? plain : request)(
      {
        host: at.hostname.replace(/^\[|\]$/g, ''),
        port: at.port || (at.protocol === 'http:' ? 80 : 443),
        method,
        path: query === '' ? path : `${path}?${query}`,
        agent: at.protocol === 'http:' ? false : direct.agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { ...Object.fromEntries(headers), 'content-length': `${body?.length ?? 0}` },
      },
      (incoming) => {
        const parts: Buffer[] = [];
        let size = 0;
        incoming.on('data', (part: Buffer) => {
          size += part.length;
          if (size > LARGEST_ANSWER) outgoing.destroy(new Error('an answer that is too large'));
          else parts.push(part);
        });
        incoming.on('error', failed);
        incoming.on('end', () => {
          const fields: Record<string, string> = {};
          for (const [name, value] of Object.entries(incoming.headers)) fields[name] = `${value}`;
          resolve({ status: incoming.statusCode ?? 0, headers: fields, body: Buffer.concat(parts) });
        });
      },
    );
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}
