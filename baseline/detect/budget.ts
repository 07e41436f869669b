import type { Call } from '../call.ts';

/**
 * How loudly one story may go on: in its first invocations of a day (`loud` of them), then each time that they have doubled, the rest are notices. An odd thing that stays (a
 * campaign's sizes, a new order of calls) is then some things to read, not a thousand; a theft that lasts is told again each day, and a second one beside it still shows.
 */
export class Budget {
  readonly #stories = new Map<string, Story>();

  /** True where this invocation adds nothing to what was told of the story. Changes no state. */
  spent(call: Call, unit: number, key: string, loud: number): boolean {
    const story = this.#stories.get(key);
    if (story === undefined || timeOf(call) - story.since > DAY) return false;
    return !isTold(story.invocations + (unit === story.latest ? 0 : 1), loud);
  }

  /** The invocation showed it, told or not. */
  note(call: Call, unit: number, key: string): void {
    const time = timeOf(call);
    const story = this.#stories.get(key);
    if (story !== undefined && time - story.since <= DAY) {
      if (story.latest !== unit) story.invocations++;
      story.latest = unit;
      return;
    }
    this.#stories.delete(key);
    this.#stories.set(key, { since: time, invocations: 1, latest: unit });
    if (this.#stories.size > MAX) this.#stories.delete(this.#stories.keys().next().value!);
  }
}

interface Story {
  readonly since: number;
  invocations: number;
  latest: number;
}

const isTold = (invocations: number, loud: number): boolean =>
  invocations <= loud || Number.isInteger(Math.log2(invocations / loud));

const timeOf = (call: Call): number => (call.time === null ? 0 : Date.parse(call.time));

const DAY = 86_400_000;
const MAX = 1_000;
