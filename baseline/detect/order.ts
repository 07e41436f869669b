import { START } from '../learn/step.ts';
import { type Detector, NONE } from './detector.ts';
import { Came } from './steps.ts';
import { riskOf } from './techniques.ts';

/**
 * A step that never followed the one before it, though both are common: known calls in an order that the function's own code does not produce. How
 * often something new still came after the step before decides whether that says anything (Good and Turing's estimate).
 */
export const order: Detector = {
  name: 'order',
  when: 'after',
  inspect(call, normal, { tally, sure }) {
    const step = tally.current;
    if (step === null || normal.invocations < MIN_INVOCATIONS) return NONE;
    const { steps } = normal;
    const before = tally.before.endsWith('!') ? tally.before.slice(0, -1) : tally.before;
    if ((before === START ? !sure : tally.interrupted) || steps.followedByAnything.has(tally.before)) return NONE;
    const next = steps.follows.get(tally.before);
    const into = steps.before.get(step);
    // Tried again
    if (tally.before === `${step}!`) return NONE;
    if (into === undefined) return NONE;
    const known = next?.get(step);
    if (known !== undefined && !normal.support.onOneDay(known.days) && !normal.support.inBursts(known)) return NONE;
    // Two steps that are both rare would not meet anyway
    const expected = steps.expected(before, step);
    if (expected < EXPECTED) return NONE;
    if ((before === START ? steps.oddBeginnings : steps.oddPairs).areUsual(expected)) return NONE;
    const after = new Came();
    // What came after it on one day only says nothing of what may come after it
    let ends = true;
    for (const seen of next?.values() ?? []) {
      after.add(seen);
      ends &&= normal.support.onOneDay(seen.days);
    }
    // Where either side still brought something new now and then, one more new pair says nothing
    if ((after.many === 0 && !ends) || after.once > after.many || into.many === 0 || into.once > into.many) return NONE;
    const first = call.access[0]?.action ?? null;
    return [
      {
        detector: 'order',
        kind: 'unusual',
        key: `order: ${step}`,
        variant: tally.before,
        severity: 'medium',
        score: 0.7,
        action: first,
        resource: call.access[0]?.resources[0] ?? call.host,
        reason: `${step} came ${before === START ? 'first in an invocation' : `right after ${before}`}${before === tally.before ? '' : ', answered with an error'}, which ${known === undefined ? 'never happened' : 'happened on a day or two only'} in ${normal.invocations} invocations`,
        techniques: first === null ? ['T1567'] : riskOf(first).techniques,
        about: 'call',
        weak: normal.invocations < WELL_KNOWN,
      },
    ];
  },
};

const MIN_INVOCATIONS = 40;
/** Times that the two would have met by chance. */
const EXPECTED = 20;
/** Invocations after which what never happened says something for good. */
const WELL_KNOWN = 80;
