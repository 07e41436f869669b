import { type Scope, type Signable, scopeText, stringToSign } from '../../extension/sigv4/canonical.ts';
import { type Credentials, Signer } from '../../extension/sigv4/signer.ts';

export interface Plain {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly payload: string;
  readonly more: readonly (readonly [string, string])[];
}

/** A head as an SDK would sign it. */
export function signed({ method, host, path, service, payload, more }: Plain, keys: Credentials) {
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope: Scope = { time, region: 'eu-central-1', service };
  const headers = [
    ['host', host] as const,
    ['x-amz-content-sha256', payload] as const,
    ['x-amz-date', time] as const,
    ['x-amz-security-token', keys.sessionToken!] as const,
    ...more,
  ];
  const names = headers.map(([name]) => name).sort();
  const signable: Signable = { method, path, query: '', headers, signed: names, payload };
  const rule = service === 's3' ? 'as-is' : 'normalized';
  const signer = new Signer(keys.secretAccessKey);
  const signature = signer.sign(scope, stringToSign(signable, rule, scope));
  const credential = `Credential=${keys.accessKeyId}/${scopeText(scope)}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const fields = [...headers, ['authorization', authorization] as const].map(([n, v]) => `${n}: ${v}\r\n`).join('');
  return { head: `${method} ${path} HTTP/1.1\r\n${fields}`, signer, scope, signature };
}
