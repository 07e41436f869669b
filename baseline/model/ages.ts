import { type DateUnit, monthOf, type NamedDate } from '../names/named-date.ts';
import { Days } from './days.ts';

/**
 * How old the dates in names were when they were used, on a scale of doublings, and on which days: the day itself, one or two before, three to six, … and the same ahead. Joins as a set; bounded by
 * the scale, so that nothing has to go.
 */
export class Ages {
  /** By unit and level. */
  readonly #days = new Map<string, Days>();
  /** What was added last. */
  #lastAt = Number.NaN;
  #lastDay = Number.NaN;

  /** Used on that day, as of `dayOf`. */
  add(date: NamedDate, day: number): void {
    // A day's names are mostly of one date
    if (date.at === this.#lastAt && day === this.#lastDay) return;
    this.#lastAt = date.at;
    this.#lastDay = day;
    this.#of(`${markOf(date.unit)}${levelOf(ageOf(date, day))}`).add(day);
  }

  /** Bytes that they take at most. */
  get bytes(): number {
    return AROUND + this.#days.size * LEVEL;
  }

  /** Levels that came, with their days. */
  *of(unit: DateUnit): Generator<[level: number, days: Days]> {
    for (const [mark, days] of this.#days) if (mark.startsWith(markOf(unit))) yield [Number(mark.slice(1)), days];
  }

  join(other: Ages): void {
    for (const [mark, days] of other.#days) this.#of(mark).join(days);
  }

  /** `d-1:g15,g1c d0:*`: of names of days, on many days that of the day itself, on two one of a day or two ahead. */
  toText(): string {
    return [...this.#days]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([mark, { few }]) =>
          `${mark}:${
            few === null
              ? MANY
              : [...few]
                  .sort((a, b) => a - b)
                  .map(text)
                  .join(',')
          }`,
      )
      .join(' ');
  }

  /** Null where the text is none of ours. */
  static fromText(text: string): Ages | null {
    const ages = new Ages();
    for (const one of text.split(' ')) {
      const [, mark, days] = FORM.exec(one) ?? [];
      if (mark === undefined || days === undefined) return null;
      if (days === MANY) ages.#of(mark).join(MANY_DAYS);
      else for (const day of days.split(',')) ages.#of(mark).add(Number.parseInt(day, BASE));
    }
    return ages;
  }

  #of(mark: string): Days {
    let days = this.#days.get(mark);
    if (days === undefined) {
      days = new Days();
      this.#days.set(mark, days);
    }
    return days;
  }
}

/** Not where it is not known, or none that a clock shows: in a year above 2149 a name of this century is more than sixteen doublings old. */
export const tellsAge = (day: number): boolean => day >= 0 && day < 2 ** 16;

/** Of a name used on that day; below 0 where its date was still to come. */
export const ageOf = ({ unit, at }: NamedDate, day: number): number => (unit === 'day' ? day : monthOf(day)) - at;

/** 0, 1 for 1 and 2, 2 for 3 to 6, 3 for 7 to 14, …; the same below 0. */
export const levelOf = (age: number): number => Math.sign(age) * Math.floor(Math.log2(Math.abs(age) + 1));

/** Of a level, without regard to its sign. */
export const youngestOf = (level: number): number => 2 ** Math.abs(level) - 1;

const markOf = (unit: DateUnit): string => (unit === 'day' ? 'd' : 'm');

const MANY = '*';
const MANY_DAYS = Days.fromJson([MANY])!;
const BASE = 36;
const FORM = /^([dm](?:0|-?(?:[1-9]|1[0-6]))):(\*|[0-9a-z]{1,4}(?:,[0-9a-z]{1,4}){0,2})$/;

const text = (day: number): string => day.toString(BASE);

/** Bytes of a level with its mark and three days, and of what stands around all of them. */
const LEVEL = 20;
const AROUND = 6;
/** Bytes at most: of each unit sixteen doublings before and ahead, and the day itself. */
export const AGES = AROUND + 2 * 33 * LEVEL;
