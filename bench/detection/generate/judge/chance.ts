import { createRandom } from '../../../fleet/random.ts';

/** Chance with the shapes that production traffic has: heavy tails, few who are many, names of every kind. One seed, one sequence. */
export class Chance {
  readonly #random;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  next = (): number => this.#random.next();
  /** True with this probability. */
  often = (probability: number): boolean => this.next() < probability;
  between = (from: number, to: number): number => from + this.next() * (to - from);
  /** A whole number, both ends included. */
  whole = (from: number, to: number): number => Math.floor(this.between(from, to + 1));
  pick = <T>(items: readonly T[]): T => items[Math.floor(this.next() * items.length)]!;
  /** Item k is drawn in proportion to 1/k. */
  zipf = <T>(items: readonly T[]): T =>
    items[Math.min(items.length - 1, Math.floor((items.length + 1) ** this.next()) - 1)]!;

  some<T>(items: readonly T[], count: number): T[] {
    const left = [...items];
    for (let i = left.length - 1; i > 0; i--) {
      const j = Math.floor(this.next() * (i + 1));
      [left[i], left[j]] = [left[j]!, left[i]!];
    }
    return left.slice(0, count);
  }

  normal = (): number => Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  /** Log-normal about a median. */
  about = (median: number, spread = 0.4): number => Math.round(median * Math.exp(spread * this.normal()));
  /** Pareto from a least value, cut off at a greatest. */
  tail = (least: number, shape: number, most: number): number =>
    Math.round(Math.min(most, least / (1 - this.next()) ** (1 / shape)));

  poisson(mean: number): number {
    if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    let count = -1;
    for (let product = 1; product > Math.exp(-mean); product *= this.next()) count++;
    return Math.max(0, count);
  }

  #text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[Math.floor(this.next() * alphabet.length)]).join('');
  hex = (length: number): string => this.#text('0123456789abcdef', length);
  digits = (length: number): string => this.#text('0123456789', length);
  base32 = (length: number): string => this.#text('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', length);
  base62 = (length: number): string =>
    this.#text('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', length);
  ulid = (): string => `01${this.#text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 24)}`;
  uuid = (): string =>
    `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${this.pick(['8', '9', 'a', 'b'])}${this.hex(3)}-${this.hex(12)}`;
  accessKey = (): string => `ASIA${this.base32(16)}`;
}
