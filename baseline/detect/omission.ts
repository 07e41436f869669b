import { listed } from '../names/listed.ts';
import { operationOf } from '../names/step.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import type { Normal } from './normal.ts';
import { stepText } from './step-text.ts';
import { riskOf } from './techniques.ts';

/** Invocations that leave out what nearly all do, or end early, again and again: the work is done and never written down, numbers are tried until one is good. None is odd by itself: some always break off. */
export const omission: Detector = {
  name: 'omission',
  when: 'end',
  inspect(call, normal, { ended }) {
    if (ended === null) return NONE;
    const { ending, usual, burst } = ended;
    const { shown, not } = usual;
    const [missing] = ending.missing;
    const steps = missing === undefined ? [...ending.steps] : ending.missing;
    const how = `${missing === undefined ? 'after nothing but' : 'without'} ${listed(steps.map(stepText))}`;
    return [
      {
        detector: 'omission',
        kind: 'unusual',
        key: `ended ${missing === undefined ? `after ${steps[0]}` : `without ${missing}`}`,
        severity: burst.goesOn ? 'info' : 'medium',
        score: 0.6,
        ...(missing === undefined
          ? { action: call.access[0]?.action ?? null, resource: call.access[0]?.resources[0] ?? call.host }
          : askedBy(missing, normal)),
        reason: `Of the last ${burst.of} invocations ${burst.times} ended ${how}; normal is ${shown === 0 ? 'none' : shown} of ${shown + not} looked at`,
        // What should stand somewhere does not (data manipulation)
        techniques: missing !== undefined ? ['T1565'] : riskOf(call.access[0]?.action ?? '').techniques,
        // How it hangs together a sample cannot say of what it has once or never
        weak: true,
        about: 'call',
      },
    ];
  },
};

/** What is missing was never asked for: what the function asks for by that step. */
function askedBy(step: string, normal: Normal): Pick<Deviation, 'action' | 'resource'> {
  const operation = operationOf(step);
  const thing = step.slice(operation.length + 1);
  return {
    action: normal.action(operation) === undefined ? null : operation,
    resource: thing === '' || thing === '*' ? null : thing,
  };
}
