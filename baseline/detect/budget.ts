import type { Call } from '../call.ts';

/**
 * How loudly one story may go on: in its first invocations of a day (`loud` of them; from its fourth day on half as many each day), then each time that they have doubled;
 * the rest are notices. An odd thing that stays (a campaign's sizes, a new order of calls) is then some things to read, not a thousand; a theft that lasts is told again on
 * each of some days, and a second one beside it still shows. After a week without it, it is a new story.
 */
export class Budget {
  readonly #stories = new Map<string, Story>();

  /** True where this invocation adds nothing to what was told of the story. Changes no state. */
  spent(call: Call, unit: number, key: string, loud: number): boolean {
    const story = this.#stories.get(key);
    const age = story === undefined ? WEEK : timeOf(call) - story.since;
    if (story === undefined || age >= WEEK) return false;
    const left = loud >> Math.max(0, story.days + (age > DAY ? 1 : 0) - LOUD_DAYS);
    if (left === 0) return true;
    return age <= DAY && !isTold(story.invocations + (unit === story.latest ? 0 : 1), left);
  }

  /** The invocation showed it, told or not. */
  note(call: Call, unit: number, key: string): void {
    const time = timeOf(call);
    const story = this.#stories.get(key);
    const age = story === undefined ? WEEK : time - story.since;
    if (story !== undefined && age <= DAY) {
      if (story.latest !== unit) story.invocations++;
      story.latest = unit;
      return;
    }
    const days = story === undefined || age >= WEEK ? 0 : story.days + 1;
    this.#stories.delete(key);
    this.#stories.set(key, { since: time, days, invocations: 1, latest: unit });
    if (this.#stories.size > MAX) this.#stories.delete(this.#stories.keys().next().value!);
  }
}

interface Story {
  /** When its present day began. */
  readonly since: number;
  /** Days before this one. */
  readonly days: number;
  invocations: number;
  latest: number;
}

const isTold = (invocations: number, loud: number): boolean =>
  invocations <= loud || Number.isInteger(Math.log2(invocations / loud));

const timeOf = (call: Call): number => (call.time === null ? 0 : Date.parse(call.time));

/** Days on which a story is as loud as on its first. */
const LOUD_DAYS = 2;
const DAY = 86_400_000;
const WEEK = 7 * DAY;
const MAX = 1_000;
