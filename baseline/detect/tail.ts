/**
 * The largest value that is still taken for normal, from the largest different values seen in so many invocations. First what stands so far above all others
 * that it is rather an incident than the tail is left out; then the tail's own scale (how far the largest stand apart) and, the fewer invocations there
 * were, the more room for the next.
 */
export function capOf(largest: readonly number[], invocations: number, kind: 'count' | 'bytes'): number {
  const from = invocations >= ENOUGH ? outliers(largest, kind === 'count' ? 2.5 : 4) : 0;
  const most = largest[from]!;
  const spread = most - largest[largest.length - 1]!;
  const few = 3 / Math.sqrt(Math.max(1, invocations));
  return kind === 'count'
    ? Math.max(most * (1.5 + few), most + spread) + 2
    : Math.max(most * (2 + few), most + 2 * spread) + 16_384;
}

/** How many of the largest values (two at most) stand `ratio` times above the next, or the third, below them. */
function outliers(largest: readonly number[], ratio: number): number {
  for (let i = Math.min(2, largest.length - 1); i > 0; i--) {
    if (largest[i - 1]! >= ratio * Math.max(1, largest[i]!)) return i;
  }
  return largest.length > 2 && largest[0]! >= 1.6 * ratio * Math.max(1, largest[2]!) ? 2 : 0;
}

const ENOUGH = 200;
