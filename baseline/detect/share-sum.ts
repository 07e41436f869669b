import { riskOfEach } from './risk.ts';

/**
 * What a share of invocations did at most while they were learned, done by far more of them now: Page's CUSUM over the likelihood ratio of the two shares. By Lorden's bound its threshold is the
 * logarithm of how seldom it may be wrong.
 */
export class ShareSum {
  readonly share: number;
  #sum = 0;
  /** In thresholds. */
  #limit = 1;
  /** Invocation since which the sum is above 0, and the last one that did it. */
  #since = 0;
  #at = 0;
  #unit = -1;

  constructor(share: number) {
    this.share = share;
  }

  /** One more invocation, of so many so far, did it. Null below the threshold, else how long it has been going on; from then on it takes twice as much as long as it does. */
  count(unit: number, invocations: number, threshold: number): number | null {
    if (this.#unit === unit) return null;
    this.#unit = unit;
    const { share } = this;
    const often = Math.sqrt(share);
    // All invocations since that did without
    const without = Math.max(0, invocations - this.#at - 1);
    this.#at = invocations;
    this.#sum += without * Math.log((1 - often) / (1 - share));
    if (this.#sum <= 0) {
      this.#sum = 0;
      this.#limit = 1;
      this.#since = invocations;
    }
    this.#sum += Math.log(often / share);
    if (this.#sum <= threshold * this.#limit) return null;
    this.#limit *= 2;
    return invocations - this.#since + 1;
  }
}

/** The share that so many in so many may be of, two deviations up. */
export const atMost = (count: number, of: number): number => (count + 1 + 2 * Math.sqrt(count + 1)) / Math.max(1, of);

export const thresholdOf = (watched: number): number => -CERTAIN * Math.log(riskOfEach(watched));

/** What failed once often fails for a while: invocations hang together more than the bound has it. */
const CERTAIN = 2;
