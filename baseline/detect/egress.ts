import { isEgress } from '../call.ts';
import { egressName } from '../learn/egress-name.ts';
import { listed } from './action.ts';
import { type Detector, NONE } from './detector.ts';

/** A connection to a host that the function has never connected to. */
export const egress: Detector = {
  name: 'egress',
  when: 'before',
  inspect(call, normal) {
    if (!isEgress(call)) return NONE;
    const host = egressName(call.host ?? '');
    const known = normal.model.egress;
    if (known.has(host)) return NONE;
    const hosts = [...known.entries()].map(([name]) => name);
    return [
      {
        detector: 'egress',
        kind: 'scope',
        key: `egress ${host}`,
        severity: 'high',
        score: 0.95,
        action: null,
        resource: host,
        reason: `This function has never connected to ${host}; normal is ${hosts.length === 0 ? 'no connection outside AWS' : listed(hosts.sort())}`,
        techniques: ['T1567', 'T1071.001'],
        about: 'call',
      },
    ];
  },
};
