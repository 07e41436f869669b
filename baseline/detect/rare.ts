import { isEgress } from '../call.ts';
import { egressName } from '../learn/egress-name.ts';
import { askedFor } from '../learn/prefix.ts';
import { resourcePath } from '../learn/resource-path.ts';
import { countText } from '../model/seen.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { isDaring, riskOf } from './techniques.ts';

/** Approved, but learned from next to nothing, and risky or in an account that is not the function's: told each time, never refused. See `support.ts`. */
export const rare: Detector = {
  name: 'rare',
  when: 'before',
  inspect(call, normal) {
    const { support, invocations } = normal;
    if (isEgress(call)) {
      const host = egressName(call.host ?? '');
      return support.egress.has(host) ? [deviation(`egress ${host}`, null, host, ['T1567'])] : NONE;
    }
    for (const { action, resources } of call.access) {
      const { severity, techniques } = riskOf(action);
      const harmless = severity === 'medium' || severity === 'low';
      if (support.actions.has(action) && (!harmless || isDaring(action) || support.bursts.has(action)))
        return [deviation(action, action, resources[0] ?? null, techniques)];
      const scant = resources.find((arn) => support.isScantResource(action, askedFor(arn, action, call)));
      if (scant !== undefined) {
        const { head, key, path } = resourcePath(scant);
        const elsewhere = support.elsewhere.has(key);
        if (harmless && !elsewhere && !support.bursts.has(`${action} ${key}`)) continue;
        return [deviation(`${action} ${head}${path === null ? '' : '/*'}`, action, scant, techniques, elsewhere)];
      }
    }
    return NONE;

    function deviation(
      key: string,
      action: string | null,
      resource: string | null,
      techniques: readonly string[],
      elsewhere = false,
    ): Deviation {
      return {
        detector: 'rare',
        kind: 'unusual',
        key: `rare: ${key}`,
        severity: action === null || elsewhere ? 'high' : riskOf(action).severity,
        score: 0.6,
        action,
        resource,
        reason: `${action ?? 'A connection'} to ${resource ?? 'this'} is in the baseline from hardly any of its ${countText(invocations)} invocations: look whether it belongs there`,
        techniques,
        about: 'call',
      };
    }
  },
};
