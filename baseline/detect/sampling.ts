/** How many of a sample showed something, and how many did not. */
export interface Sampling {
  readonly shown: number;
  readonly not: number;
}

/** Of others, as it is to be expected. */
export const shareOf = ({ shown, not }: Sampling): number => (shown + 1) / (shown + not + 2);

/** What so many do says nothing by being done by more. */
export const isCommon = (sampling: Sampling): boolean => shareOf(sampling) > 0.4;

/**
 * That so many or more of so many others show it, whatever true share the sample leaves possible: Laplace's rule of succession for several at once, the tail of a Beta-binomial distribution.
 * Where the sample was small, more is put down to chance.
 */
export function chanceOf(times: number, of: number, sampled: Sampling): number {
  const shown = sampled.shown + 1;
  const not = sampled.not + 1;
  let exactly = 1;
  for (let n = 0; n < of; n++) exactly *= (not + n) / (shown + not + n);
  let fewer = 0;
  for (let n = 0; n < times; n++) {
    fewer += exactly;
    exactly *= ((of - n) * (shown + n)) / ((n + 1) * (not + of - n - 1));
  }
  return 1 - fewer;
}
