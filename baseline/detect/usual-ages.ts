import { type Ages, ageOf, levelOf, youngestOf } from '../model/ages.ts';
import type { FunctionModel } from '../model/function-model.ts';
import { listed } from '../names/listed.ts';
import type { DateUnit, NamedDate } from '../names/named-date.ts';

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

  /** `lastDay` of learning. Null where they follow no rule. */
  static of(ages: Ages, unit: DateUnit, lastDay: number): UsualAges | null {
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

/** By action, and by head of its resources: of those only whose ages follow a rule. */
export type UsualAgesOf = ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<DateUnit, UsualAges | null>>>>;

/** `lastDay` of learning. */
export function usualAges({ knowsAges, ages }: FunctionModel, lastDay: number): UsualAgesOf {
  const all = new Map<string, Map<string, Record<DateUnit, UsualAges | null>>>();
  if (!knowsAges) return all;
  for (const [place, known] of ages.entries()) {
    const [day, month] = [UsualAges.of(known, 'day', lastDay), UsualAges.of(known, 'month', lastDay)];
    if (day === null && month === null) continue;
    const space = place.indexOf(' ');
    const action = place.slice(0, space);
    all.set(action, (all.get(action) ?? new Map()).set(place.slice(space + 1), { day, month }));
  }
  return all;
}
