import { listed } from '../names/listed.ts';
import { resourcePath } from '../names/resource-path.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import { riskOf, serviceOf } from './techniques.ts';

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
      const on = headOf(access.resources[0]);
      found ??= [];
      found.push({
        detector: 'action',
        kind: 'scope',
        key: on === null ? access.action : `${access.action} ${on}`,
        severity: risk.severity,
        score: known ? 0.95 : 0.99,
        action: access.action,
        resource: access.resources[0] ?? null,
        reason: `This function has never used ${access.action}; normal is ${known ? listed(used(normal.model.actions.entries(), service)) : `nothing of ${service}`}`,
        techniques: risk.techniques,
        about: 'call',
      });
    }
    return found ?? NONE;
  },
};

/** A new action on one queue is another thing to read than the same on another queue; on two objects of a bucket it is not. */
function headOf(resource: string | undefined): string | null {
  return resource === undefined || resource === '*' ? null : resourcePath(resource).head;
}

function used(actions: Iterable<[string, unknown]>, service: string): string[] {
  const names: string[] = [];
  for (const [name] of actions) if (serviceOf(name) === service) names.push(name);
  return names.sort();
}
