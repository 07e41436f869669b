import { EGRESS } from '../learn/company.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { riskOf } from './techniques.ts';

/**
 * More than one thing in a place where each invocation keeps to one: a second tenant's folder, a second customer's table or host, a second picture. Each of them
 * alone would be normal; their company is not.
 */
export const company: Detector = {
  name: 'company',
  when: 'after',
  inspect(call, normal, { several, tally }) {
    if (several.length === 0 || !normal.model.knowsSeveral) return NONE;
    for (const { slot, action } of several) {
      // Told by itself already; a deployment that brings a new thing brings its company, too
      if (tally.newcomers.has(action ?? EGRESS)) continue;
      const known = normal.invocationsAt(slot, action);
      if (known < ENOUGH || normal.oddCompany.areUsual(known)) continue;
      if (!normal.model.several.mayKeep(slot)) continue;
      const seen = normal.model.several.peek(slot);
      if (seen === undefined && action !== null && normal.severalNowAndThen.has(action)) continue;
      if (seen !== undefined && !normal.support.onOneDay(seen.days) && !normal.support.inBursts(seen)) continue;
      return [deviation(slot, action, known)];
    }
    return NONE;

    function deviation(slot: string, action: string | null, known: number): Deviation {
      const risk = action === null ? { severity: 'high' as const, techniques: ['T1567'] } : riskOf(action);
      return {
        detector: 'company',
        kind: 'unusual',
        key: `company: ${slot}`,
        severity: risk.severity === 'critical' ? 'high' : risk.severity,
        score: 0.75,
        action,
        resource: call.access[0]?.resources[0] ?? call.host,
        reason: `A second ${thing(slot)} in one invocation; ${known} invocations kept to one each`,
        techniques: risk.techniques,
        about: 'call',
        weak: known < WELL_KNOWN,
      };
    }
  },
};

function thing(slot: string): string {
  if (slot === EGRESS) return 'host';
  const [action, place] = slot.split(' ');
  if (place === undefined) return `resource of ${action}`;
  const [stem, at] = place.split('#');
  return `${at === 'file' ? 'object' : 'folder'} of ${stem} (${action})`;
}

/** Invocations with the action, or with egress, after which it is known that they keep to one. */
const ENOUGH = 40;
/** Invocations after which what never happened says something for good. */
const WELL_KNOWN = 80;
