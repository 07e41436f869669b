import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { serviceOf } from './normal.ts';
import { riskOf } from './techniques.ts';

/** An IAM action that the function has never used. */
export const action: Detector = {
  name: 'action',
  when: 'before',
  inspect(call, normal) {
    if (call.certainty !== 'exact') return NONE;
    let found: Deviation[] | null = null;
    for (const access of call.access) {
      if (normal.action(access.action) !== undefined) continue;
      const service = serviceOf(access.action);
      const known = normal.regions.has(service);
      const risk = riskOf(access.action);
      found ??= [];
      found.push({
        detector: 'action',
        kind: 'scope',
        key: access.action,
        severity: risk.severity,
        score: known ? 0.95 : 0.99,
        action: access.action,
        resource: access.resources[0] ?? null,
        reason: known
          ? `This function has never used ${access.action}; of ${service} it uses ${listed(used(normal.model.actions.entries(), service))}`
          : `This function has never used ${access.action}, nor anything else of ${service}`,
        techniques: risk.techniques,
        about: 'call',
      });
    }
    return found ?? NONE;
  },
};

function used(actions: Iterable<[string, unknown]>, service: string): string[] {
  const names: string[] = [];
  for (const [name] of actions) if (serviceOf(name) === service) names.push(name.slice(service.length + 1));
  return names.sort();
}

export function listed(names: readonly string[]): string {
  if (names.length <= 4) return names.join(', ');
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
