import type { SampledTimes } from './sampled-times.ts';
import { chanceOf, isCommon, shareOf } from './sampling.ts';

/**
 * How often something comes now, held against how often it came in a sample (`sampling.ts`). What training had more of at such times is held against those alone, too: it is told where it is too much for all.
 */
export class Succession {
  readonly sampled: SampledTimes;
  /** The last invocations that showed it. */
  #shown: Shown[] = [];
  /** What has been told and goes on. */
  #burst: { readonly from: number; times: number; told: number } | null = null;

  constructor(sampled: SampledTimes) {
    this.sampled = sampled;
  }

  /** The `at`th invocation, which began in `hour`, shows it. The burst that ends with it, where that is less likely than `risk`; as long as it goes on it is told again each time that it has doubled. */
  note(at: number, hour: number, risk: number): Burst | null {
    if (this.sampled.isCommon(hour)) return null;
    if (this.#burst !== null) return this.#goOn(this.#burst, at);
    this.#shown.push({ at, hour });
    if (this.#shown.length > KEPT) this.#shown.shift();
    for (const [i, from] of this.#shown.entries()) {
      const times = this.#shown.length - i;
      const of = at - from.at + 1;
      if (!this.#isMany(times, of) || chanceOf(times, of, this.sampled.all) > risk) continue;
      if (this.#isUsual(from.hour, hour, times, of, risk)) continue;
      this.#burst = { from: from.at, times, told: times };
      this.#shown = [];
      return { times, of, goesOn: false };
    }
    return null;
  }

  /** For the times between these hours. */
  #isUsual(from: number, to: number, times: number, of: number, risk: number): boolean {
    return this.sampled
      .usual(Math.min(from, to), Math.max(from, to))
      .some((about) => isCommon(about) || chanceOf(times, of, about) > risk);
  }

  #goOn(burst: { readonly from: number; times: number; told: number }, at: number): Burst | null {
    burst.times++;
    const of = at - burst.from + 1;
    if (!this.#isMany(burst.times, of)) this.#burst = null;
    else if (burst.times >= 2 * burst.told) {
      burst.told = burst.times;
      return { times: burst.times, of, goesOn: true };
    }
    return null;
  }

  /** What changes with the hour makes a little more likely than chance does; half-way to all, on the scale of shares, is another matter. */
  #isMany(times: number, of: number): boolean {
    return times >= of * Math.sqrt(shareOf(this.sampled.all));
  }
}

interface Shown {
  readonly at: number;
  readonly hour: number;
}

/** So many of so many invocations. */
export interface Burst {
  readonly times: number;
  readonly of: number;
  /** It has been told, and has doubled. */
  readonly goesOn: boolean;
}

const KEPT = 32;
