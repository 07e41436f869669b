import { facts } from '../model/diff.ts';
import { type BaselineDocument, FORMAT, type FunctionBaseline } from '../model/document.ts';
import { mergeBaselines } from '../model/merge.ts';
import { joinLearned, type Learned } from './learned.ts';
import { hourOf, settle } from './origins.ts';

/**
 * What a hand-in would add to what is known. things: something that was never seen, or so seldom that it matters who saw it. counts: numbers only (how often, the largest
 * size, the sample), which are worth one write at the end. none: in steady state, always.
 */
export type News = 'things' | 'counts' | 'none';

/** `now`, milliseconds: what is known of few hours only is confirmed in another. */
export function newsIn(own: Learned, known: Learned | null, now: number): News {
  if (known === null) return 'things';
  const joined = joinLearned([known, own]);
  const before = facts(known.baseline);
  for (const key of facts(joined.baseline).keys()) if (!before.has(key)) return 'things';
  const hour = hourOf(now);
  for (const [key, origin] of settle(own.origins, joined.baseline).entries()) {
    const there = known.origins.peek(key);
    if (there === undefined || !there.covers(origin) || !there.isConfirmed(hour)) return 'things';
  }
  for (const [alias, versions] of Object.entries(own.deployments.toJson()))
    for (const version of Object.keys(versions)) if (!known.deployments.has(alias, version)) return 'things';
  return numbers(joined.baseline) === numbers(known.baseline) ? 'none' : 'counts';
}

/** All of a baseline but the hour of its last call, which goes on without anything new. */
function numbers(baseline: FunctionBaseline): string {
  const document: BaselineDocument = { format: FORMAT, functions: { '': baseline } };
  const { to, ...rest } = mergeBaselines([document]).functions['']!;
  return JSON.stringify([rest, to?.slice(0, 10) ?? null]);
}
