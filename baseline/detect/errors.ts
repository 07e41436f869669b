import type { Call } from '../call.ts';
import { codeOf, isDenied } from '../learn/denial.ts';
import { failed } from '../names/step.ts';
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
    if (!failed(call)) return NONE;
    const denied = isDenied(call);
    if (!denied && !isMissing(call)) return NONE;
    const errorCode = codeOf(call);
    for (const { action } of call.access) {
      const known = normal.action(action);
      if (known === undefined || known.invocations.count() < ENOUGH) continue;
      const before = known.errors.peek(errorCode);
      const isNew = before === undefined || normal.support.isScant(before);
      if (denied && isNew) {
        return [
          deviation(
            action,
            `${action} was denied (${errorCode}), which ${before === undefined ? 'never' : 'hardly ever'} happened to this function`,
          ),
        ];
      }
      const missed = tally.errors.get(action) ?? 0;
      // Whether something is there is asked by HEAD, day after day
      if (
        !denied &&
        (isNew || call.errorCode !== null) &&
        missed >= PROBES &&
        missed * 2 > (tally.things.get(action)?.calls ?? 0)
      ) {
        return [
          deviation(
            action,
            `${missed} calls of ${action} in one invocation asked for what does not exist (${errorCode})`,
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

/** Without a body to say a code in (HEAD), by its status. */
const isMissing = ({ errorCode, status }: Call): boolean =>
  errorCode === null ? status === 404 : /NoSuch|NotFound|DoesNotExist|NonExistent/.test(errorCode);
/** Invocations with the action after which its errors are known. */
const ENOUGH = 20;
/** In one invocation. */
const PROBES = 5;
