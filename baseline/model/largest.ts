/** Constants of their own: they are looked at several times a call. */
export const KEPT = 8;
/** With four besides the one that had the largest of all, enough is known of what the others had. */
export const DAYS_KEPT = 5;

/**
 * The largest different values seen, largest first, and the largest of each of the days that had the largest. What is above the largest of every other day came on one day only: an incident may
 * have left it. Both are sets, so that merging the same document twice changes nothing; of a day more than its largest could not be kept so, whatever was merged first.
 */
export class Largest implements AreLargest {
  readonly values: number[] = [];
  /** The days with the largest values, largest first, of equal ones the earliest. */
  readonly days: DayLargest[] = [];
  /** Day of what was seen last, the last value itself, and below what nothing changes on that day. */
  #day = NO_DAY;
  #last = -1;
  #floor = -1;

  /** `day` as of `dayOf`. */
  add(value: number, day: number): void {
    if (day === this.#day && (value === this.#last || value < this.#floor)) return;
    const finite = Math.min(value, Number.MAX_VALUE);
    this.#put(finite);
    if (day >= 0) this.#note(finite, day);
    this.#day = day;
    this.#last = value;
    this.#floor = this.values.length < KEPT ? -1 : Math.min(this.values[KEPT - 1]!, this.#leastOf(day));
  }

  /** The value as `rounded` has it; most are smaller than what is kept by more than rounding makes of them. */
  addRounded(value: number, day: number): void {
    if (day === this.#day && value * MOST_ROUNDED < this.#floor) return;
    this.add(rounded(value), day);
  }

  #put(value: number): void {
    const { values } = this;
    if (values.length === KEPT && value <= values[KEPT - 1]!) return;
    let at = 0;
    while (at < values.length && values[at]! > value) at++;
    if (values[at] === value) return;
    values.splice(at, 0, value);
    if (values.length > KEPT) values.pop();
  }

  #note(most: number, day: number): void {
    const { days } = this;
    const known = days.findIndex((one) => one.day === day);
    if (known >= 0) {
      if (days[known]!.most >= most) return;
      days.splice(known, 1);
    }
    let at = days.length;
    while (at > 0 && (days[at - 1]!.most < most || (days[at - 1]!.most === most && days[at - 1]!.day > day))) at--;
    if (at === DAYS_KEPT) return;
    days.splice(at, 0, { day, most });
    if (days.length > DAYS_KEPT) days.pop();
  }

  /** Up to what nothing is news of the day. */
  #leastOf(day: number): number {
    if (day < 0) return Number.POSITIVE_INFINITY;
    const known = this.days.find((one) => one.day === day);
    return known?.most ?? (this.days.length < DAYS_KEPT ? -1 : this.days[DAYS_KEPT - 1]!.most);
  }

  /** The largest `most` of them, and the days that had one of these: of a smaller one it could not be said that it is none of them. */
  keep(most: number): void {
    if (this.values.length > most) this.values.length = most;
    const least = this.values.at(-1) ?? Number.POSITIVE_INFINITY;
    const kept = this.days.findIndex((one, at) => at === most || one.most < least);
    if (kept >= 0) this.days.length = kept;
    this.#day = NO_DAY;
  }

  join({ values, days }: AreLargest): void {
    for (const value of values) this.#put(value);
    for (const { most, day } of days) this.#note(most, day);
    this.#day = NO_DAY;
  }

  /** As a document lists them: the values, and whichever of a day is smaller than all of them. */
  toJson(): number[] {
    const smaller = this.days.map(({ most }) => most).filter((most) => !this.values.includes(most));
    return [...this.values, ...new Set(smaller)];
  }

  /** `0g0y,3g15`: which of the listed was the largest on which day (counted from 1970), both of base 36. */
  daysToText(listed: readonly number[]): string {
    return this.days.map(({ most, day }) => listed.indexOf(most).toString(BASE) + day.toString(BASE)).join(',');
  }

  /** Null where the text is none of ours. */
  static from(listed: readonly number[], days: string): Largest | null {
    const largest = new Largest();
    for (const value of listed) largest.#put(value);
    for (const one of days === '' ? [] : days.split(',')) {
      const most = /^[0-9a-z]{2,6}$/.test(one) ? listed[Number.parseInt(one[0]!, BASE)] : undefined;
      if (most === undefined) return null;
      largest.#note(most, Number.parseInt(one.slice(1), BASE));
    }
    return largest;
  }
}

/** What a tail is estimated from. */
export interface AreLargest {
  readonly values: readonly number[];
  readonly days: readonly DayLargest[];
}

export interface DayLargest {
  readonly day: number;
  /** The largest value that it had. */
  readonly most: number;
}

const NO_DAY = -2;
const BASE = 36;

/** Three digits: less than a hundredth. */
const MOST_ROUNDED = 1.011;

/** Up to three significant digits, upwards: as good for a cap, and shorter to read. */
export function rounded(value: number): number {
  // Beyond that there are no digits to round by
  if (value < 1000 || value > Number.MAX_SAFE_INTEGER) return value;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
  return Math.ceil(value / unit) * unit;
}
