import type { Deviation } from '../../baseline/detect/deviation.ts';
import { decide } from './decide.ts';
import type { Guard } from './guard.ts';

/** A guard that can be shut, in every mode: from then on nothing passes. */
export interface IsolatingGuard extends Guard {
  /** `why`: one phrase. */
  isolate(why: string): void;
}

const SHUT = { mode: 'block', lenient: false } as const;

export function isolating(guard: Guard): IsolatingGuard {
  let shut: readonly Deviation[] | null = null;
  return {
    ...guard,
    isolate(why) {
      shut = [
        {
          detector: 'sensor',
          kind: 'scope',
          key: 'sensor: the function is isolated',
          severity: 'critical',
          score: 1,
          action: null,
          resource: null,
          reason: why,
          techniques: [],
          about: 'call',
        },
      ];
    },
    modeAt: (time) => (shut === null ? guard.modeAt(time) : 'block'),
    before: (call) => (shut === null ? guard.before(call) : decide(call, shut, SHUT)),
  };
}
