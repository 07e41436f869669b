import { riskOfEach } from './risk.ts';

/**
 * How odd what turned up once while the function was learned was: each of it would have been found, had it come a day later. By leaving one out (a conformal p-value) that tells
 * how often a detector would be wrong about this very function, whatever its shape: where that is more often than the risk (`risk.ts`), what is no odder is not told.
 */
export class Oddities {
  /** Most odd first. */
  readonly #odd: readonly Oddity[];
  readonly #invocations: number;

  constructor(odd: Iterable<Oddity>, invocations: number) {
    this.#odd = [...odd].sort((a, b) => b.oddness - a.oddness);
    this.#invocations = invocations;
  }

  /** True where as odd things, or nearly, came too often while it was learned. Where none did, or on one day only as an intruder does, nothing speaks against the detector. */
  areUsual(oddness: number): boolean {
    const days = new Set<number>();
    let asOdd = 0;
    for (const one of this.#odd) {
      if (one.oddness * NEARLY < oddness) break;
      asOdd++;
      days.add(one.day);
    }
    return days.size > 1 && (asOdd + 1) / (this.#invocations + 1) > riskOfEach();
  }
}

export interface Oddity {
  readonly oddness: number;
  /** On which it came. */
  readonly day: number;
}

/** Oddness is an estimate. */
const NEARLY = 2;
