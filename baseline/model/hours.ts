import { Days } from './days.ts';

/** On which days calls came in each hour of the day, UTC. Joins as a set; an hour without an entry never had any. */
export class Hours {
  readonly #days: (Days | undefined)[] = new Array(HOURS).fill(undefined);
  /** False where a part of it came from a document that does not say. */
  known = true;

  /** `day` as in `Days`. */
  add(time: string, day: number): void {
    const hour = hourOf(time);
    if (hour >= 0 && day >= 0) this.#of(hour).add(day);
  }

  at(hour: number): Days | undefined {
    return this.#days[hour];
  }

  join(other: Hours): void {
    this.known &&= other.known;
    for (const [hour, days] of other.#days.entries()) if (days !== undefined) this.#of(hour).join(days);
  }

  /** By `02:00`, with the days as evidence has them. Undefined where it is not known. */
  toJson(): Readonly<Record<string, readonly string[]>> | undefined {
    if (!this.known) return undefined;
    const told: Record<string, readonly string[]> = {};
    for (const [hour, days] of this.#days.entries()) {
      const dates = days?.toJson() ?? null;
      if (dates !== null) told[hourName(hour)] = dates;
    }
    return told;
  }

  read(told: Readonly<Record<string, readonly string[]>> | undefined): void {
    this.known &&= told !== undefined;
    for (const [name, dates] of Object.entries(told ?? {})) {
      const days = Days.fromJson(dates);
      if (isHourName(name) && days !== null && days.toJson() !== null) this.#of(Number.parseInt(name, 10)).join(days);
    }
  }

  #of(hour: number): Days {
    this.#days[hour] ??= new Days();
    return this.#days[hour];
  }
}

export const HOURS = 24;

/** Bytes that an hour takes, with its days. */
export const HOUR = 50;

export const hourName = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

export const isHourName = (name: string): boolean => HOUR_NAME.test(name);
const HOUR_NAME = /^(?:[01]\d|2[0-3]):00$/;

/** Hour of an ISO time, UTC; -1 where there is none. */
export function hourOf(time: string): number {
  const hour = 10 * (time.charCodeAt(11) - ZERO) + time.charCodeAt(12) - ZERO;
  return hour >= 0 && hour < HOURS ? hour : -1;
}

/** Hours from 1970 to an ISO time, UTC, of this day; -1 where there is none, or it is another era's. */
export function hourSince1970(time: string | null, day: number): number {
  const hour = day < 0 ? -1 : hourOf(time!);
  return hour < 0 || day >= DAYS ? -1 : day * HOURS + hour;
}

/** As four digits of base 36 hold. */
const DAYS = Math.floor(36 ** 4 / HOURS);
const ZERO = 48;
