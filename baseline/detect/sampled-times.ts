import { HOURS } from '../model/hours.ts';
import { remember } from './remember.ts';
import { chanceOf, isCommon, type Sampling } from './sampling.ts';

/**
 * When the sampled invocations began that show something, and when the others did. A queue is empty at night, an office at weekends, a supplier now and then for some hours: what comes in one piece is
 * no more than usual for its time. Which clock a function goes by nobody says, so all are asked (about the time of day, the day of the week, about the time of the week), and what none of them explains
 * is asked how near together it came.
 */
export class SampledTimes {
  readonly all: Sampling;
  /** Hours since 1970; -1 where it is not known. */
  readonly #shown: readonly number[];
  readonly #not: readonly number[];
  readonly #byClock = new Map<number, readonly Sampling[]>();
  #together: readonly Sampling[] | null = null;

  constructor(shown: readonly number[], not: readonly number[]) {
    this.all = { shown: shown.length, not: not.length };
    this.#shown = shown;
    this.#not = not;
  }

  /** At any time, or at one as in this hour. */
  isCommon(hour: number): boolean {
    return isCommon(this.all) || (hour >= 0 && this.all.shown > 0 && this.#usualByClock(hour, hour).some(isCommon));
  }

  /** Those of such times as between the two hours. A time at which it came no more often than the rest lets expect is none of its own, and left out. */
  usual(from: number, to: number): readonly Sampling[] {
    if (this.all.shown === 0) return NONE;
    if (from < 0 || to < 0) return [{ shown: this.all.shown, not: 0 }];
    this.#together ??= this.#nearTogether();
    return [...this.#usualByClock(from, to), ...this.#together];
  }

  #usualByClock(from: number, to: number): readonly Sampling[] {
    const length = Math.min(to - from, WEEK);
    const key = (from % WEEK) * (WEEK + 1) + length;
    const known = this.#byClock.get(key);
    if (known !== undefined) return known;
    const usual = timesAbout(from, length)
      .map((has) => this.#at(has))
      .filter((one) => this.#isMore(one));
    remember(this.#byClock, key, usual);
    return usual;
  }

  /** Of what came at a time that is not known all may have been at this one. */
  #at(has: (hour: number) => boolean): Sampling {
    return {
      shown: this.#shown.filter((hour) => hour < 0 || has(hour)).length,
      not: this.#not.filter((hour) => hour >= 0 && has(hour)).length,
    };
  }

  /** Those near to another that shows it. */
  #nearTogether(): readonly Sampling[] {
    const unexplained = this.#shown.filter((hour) => hour >= 0 && !this.#isByClock(hour));
    return AROUND.map((around) => {
      const near = (a: number) => unexplained.filter((b) => Math.abs(a - b) <= around).length;
      return {
        shown: unexplained.filter((hour) => near(hour) > 1).length,
        not: this.#not.filter((hour) => near(hour) > 0).length,
      };
    }).filter((one) => this.#isMore(one));
  }

  /** By what was sampled on other days. */
  #isByClock(hour: number): boolean {
    const isFar = (other: number) => Math.abs(other - hour) > HOURS / 2;
    const far = new SampledTimes(this.#shown.filter(isFar), this.#not.filter(isFar));
    return far.#usualByClock(hour, hour).length > 0;
  }

  /** Seldom so by chance, where the rest is as it is. */
  #isMore({ shown, not }: Sampling): boolean {
    return (
      shown > 0 && chanceOf(shown, shown + not, { shown: this.all.shown - shown, not: this.all.not - not }) < SELDOM
    );
  }
}

/** Of the narrow ones few were sampled, the wide ones are less of a time. */
function timesAbout(from: number, length: number): ((hour: number) => boolean)[] {
  const within = (period: number, around: number) => (hour: number) =>
    (((hour - from + around) % period) + period) % period <= length + 2 * around;
  const first = Math.floor(from / HOURS);
  const days = Math.floor((from + length) / HOURS) - first;
  const onTheDay = (hour: number) => (((Math.floor(hour / HOURS) - first) % 7) + 7) % 7 <= days;
  return [...AROUND.flatMap((around) => [within(HOURS, around), within(WEEK, around)]), onTheDay];
}

const WEEK = 7 * HOURS;
/** Hours. */
const AROUND = [3, 1, 0];
/** What is taken for a time of its own by mistake only hides what comes then until there is more of it. */
const SELDOM = 0.01;
const NONE: readonly Sampling[] = [];
