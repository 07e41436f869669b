import { type Detector, NONE } from './detector.ts';

/** An invocation at an hour at which the function never runs, where a clock starts it: somebody else did. */
export const hours: Detector = {
  name: 'hours',
  when: 'after',
  inspect(call, { schedule }, { tally }) {
    if (tally.calls !== 1 || call.time === null || schedule === null || schedule.has(call.time)) return NONE;
    return [
      {
        detector: 'hours',
        kind: 'unusual',
        key: 'hours',
        severity: 'medium',
        score: 0.6,
        action: call.access[0]?.action ?? null,
        resource: call.access[0]?.resources[0] ?? call.host,
        reason: `This function ran at ${call.time.slice(11, 16)} UTC; day after day it ran from ${schedule} only`,
        techniques: ['T1648'],
        about: 'call',
      },
    ];
  },
};
