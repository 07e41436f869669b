import { listed } from '../names/listed.ts';
import { type Detector, NONE } from './detector.ts';
import { serviceOf } from './techniques.ts';

/** A region in which the function has never called this service. Regions are closed: no template ever covers a new one. */
export const region: Detector = {
  name: 'region',
  when: 'before',
  inspect(call, normal) {
    if (call.certainty !== 'exact' || call.region === null) return NONE;
    const first = call.access[0];
    if (first === undefined || normal.action(first.action) === undefined) return NONE;
    const service = serviceOf(first.action);
    const known = normal.regions.get(service);
    if (known === undefined || known.size === 0 || known.has(call.region)) return NONE;
    return [
      {
        detector: 'region',
        kind: 'scope',
        key: `region ${call.region}`,
        severity: 'high',
        score: 0.9,
        action: first.action,
        resource: first.resources[0] ?? null,
        reason: `This function has never called ${service} in ${call.region}; normal is ${listed([...known].sort())}`,
        techniques: ['T1535'],
        about: 'call',
      },
    ];
  },
};
