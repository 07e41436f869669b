import { dayOf } from '../model/days.ts';
import type { FunctionBaseline } from '../model/document.ts';
import { seenOf } from '../model/evidence.ts';
import { HOURS, Hours, hourName, hourOf } from '../model/hours.ts';
import { Oddities } from './conformal.ts';

/**
 * When a function runs that a clock starts: in some hours of the day, day after day, and in the others never. Where people or events start it there are hours in which it ran now
 * and then, and what those are says nothing about the next: it has no schedule then. Each day on which it ran at an odd hour would have been told once: by leaving it out, that says how often this would be wrong
 * (`conformal.ts`). What came on one day only may have been an incident, and makes no schedule undone.
 */
export class Schedule {
  readonly #usual: ReadonlySet<number>;

  private constructor(usual: ReadonlySet<number>) {
    this.#usual = usual;
  }

  /** Null where the function has none, or it is not known. */
  static of(baseline: Pick<FunctionBaseline, 'from' | 'to' | 'hours' | 'invocations'>): Schedule | null {
    if (baseline.hours === undefined || dayOf(baseline.to) - dayOf(baseline.from) < MIN_DAYS) return null;
    const hours = new Hours();
    hours.read(baseline.hours);
    const usual = new Set<number>();
    const odd = new Set<number>();
    for (let hour = 0; hour < HOURS; hour++) {
      const days = hours.at(hour);
      if (days === undefined) continue;
      // Many days, or a person's word
      if (days.few === null || days.few.length === 0) usual.add(hour);
      else for (const day of days.few) odd.add(day);
    }
    if (usual.size === 0 || usual.size === HOURS) return null;
    const oddities = new Oddities(
      [...odd].map((day) => ({ oddness: 1, day })),
      seenOf(baseline.invocations).count(),
    );
    return oddities.areUsual(1) ? null : new Schedule(usual);
  }

  /** Clocks are put forward and back by an hour, and a run may begin a little late. */
  has(time: string): boolean {
    const hour = hourOf(time);
    return hour < 0 || [HOURS - 1, 0, 1].some((shift) => this.#usual.has((hour + shift) % HOURS));
  }

  /** "02:00 to 03:00, 14:00 to 16:00"; over midnight "23:00 to 01:00", which comes last. */
  toString(): string {
    const spans: string[] = [];
    for (let from = 0; from < HOURS; from++) {
      if (!this.#usual.has(from) || this.#usual.has((from + HOURS - 1) % HOURS)) continue;
      let to = from;
      while (this.#usual.has(to % HOURS)) to++;
      spans.push(`${hourName(from)} to ${hourName(to % HOURS)}`);
    }
    return spans.join(', ');
  }
}

/** With fewer, what comes on some days of a week only has not been seen. */
const MIN_DAYS = 5;
