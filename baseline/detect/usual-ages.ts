import type { DateUnit, NamedDate } from '../learn/named-date.ts';
import { type Ages, ageOf, levelOf, youngestOf } from '../model/ages.ts';
import { listed } from './listed.ts';

/**
 * How old dates are when a function uses them, in one unit. What came on one day only may have been an incident, and is left out; where one day after another brought an age of its own, the next would
 * bring another (Good and Turing), and nothing can be said.
 */
export class UsualAges {
  readonly #unit: DateUnit;
  readonly #levels: ReadonlySet<number>;
  readonly #lastDay: number;

  private constructor(unit: DateUnit, levels: ReadonlySet<number>, lastDay: number) {
    this.#unit = unit;
    this.#levels = levels;
    this.#lastDay = lastDay;
  }

  /** `lastDay` of learning. Null where they follow no rule, or it is not known. A baseline does not change while it is judged by. */
  static of(ages: Ages, unit: DateUnit, lastDay: number): UsualAges | null {
    const known = made.get(ages) ?? new Map<DateUnit, UsualAges | null>();
    let usual = known.get(unit);
    if (usual === undefined) {
      usual = UsualAges.#made(ages, unit, lastDay);
      made.set(ages, known.set(unit, usual));
    }
    return usual;
  }

  static #made(ages: Ages, unit: DateUnit, lastDay: number): UsualAges | null {
    const levels = new Set<number>();
    const once = new Set<number>();
    let isDaily = false;
    for (const [level, { few }] of ages.of(unit)) {
      if (few?.length === 1) once.add(few[0]!);
      else levels.add(level);
      isDaily ||= few === null;
    }
    return isDaily && once.size <= 1 ? new UsualAges(unit, levels, lastDay) : null;
  }

  /** As old as usual, or half or twice that: yesterday is today around midnight, whatever the zone. A name that was as old when learning ended may be one that stays: it grows older by itself. */
  has(date: NamedDate, day: number): boolean {
    const level = levelOf(ageOf(date, day));
    if ([-1, 0, 1].some((shift) => this.#levels.has(level + shift))) return true;
    return this.#levels.has(levelOf(ageOf(date, this.#lastDay)));
  }

  /** "the day itself, 1 to 2 days before". */
  toString(): string {
    const sorted = [...this.#levels].sort((a, b) => a - b);
    return listed(sorted.map((level) => this.#span(level)));
  }

  #span(level: number): string {
    if (level === 0) return `the ${this.#unit} itself`;
    return `${youngestOf(level)} to ${youngestOf(Math.abs(level) + 1) - 1} ${this.#unit}s ${level < 0 ? 'ahead' : 'before'}`;
  }
}

const made = new WeakMap<Ages, Map<DateUnit, UsualAges | null>>();
