import type { Call } from '../call.ts';
import { countText } from '../model/seen.ts';
import { listed } from '../names/listed.ts';
import { AGAIN, isOverload, START } from '../names/step.ts';
import { again } from './again.ts';
import { type Context, type Detector, NONE } from './detector.ts';
import type { Normal } from './normal.ts';
import { stepText } from './step-text.ts';
import { Came, type Steps } from './steps.ts';
import { riskOf } from './techniques.ts';

/** Known calls in an order that the function's own code does not produce: a step after one that it never followed, or a step taken up again. */
export const order: Detector = {
  name: 'order',
  when: 'after',
  inspect(call, normal, seen) {
    const { tally } = seen;
    if (tally.current === null || normal.invocations < ENOUGH_FOR_ORDER) return NONE;
    const follows = neverFollowed(normal, seen);
    const reason = follows ?? again(normal, tally);
    if (reason === null) return NONE;
    const first = call.access[0]?.action ?? null;
    return [
      {
        detector: 'order',
        kind: 'unusual',
        key: `order: ${tally.current}`,
        variant: follows === null ? AGAIN : tally.before,
        severity: 'medium',
        score: 0.7,
        action: first,
        resource: call.access[0]?.resources[0] ?? call.host,
        reason,
        techniques: first === null ? ['T1567'] : riskOf(first).techniques,
        about: 'call',
        weak: normal.invocations < WELL_KNOWN,
      },
    ];
  },
};

/**
 * A step that never followed the one before it, though both are common. How often something new still came after the step before decides whether that says anything (Good and Turing's
 * estimate).
 */
function neverFollowed({ steps, support, invocations }: Normal, { tally, sure }: Context): string | null {
  const step = tally.current!;
  const before = tally.before.endsWith('!') ? tally.before.slice(0, -1) : tally.before;
  if ((before === START ? !sure : tally.interrupted) || steps.followedByAnything.has(tally.before)) return null;
  // The service was too busy: what is tried again, or gone on from, is the function's own way
  if (
    tally.lastBefore !== null &&
    isOverload(tally.lastBefore) &&
    support.isUsual(steps.follows.get(before)?.get(step))
  )
    return null;
  const next = steps.follows.get(tally.before);
  const into = steps.before.get(step);
  // Tried again
  if (tally.before === `${step}!`) return null;
  if (into === undefined) return null;
  const known = next?.get(step);
  if (support.isUsual(known)) return null;
  // Two steps that are both rare would not meet anyway
  const expected = steps.expected(before, step);
  if (expected < EXPECTED) return null;
  if ((before === START ? steps.oddBeginnings : steps.oddPairs).areUsual(expected)) return null;
  const after = new Came();
  // What came after it on one day only says nothing of what may come after it
  let ends = true;
  for (const seen of next?.values() ?? []) {
    after.add(seen);
    ends &&= support.onOneDay(seen.days);
  }
  // Where either side still brought something new now and then, one more new pair says nothing
  if ((after.many === 0 && !ends) || after.once > after.many || into.many === 0 || into.once > into.many) return null;
  const where = before === START ? 'first in an invocation' : `right after ${stepText(before)}`;
  const failed = before === tally.before ? '' : `, answered with ${errorOf(tally.lastBefore)}`;
  const often = known === undefined ? 'never happened' : `happened on ${known.days.toJson()?.join(', ')} only,`;
  return `${stepText(step)} came ${where}${failed}, which ${often} in ${countText(invocations)} invocations; normal is ${usualAfter(tally.before, steps)}`;
}

const errorOf = (call: Call | null): string =>
  call?.errorCode ?? (call?.status == null ? 'an error' : `${call.status}`);

/** What comes in its place, the most frequent first. */
function usualAfter(before: string, steps: Steps): string {
  const often = [...(steps.follows.get(before) ?? [])].flatMap(([step, { often }]) => (often ? [step] : []));
  if (often.length === 0 && before.endsWith('!')) return `${usualAfter(before.slice(0, -1), steps)}, and no error`;
  if (often.length === 0) return 'nothing after it';
  const common = often.sort((a, b) => (steps.share.get(b) ?? 0) - (steps.share.get(a) ?? 0));
  return `${listed(common.map(stepText))} ${before === START ? 'first' : 'next'}`;
}

/** Invocations after which order and company of calls are told. */
export const ENOUGH_FOR_ORDER = 40;
/** Times that the two would have met by chance. */
const EXPECTED = 20;
/** Invocations after which what never happened says something for good. */
const WELL_KNOWN = 80;
