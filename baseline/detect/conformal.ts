import { riskOfEach } from './risk.ts';

/**
 * How odd what turned up once while the function was learned was: each of it would have been found, had it come a day later. By leaving one out (a conformal p-value) that tells
 * how often a detector would be wrong about this very function, whatever its shape: where that is more often than the risk (`risk.ts`), what is no odder is not told.
 */
export class Oddities {
  /** Most odd first. */
  readonly #oddness: readonly number[];
  readonly #invocations: number;

  constructor(oddness: Iterable<number>, invocations: number) {
    this.#oddness = [...oddness].sort((a, b) => b - a);
    this.#invocations = invocations;
  }

  /** True where as odd things, or nearly, came too often while it was learned. Where none did, nothing speaks against the detector. */
  areUsual(oddness: number): boolean {
    const more = this.#oddness.findIndex((other) => other * NEARLY < oddness);
    const asOdd = more < 0 ? this.#oddness.length : more;
    return asOdd > 0 && (asOdd + 1) / (this.#invocations + 1) > riskOfEach();
  }
}

/** Oddness is an estimate. */
const NEARLY = 2;
