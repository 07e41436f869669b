import { createLearner } from '../baseline/learn/learner.ts';
import type { BaselineDocument } from '../baseline/model/document.ts';
import { createMeter } from './alerts/measures.ts';
import type { Config } from './config.ts';
import { learningGuard } from './guard/learning.ts';
import type { RequestHead } from './identify/request.ts';
import type { Identity } from './identity.ts';
import { createInvocations } from './invocations.ts';
import type { Log } from './log.ts';
import type { Inspector } from './proxy/inspector.ts';
import { createSealer } from './seal/sealer.ts';
import { createSight } from './sight/status.ts';
import { pathRules, type Scope, type Signable, scopeText, stringToSign } from './sigv4/canonical.ts';
import { type Credentials, Signer } from './sigv4/signer.ts';
import { guardFor } from './startup.ts';
import { createInspector } from './way-of-a-call.ts';

/** Of nobody, and of the usual lengths. */
const NOBODY: Credentials = {
  accessKeyId: 'ASIAQNZGKIQYNOBODY12',
  secretAccessKey: 'rehearsal'.padEnd(40, '/'),
  sessionToken: 'rehearsal'.padEnd(800, '/'),
};

/**
 * Stands in for the inspector while the sensor rehearses: what it names, judges and signs is neither recorded nor told, and nothing of it stays. Sealed, its calls are
 * signed anew as the function's will be, by a sealer of its own that knows no real key.
 */
export async function createUnderstudy(
  config: Config,
  identity: () => Identity,
  baseline: BaselineDocument | null,
  log: Log,
): Promise<Inspector> {
  const guard = config.mode === 'learn' ? learningGuard : await guardFor({ ...config, mode: 'alert' });
  guard.arm(baseline, null);
  const sealer = config.credentials === 'sealed' ? createSealer(NOBODY) : null;
  const inspector = createInspector({
    guard,
    unknown: () => null,
    learner: createLearner(),
    identity,
    invocations: createInvocations(),
    ownKeys: null,
    publish: () => null,
    urges: false,
    meter: createMeter(),
    sight: createSight(() => false),
    config,
    log,
    onCall: undefined,
    sealer,
    presigning: null,
  });
  if (sealer === null) return inspector;
  return { ...inspector, request: (head) => inspector.request(signed(head, sealer.placeholder)) };
}

/** Signed now, as SDKs do; the body is to come. */
function signed(head: RequestHead, { accessKeyId, secretAccessKey, sessionToken }: Credentials): RequestHead {
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
