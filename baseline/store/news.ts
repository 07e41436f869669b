import type { FunctionModel } from '../model/function-model.ts';
import { joinLearned, type Learned, UNBOUNDED } from './learned.ts';
import { hourOf, settle, things } from './origins.ts';

/**
 * What a hand-in would add to what is known. things: something that was never seen, or so seldom that it matters who saw it. counts: numbers only (how often, the largest
 * size, the sample), which are worth one write at the end. none: in steady state, always.
 */
export type News = 'things' | 'counts' | 'none';

/** What is known, in the form that news are told from. */
export interface Known {
  /** As `joinLearned` gives it; null where nothing is. */
  readonly learned: Learned | null;
  readonly things: ReadonlySet<string>;
  /** Asked for seldom. */
  readonly numbers: () => string;
}

export function knownOf(learned: Learned | null): Known {
  let text: string | null = null;
  return {
    learned,
    things: learned === null ? new Set() : things(learned.model),
    numbers() {
      text ??= learned === null ? '' : numbers(learned.model);
      return text;
    },
  };
}

/** `now`, milliseconds: what is known of few hours only is confirmed in another. */
export function newsIn(own: Learned, known: Known, now: number): { readonly news: News; readonly joined: Learned } {
  const { learned } = known;
  if (learned === null) return { news: 'things', joined: joinLearned([own]) };
  const joined = joinLearned([learned, own]);
  const news = hasThings(own, joined, learned, known.things, hourOf(now))
    ? 'things'
    : numbers(joined.model) === known.numbers()
      ? 'none'
      : 'counts';
  return { news, joined };
}

function hasThings(own: Learned, joined: Learned, known: Learned, before: Known['things'], hour: string): boolean {
  for (const key of things(joined.model)) if (!before.has(key)) return true;
  for (const [key, origin] of settle(own.origins, joined.model).entries()) {
    const there = known.origins.peek(key);
    if (there === undefined || !there.covers(origin) || !there.isConfirmed(hour)) return true;
  }
  for (const [alias, versions] of Object.entries(own.deployments.toJson()))
    for (const version of Object.keys(versions)) if (!known.deployments.has(alias, version)) return true;
  return false;
}

/** All of a baseline but the hour of its last call, which goes on without anything new. */
function numbers(model: FunctionModel): string {
  const { to, ...rest } = model.toBaseline(UNBOUNDED);
  return JSON.stringify([rest, to?.slice(0, 10) ?? null]);
}
