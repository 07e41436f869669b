/**
 * On which days something was seen: up to three of them, then the first and "many". Joins as a set. What came on one day only may have been an incident;
 * first days tell how often something new of a kind comes.
 */
export class Days {
  #days: number[] | null = [];
  #first = Number.POSITIVE_INFINITY;
  #last = -1;

  /** `day` counts from 1970-01-01; below 0 where the time is not known. */
  add(day: number): void {
    if (day === this.#last || day < 0) return;
    this.#last = day;
    if (day < this.#first) this.#first = day;
    if (this.#days === null || this.#days.includes(day)) return;
    this.#days.push(day);
    if (this.#days.length > FEW) this.#days = null;
  }

  join(other: Days): void {
    if (other.#first < this.#first) this.#first = other.#first;
    if (other.#days === null) this.#days = null;
    else for (const day of other.#days) this.add(day);
  }

  /** Null where there were many. Empty where no time is known. */
  get few(): readonly number[] | null {
    return this.#days;
  }

  /** Infinity where no time is known. */
  get first(): number {
    return this.#first;
  }

  /** ISO dates; the first and `*` where there were many, null where there were many and none is known. */
  toJson(): string[] | null {
    if (this.#days !== null) return [...this.#days].sort((a, b) => a - b).map(dateOf);
    return Number.isFinite(this.#first) ? [dateOf(this.#first), MANY] : null;
  }

  /** Null where the list is none of ours. */
  static fromJson(dates: readonly string[] | null): Days | null {
    const days = new Days();
    if (dates === null) {
      days.#days = null;
      return days;
    }
    for (const date of dates) {
      if (date === MANY) {
        days.#days = null;
        continue;
      }
      const day = dayOf(date);
      if (day < 0) return null;
      days.add(day);
    }
    return days;
  }
}

const FEW = 3;
const MANY = '*';
const DAY = 86_400_000;

const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** Day of an ISO time, UTC; -1 where there is none, or one that dates of four digits cannot tell. */
export function dayOf(time: string | null): number {
  if (time === null) return -1;
  const date = time.slice(0, 10);
  const known = days.get(date);
  if (known !== undefined) return known;
  const parsed = /^\d{4}-/.test(date) ? Date.parse(date) : Number.NaN;
  const day = Number.isNaN(parsed) ? -1 : Math.floor(parsed / DAY);
  if (days.size >= REMEMBERED) days.clear();
  days.set(date, day);
  return day;
}

/** Calls come from few days, and reading a date costs more than all else that is done with it. */
const days = new Map<string, number>();
const REMEMBERED = 1_000;
