/**
 * The largest value that is still taken for normal, from the largest values seen. First the scale of the tail (how far the largest stand apart), then a
 * floor that keeps small counts from being taken for exact limits.
 */
export function capOf(largest: readonly number[], kind: 'count' | 'bytes'): number {
  const most = largest[0]!;
  const least = largest[largest.length - 1]!;
  const spread = most - least;
  return kind === 'count' ? Math.max(most * 1.5, most + spread) + 2 : Math.max(most * 2, most + 2 * spread) + 16_384;
}
