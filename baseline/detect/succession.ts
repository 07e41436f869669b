/**
 * How often something comes now, held against how often it came in a sample: the chance that as many of so many invocations show it, whatever true share the sample leaves possible
 * (Laplace's rule of succession for several at once, the tail of a Beta-binomial distribution). Where the sample was small, more is put down to chance.
 */
export class Succession {
  readonly #shown: number;
  readonly #not: number;
  /** The last invocations that showed it. */
  #at: number[] = [];
  /** What has been told and goes on. */
  #burst: { readonly from: number; times: number; told: number } | null = null;

  constructor(shown: number, of: number) {
    this.#shown = shown + 1;
    this.#not = of - shown + 1;
  }

  /** Of invocations, as it is to be expected. */
  get share(): number {
    return this.#shown / (this.#shown + this.#not);
  }

  /** The `at`th invocation shows it. The burst that ends with it, where that is less likely than `risk`; as long as it goes on it is told again each time that it has doubled. */
  note(at: number, risk: number): Burst | null {
    if (this.#burst !== null) return this.#goOn(this.#burst, at);
    this.#at.push(at);
    if (this.#at.length > KEPT) this.#at.shift();
    for (const [i, from] of this.#at.entries()) {
      const times = this.#at.length - i;
      const of = at - from + 1;
      if (!this.#isMany(times, of) || this.#chance(times, of) > risk) continue;
      this.#burst = { from, times, told: times };
      this.#at = [];
      return { times, of };
    }
    return null;
  }

  #goOn(burst: { readonly from: number; times: number; told: number }, at: number): Burst | null {
    burst.times++;
    const of = at - burst.from + 1;
    if (!this.#isMany(burst.times, of)) this.#burst = null;
    else if (burst.times >= 2 * burst.told) {
      burst.told = burst.times;
      return { times: burst.times, of };
    }
    return null;
  }

  /** What changes with the hour makes a little more likely than chance does; half-way to all, on the scale of shares, is another matter. */
  #isMany(times: number, of: number): boolean {
    return times >= of * Math.sqrt(this.share);
  }

  /** That so many or more show it. */
  #chance(times: number, of: number): number {
    const [shown, not] = [this.#shown, this.#not];
    let exactly = 1;
    for (let n = 0; n < of; n++) exactly *= (not + n) / (shown + not + n);
    let fewer = 0;
    for (let n = 0; n < times; n++) {
      fewer += exactly;
      exactly *= ((of - n) * (shown + n)) / ((n + 1) * (not + of - n - 1));
    }
    return 1 - fewer;
  }
}

/** So many of so many invocations. */
export interface Burst {
  readonly times: number;
  readonly of: number;
}

const KEPT = 32;
