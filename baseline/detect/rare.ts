import { isEgress } from '../call.ts';
import type { ActionModel } from '../model/function-model.ts';
import { countText, type Seen } from '../model/seen.ts';
import { egressName } from '../names/egress-name.ts';
import { askedFor } from '../names/prefix.ts';
import { resourcePath } from '../names/resource-path.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { endOf } from './openness.ts';
import { isDaring, riskOf } from './techniques.ts';

/** Approved, but learned from next to nothing, and risky or in an account that is not the function's: told each time, never refused. See `support.ts`. */
export const rare: Detector = {
  name: 'rare',
  when: 'before',
  inspect(call, normal) {
    const { support, invocations, model } = normal;
    if (isEgress(call)) {
      const host = egressName(call.host ?? '');
      if (!support.egress.has(host)) return NONE;
      return [deviation(`egress ${host}`, null, host, ['T1567'], model.egress.peek(host)!.invocations)];
    }
    for (const { action, resources } of call.access) {
      const { severity, techniques } = riskOf(action);
      const harmless = severity === 'medium' || severity === 'low';
      if (support.actions.has(action) && (!harmless || isDaring(action) || support.bursts.has(action)))
        return [deviation(action, action, resources[0] ?? null, techniques, normal.action(action)!.invocations)];
      const scant = resources.find((arn) => support.isScantResource(action, askedFor(arn, action, call)));
      if (scant !== undefined) {
        const { head, key, path } = resourcePath(scant);
        const seen = seenOf(normal.action(action)!, askedFor(scant, action, call));
        const elsewhere = support.elsewhere.has(key);
        if (harmless && !elsewhere && !support.bursts.has(`${action} ${key}`)) continue;
        return [deviation(`${action} ${head}${path === null ? '' : '/*'}`, action, scant, techniques, seen, elsewhere)];
      }
    }
    return NONE;

    function deviation(
      key: string,
      action: string | null,
      resource: string | null,
      techniques: readonly string[],
      seen: Seen,
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
        reason: `${action ?? 'A connection'} to ${resource ?? 'this'} is in the baseline from ${amountOf(seen)} of ${countText(invocations)}${whenOf(seen)}: look whether it belongs there`,
        techniques,
        about: 'call',
      };
    }
  },
};

/** Where it was learned: there, or what it is below. */
function seenOf({ resources }: ActionModel, asked: string): Seen {
  const { key, path } = resourcePath(asked);
  const { root } = resources.heads.get(key)!;
  return (path === null ? undefined : endOf(root, path)?.ends) ?? root.all();
}

const amountOf = (seen: Seen): string =>
  seen.count() === 1 ? 'one invocation' : `${countText(seen.count())} invocations`;

function whenOf({ days }: Seen): string {
  const dates = days.toJson() ?? [];
  if (dates.length === 0) return '';
  return days.few === null ? `, since ${dates[0]}` : `, on ${dates.join(', ')}`;
}
