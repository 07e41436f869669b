/**
 * How a document is kept within its size: each part of it may take so many bytes, as many as there can be for all to fit, and what takes more is folded. Parts that take little
 * lose nothing, however much others take.
 *
 * The result must hang on nothing but the set of what was seen, whatever was merged with what before. It does where a part's weight never falls as more is seen, not even
 * by folding (what is folded weighs at least what it weighed before), and where folding to less after folding to more is folding to less: then no subset of what was seen is
 * folded further than the whole, and folding the join of folded parts gives what folding all at once gives.
 */
export interface Part {
  /** Bytes that it takes at most while it is not folded: an upper bound, see above. */
  readonly weight: number;
  /** What it takes however far it is folded. */
  readonly least: number;
  /** Makes it take `most` bytes at most; never less than `least`. */
  fold(most: number): void;
}

export function fitAll(parts: readonly Part[], budget: number): void {
  const share = shareOf(parts, budget);
  for (const part of parts) if (part.weight > share) part.fold(Math.max(share, part.least));
}

/** The most that each part may take; Infinity where all of them fit as they are. One of a few sizes, so that it seldom changes as more is seen. */
export function shareOf(parts: readonly Part[], budget: number): number {
  if (budget === Number.POSITIVE_INFINITY) return budget;
  for (let share = Number.POSITIVE_INFINITY; ; share = share === Number.POSITIVE_INFINITY ? budget : share * STEP) {
    let sum = 0;
    // What is folded takes this, whatever it weighed: the least may be more than that
    for (const { weight, least } of parts) sum += weight <= share ? weight : Math.max(share, least);
    if (sum <= budget) return share;
    if (share < 1) return 0;
  }
}

const STEP = 2 ** -0.25;

/** Bytes that a sighting takes: its count, a sketch of 64 characters and three days, with what stands around them. */
export const EVIDENCE = 122;
