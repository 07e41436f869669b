import type { RequestHead } from '../identify/request.ts';
import { pathRules, type Scope, type Signable, scopeText, stringToSign } from '../sigv4/canonical.ts';
import { type Credentials, Signer } from '../sigv4/signer.ts';
import { createSealer, type Sealer } from './sealer.ts';

/** Of the usual lengths. */
const NOBODY: Credentials = {
  accessKeyId: 'ASIAQNZGKIQYNOBODY12',
  secretAccessKey: 'rehearsal'.padEnd(40, '/'),
  sessionToken: 'rehearsal'.padEnd(800, '/'),
};

/** For calls to nobody: what signing anew loads, compiles and learns is then there for the function's own first call. */
export const createUnderstudySealer = (): Sealer => createSealer(NOBODY);

/** Signed now, as SDKs do; the body is to come. */
export function signedBy(head: RequestHead, { accessKeyId, secretAccessKey, sessionToken }: Credentials): RequestHead {
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const [service = '', region = ''] = (head.sni ?? '').split('.').slice(-4);
  const scope: Scope = { time, region, service };
  const fields: Record<string, string> = {
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': time,
    'x-amz-security-token': sessionToken ?? '',
  };
  const headers = head.headers.map(([name, value]) => [name, fields[name] ?? value] as const);
  const names = headers
    .map(([name]) => name)
    .filter((name) => name === 'host' || name.startsWith('x-amz-'))
    .sort();
  const signable: Signable = {
    method: head.method,
    path: head.target,
    query: '',
    headers,
    signed: names,
    payload: 'UNSIGNED-PAYLOAD',
  };
  const text = stringToSign(signable, pathRules(service)[0]!, scope);
  const signature = new Signer(secretAccessKey).sign(scope, text);
  const value = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scopeText(scope)}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return {
    ...head,
    headers: headers.map(([name, old]) => (name === 'authorization' ? [name, value] : [name, old])),
  };
}
