import { type Detector, NONE } from './detector.ts';
import { listed } from './listed.ts';
import { riskOf } from './techniques.ts';

/** Invocations that leave out what nearly all do, or end early, again and again: the work is done and never written down, numbers are tried until one is good. None is odd by itself: some always break off. */
export const omission: Detector = {
  name: 'omission',
  when: 'end',
  inspect(call, _, { ended }) {
    if (ended === null) return NONE;
    const { ending, usual, burst } = ended;
    const action = call.access[0]?.action ?? null;
    const how =
      ending.missing.length > 0
        ? `without ${listed(ending.missing)}`
        : `after nothing but ${listed([...ending.steps])}`;
    return [
      {
        detector: 'omission',
        kind: 'unusual',
        key: `ended ${ending.missing.length > 0 ? `without ${ending.missing[0]}` : `after ${[...ending.steps].at(0)}`}`,
        severity: 'medium',
        score: 0.6,
        action,
        resource: call.access[0]?.resources[0] ?? call.host,
        reason: `Of the last ${burst.of} invocations ${burst.times} ended ${how}; normal is ${usual.times === 0 ? 'none' : usual.times} of ${usual.of} looked at`,
        // What should stand somewhere does not (data manipulation)
        techniques: ending.missing.length > 0 ? ['T1565'] : action === null ? ['T1567'] : riskOf(action).techniques,
        about: 'call',
      },
    ];
  },
};
