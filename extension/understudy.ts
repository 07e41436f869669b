import { createLearner } from '../baseline/learn/learner.ts';
import type { BaselineDocument } from '../baseline/model/document.ts';
import { createMeter } from './alerts/measures.ts';
import type { Config } from './config.ts';
import { learningGuard } from './guard/learning.ts';
import type { Identity } from './identity.ts';
import { createInvocations } from './invocations.ts';
import type { Log } from './log.ts';
import type { Inspector } from './proxy/inspector.ts';
import { createSight } from './sight/status.ts';
import { guardFor } from './startup.ts';
import { createInspector } from './way-of-a-call.ts';

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
  // Loaded only where credentials are sealed.
  const sealed = config.credentials === 'sealed' ? await import('./seal/rehearsal.ts') : null;
  const sealer = sealed?.createUnderstudySealer() ?? null;
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
  if (sealed === null || sealer === null) return inspector;
  return { ...inspector, request: (head) => inspector.request(sealed.signedBy(head, sealer.placeholder)) };
}
