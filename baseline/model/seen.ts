import { ALPHABET, digitAt, UNIT_CHARS, unitFromText, unitText } from '../names/unit-hash.ts';
import { Days } from './days.ts';

/**
 * In how many different invocations something was seen, as a set that can be joined: exact up to eight, an estimate (standard error 13 %)
 * above. Joining is a set union, so a baseline can be merged in any order and any number of times with one result (DESIGN, invariant 8):
 * plain counters could not, because adding the same document twice would count everything twice. The price is that a count above eight is
 * an estimate; nothing that decides about a call needs it sharper.
 *
 * Up to eight members the 36-bit hashes themselves are kept; above, the 64 registers of a HyperLogLog (Flajolet et al. 2007, linear
 * counting for the small range). Which form is used depends on the set alone.
 */
export class Seen {
  #few: number[] | null = [];
  #registers: Uint8Array | null = null;
  #last = -1;
  /** Of `count`; -1 where it has to be counted anew. */
  #counted = -1;
  readonly days = new Days();

  add({ unit, day }: Sighting): void {
    this.#put(unit);
    this.days.add(day);
  }

  #put(unit: number): void {
    if (unit === this.#last) return;
    this.#last = unit;
    this.#counted = -1;
    if (this.#few === null) {
      this.#raise(unit);
      return;
    }
    if (this.#few.includes(unit)) return;
    this.#few.push(unit);
    if (this.#few.length > FEW) this.#spread();
  }

  join(other: Seen): void {
    this.days.join(other.days);
    if (other.#few !== null) {
      for (const unit of other.#few) this.#put(unit);
      return;
    }
    this.#counted = -1;
    if (this.#few !== null) this.#spread();
    const mine = this.#registers!;
    const theirs = other.#registers!;
    for (let i = 0; i < REGISTERS; i++) if (theirs[i]! > mine[i]!) mine[i] = theirs[i]!;
  }

  copy(): Seen {
    const seen = new Seen();
    seen.join(this);
    return seen;
  }

  has(unit: number): boolean {
    return this.#few?.includes(unit) ?? false;
  }

  /** Exact up to eight; 0 for what a person wrote into the document by hand. */
  count(): number {
    if (this.#few !== null) return this.#few.length;
    if (this.#counted < 0) this.#counted = this.#estimate();
    return this.#counted;
  }

  #estimate(): number {
    const registers = this.#registers!;
    let sum = 0;
    let empty = 0;
    for (const rank of registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = (0.709 * REGISTERS * REGISTERS) / sum;
    const estimate = raw <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw;
    return Math.max(FEW + 1, Math.round(estimate));
  }

  toText(): string {
    if (this.#few !== null)
      return [...this.#few]
        .sort((a, b) => a - b)
        .map(unitText)
        .join('');
    let text = '';
    for (const rank of this.#registers!) text += ALPHABET[rank]!;
    return text;
  }

  /** Null where the text is none of ours. */
  static fromText(text: string): Seen | null {
    const seen = new Seen();
    if (text.length === REGISTERS) {
      const registers = new Uint8Array(REGISTERS);
      for (let i = 0; i < REGISTERS; i++) {
        const rank = digitAt(text, i);
        if (rank < 0 || rank > 31) return null;
        registers[i] = rank;
      }
      seen.#few = null;
      seen.#registers = registers;
      return seen;
    }
    if (text.length % UNIT_CHARS !== 0 || text.length > FEW * UNIT_CHARS) return null;
    for (let i = 0; i < text.length; i += UNIT_CHARS) {
      const unit = unitFromText(text.slice(i, i + UNIT_CHARS));
      if (unit === null) return null;
      seen.#put(unit);
    }
    return seen;
  }

  #spread(): void {
    const few = this.#few!;
    this.#few = null;
    this.#registers = new Uint8Array(REGISTERS);
    for (const unit of few) this.#raise(unit);
  }

  #raise(unit: number): void {
    const register = Math.floor(unit / RANK_SPACE);
    const rest = unit % RANK_SPACE;
    const rank = Math.clz32(rest) - 1; // 30 bits: 1 where the first is set, 31 where none is
    if (rank > this.#registers![register]!) this.#registers![register] = rank;
  }
}

/** Of `count`, for people: what is an estimate is called one. */
export const countText = (count: number): string => (count > FEW ? `about ${count}` : `${count}`);

/** One observation. */
export interface Sighting {
  /** 36-bit hash of the invocation, from `unitHash`. */
  readonly unit: number;
  /** Day of it, see `dayOf`. */
  readonly day: number;
}

const FEW = 8;
const REGISTERS = 64;
const RANK_SPACE = 2 ** 30;
