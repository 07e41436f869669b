import { isDenial } from '../learn/denial.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { riskOf } from './techniques.ts';

/**
 * Refusals and names that do not exist, where the function never met them: somebody is trying what the role allows. Throttling and faults of the service
 * come with every outage and say nothing.
 */
export const errors: Detector = {
  name: 'errors',
  when: 'after',
  inspect(call, normal, { tally }) {
    const { errorCode } = call;
    if (errorCode === null) return NONE;
    const denied = isDenial(errorCode);
    if (!denied && !isMissing(errorCode)) return NONE;
    for (const { action } of call.access) {
      const known = normal.action(action);
      if (known === undefined || known.invocations.count() < ENOUGH) continue;
      const before = known.errors.peek(errorCode);
      if (denied && (before === undefined || normal.support.isScant(before))) {
        return [
          deviation(
            action,
            `${action} was denied (${errorCode}), which ${before === undefined ? 'never' : 'hardly ever'} happened to this function`,
          ),
        ];
      }
      const failed = tally.errors.get(action) ?? 0;
      if (!denied && failed >= PROBES && failed * 2 > (tally.things.get(action)?.calls ?? 0)) {
        return [
          deviation(
            action,
            `${failed} calls of ${action} in one invocation asked for what does not exist (${errorCode})`,
          ),
        ];
      }
    }
    return NONE;

    function deviation(action: string, reason: string): Deviation {
      return {
        detector: 'errors',
        kind: 'unusual',
        key: `errors: ${action} ${errorCode}`,
        severity: riskOf(action).severity === 'critical' ? 'high' : 'medium',
        score: denied ? 0.7 : 0.6,
        action,
        resource: call.access[0]?.resources[0] ?? null,
        reason,
        techniques: ['T1580', 'T1619'],
        about: 'call',
      };
    }
  },
};

const isMissing = (errorCode: string): boolean => /NoSuch|NotFound|DoesNotExist|NonExistent/.test(errorCode);
/** Invocations with the action after which its errors are known. */
const ENOUGH = 20;
/** In one invocation. */
const PROBES = 5;
