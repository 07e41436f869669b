import { type Detector, NONE } from './detector.ts';

/** What cannot be named with certainty is never taken for what is allowed (DESIGN, invariant 5). */
export const certainty: Detector = {
  name: 'certainty',
  when: 'before',
  inspect(call, normal) {
    if (call.certainty === 'exact') return NONE;
    const service = call.service ?? 'unknown';
    if (call.certainty === 'ambiguous') {
      return [
        {
          detector: 'certainty',
          kind: 'scope',
          key: `ambiguous request to ${call.host ?? service}`,
          severity: 'high',
          score: 0.95,
          action: null,
          resource: null,
          reason: `A request to ${call.host ?? service} can be read in two ways, so it is not known what it would do`,
          techniques: ['T1027'],
          about: 'call',
        },
      ];
    }
    // Operations that the catalog does not know were approved with the service's `SERVICE:*`, and with nothing else
    if (service !== 'unknown' && normal.action(`${service}:*`) !== undefined) return NONE;
    return [
      {
        detector: 'certainty',
        kind: 'scope',
        key: `unknown operation of ${service}`,
        severity: 'high',
        score: 0.9,
        action: service === 'unknown' ? null : `${service}:*`,
        resource: null,
        reason: `A request to ${call.host ?? service} is no operation that the catalog knows`,
        techniques: [],
        about: 'call',
      },
    ];
  },
};
