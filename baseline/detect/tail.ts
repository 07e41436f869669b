/**
 * The largest value that is still taken for normal, from the largest values seen in so many invocations. First the scale of the tail (how far the
 * largest stand apart); the fewer invocations there were, the further the next may go.
 */
export function capOf(largest: readonly number[], invocations: number, kind: 'count' | 'bytes'): number {
  const most = largest[0]!;
  const spread = most - largest[largest.length - 1]!;
  const few = 3 / Math.sqrt(Math.max(1, invocations));
  return kind === 'count'
    ? Math.max(most * (1.5 + few), most + spread) + 2
    : Math.max(most * (2 + few), most + 2 * spread) + 16_384;
}
