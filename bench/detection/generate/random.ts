/** A small deterministic source of chance (mulberry32): a seed gives the same set on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to 1, 1 excluded. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)]!;
  }

  /** The first ones far more often than the last (Zipf). */
  zipf<T>(from: readonly T[]): T {
    return from[Math.min(from.length - 1, Math.floor(from.length ** this.next()) - 1)]!;
  }

  shuffled<T>(from: readonly T[]): T[] {
    const list = [...from];
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
    return list;
  }

  /** Around `median`, with a tail: sizes of bodies. */
  size(median: number, sigma = 0.35): number {
    const gauss = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return Math.round(median * Math.exp(sigma * gauss));
  }

  /** Number of events where `mean` are expected. */
  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * 1.7 * (this.next() + this.next() - 1)));
    let count = 0;
    for (let product = this.next(); product > Math.exp(-mean); product *= this.next()) count++;
    return count;
  }

  text(length: number, alphabet: string): string {
    let made = '';
    for (let i = 0; i < length; i++) made += alphabet[this.int(0, alphabet.length - 1)];
    return made;
  }

  hex = (length: number): string => this.text(length, '0123456789abcdef');
  id = (length: number): string => this.text(length, 'abcdefghijklmnopqrstuvwxyz0123456789');
  uuid = (): string => `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  word = (): string => {
    let made = '';
    for (let i = this.int(2, 3); i > 0; i--)
      made += this.text(1, 'bdfgklmnprstvz') + this.text(1, 'aeiou') + (this.chance(0.3) ? 'n' : '');
    return made;
  };
}
