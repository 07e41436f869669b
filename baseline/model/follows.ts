import { unitFromText, unitText } from '../names/unit-hash.ts';
import { Days } from './days.ts';
import type { Sighting } from './seen.ts';

/** In which invocations one step followed another: up to four of them, then `*` (often). Joins as a set, like `Seen`, and is far smaller. */
export class Follows {
  #units: number[] | null = [];
  #last = -1;
  readonly days = new Days();

  add({ unit, day }: Sighting): void {
    this.#put(unit);
    this.days.add(day);
  }

  #put(unit: number): void {
    if (this.#units === null || unit === this.#last || this.#units.includes(unit)) return;
    this.#last = unit;
    this.#units.push(unit);
    if (this.#units.length > FEW) this.#units = null;
  }

  join(other: Follows): void {
    this.days.join(other.days);
    if (other.#units === null) this.#units = null;
    else for (const unit of other.#units) this.#put(unit);
  }

  /** Exact up to four, 5 for all above. */
  count(): number {
    return this.#units?.length ?? FEW + 1;
  }

  get often(): boolean {
    return this.#units === null;
  }

  /** The sketch, then the days where they were few: "*", "* 2026-03-02", "AbCdEf 2026-03-02"; `?` where no time is known. */
  toText(): string {
    const sorted = this.#units === null ? null : [...this.#units].sort((a, b) => a - b);
    const units = sorted === null ? '*' : sorted.map(unitText).join('');
    const days = this.days.few === null ? null : this.days.toJson();
    return days === null ? units : [units, ...(days.length === 0 ? ['?'] : days)].join(' ');
  }

  /** Null where the text is none of ours. */
  static fromText(text: string): Follows | null {
    const follows = new Follows();
    const [units, ...dates] = text.split(' ');
    const days = Days.fromJson(dates.length === 0 ? null : dates[0] === '?' ? [] : dates);
    if (days === null) return null;
    follows.days.join(days);
    if (units === '*') {
      follows.#units = null;
      return follows;
    }
    for (let i = 0; i < units!.length; i += 6) {
      const unit = unitFromText(units!.slice(i, i + 6));
      if (unit === null) return null;
      follows.#put(unit);
    }
    return follows;
  }
}

const FEW = 4;
