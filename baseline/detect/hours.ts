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
        key: `run outside ${schedule} UTC`,
        severity: 'medium',
        score: 0.6,
        // Whatever it did first: it is the run that is unusual.
        action: null,
        resource: null,
        reason: `This function ran at ${call.time.slice(11, 16)} UTC; normal is ${schedule} UTC, day after day`,
        techniques: ['T1648'],
        about: 'call',
      },
    ];
  },
};
