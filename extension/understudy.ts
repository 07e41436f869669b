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

/** Stands in for the inspector while the sensor rehearses: what it names and judges is neither recorded nor told, and nothing of it stays. */
export async function createUnderstudy(
  config: Config,
  identity: () => Identity,
  baseline: BaselineDocument | null,
  log: Log,
): Promise<Inspector> {
  const guard = config.mode === 'learn' ? learningGuard : await guardFor({ ...config, mode: 'alert' });
  guard.arm(baseline, null);
  return createInspector({
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
    sealer: null,
    presigning: null,
  });
}
