import type { JudgedTally } from '../learn/tally.ts';
import { countText } from '../model/seen.ts';
import { AGAIN } from '../names/step.ts';
import type { Normal } from './normal.ts';
import { stepText } from './step-text.ts';

/**
 * A step that invocations do in one go, come again after others: what somebody adds to an invocation stands beside the function's own calls, not among those of its kind. It says something
 * where steps have no order, too. Null where it is normal, or too little is known.
 */
export function again({ steps, support }: Normal, { current, isAgain }: JudgedTally): string | null {
  if (!isAgain || current === null || steps.followedByAnything.has(AGAIN)) return null;
  const inOneGo = steps.expected(AGAIN, current);
  if (inOneGo < ENOUGH || steps.oddReturns.areUsual(inOneGo)) return null;
  const known = steps.follows.get(AGAIN)?.get(current);
  if (support.isUsual(known)) return null;
  const few = known === undefined ? '' : `, but for ${known.days.toJson()?.join(', ')}`;
  return `${stepText(current)} came again after other steps; normal is all in one go, as in ${countText(Math.round(inOneGo))} invocations that took others, too${few}`;
}

const ENOUGH = 40;
