import type { Call } from '../call.ts';
import { DAY, timeOf } from './call-time.ts';
import { remember } from './remember.ts';
import { riskOfEach } from './risk.ts';

/**
 * How loudly one story may go on: in its first invocations of a day, then each time that they have doubled; the rest are notices. Two things are told apart by the story's own rate. What lasts is a new
 * way of working (since Monday a step repeats itself in a third of the invocations): once it comes so often that a day without it would have been a gap, or a deployment has brought it, another day is no
 * news. What stays away for longer than its rate lets expect, and comes back, comes in bursts, as intruders do: it is told anew, half as much for each time on one day. From the fourth day that began
 * anew on half as much of each. After a week without it, it is a new story.
 */
export class Budget {
  readonly #stories = new Map<string, Story>();

  /** True where this invocation, the `at`th of the function, adds nothing to what was told of the story. Changes no state. */
  spent(call: Call, unit: number, key: string, { first, lasting }: Loudness, at: number): boolean {
    const story = this.#known(call, key);
    if (story === null) return false;
    const next = unit === story.latest ? story : this.#with(call, unit, story, at);
    if (next.lasts && !lasting) return true;
    const left = first >> Math.max(0, next.days - LOUD_DAYS);
    return left === 0 || !isTold(next.invocations, Math.max(1, left >> next.again));
  }

  /** The invocation showed it, told or not. `stays`: it is known to have come to stay, as what a deployment brings. */
  note(call: Call, unit: number, key: string, at: number, stays = false): void {
    const story = this.#known(call, key);
    if (story?.latest === unit) return;
    const next = this.#with(call, unit, story, at);
    remember(this.#stories, key, stays ? { ...next, stays } : next);
  }

  #known(call: Call, key: string): Story | null {
    const story = this.#stories.get(key);
    return story === undefined || timeOf(call) - story.last >= WEEK ? null : story;
  }

  #with(call: Call, unit: number, story: Story | null, at: number): Story {
    const time = timeOf(call);
    const sameDay = story !== null && time - story.began <= DAY;
    const isBack = story === null || isBackAgain(story, at);
    const shown = isBack ? 1 : story.shown + 1;
    const seen = { latest: unit, last: time, at, shown, of: isBack ? at : story.of };
    if (!isBack && (sameDay || story.lasts || story.stays || isKeptUp(story, at)))
      return { ...story, ...seen, invocations: story.invocations + 1, lasts: !sameDay };
    return {
      ...seen,
      began: sameDay ? story.began : time,
      beganAt: sameDay ? story.beganAt : at,
      days: (story?.days ?? 0) + (sameDay ? 0 : 1),
      again: sameDay ? story.again + 1 : 0,
      invocations: 1,
      stays: false,
      lasts: false,
    };
  }
}

export interface Loudness {
  /** Invocations of a day in which it is told before it is told less. */
  readonly first: number;
  /** What lasts is told on, each time that it has doubled. */
  readonly lasting: boolean;
}

interface Story {
  /** The function's invocation in which its present run began, and how many showed it since: its rate. */
  readonly of: number;
  readonly shown: number;
  /** Invocations since it was last told anew. */
  readonly invocations: number;
  /** The day that began anew then, and with which of the function's invocations; how many such there were, and how often it was told anew on this one. */
  readonly began: number;
  readonly beganAt: number;
  readonly days: number;
  readonly again: number;
  readonly stays: boolean;
  /** It went on beyond that day. */
  readonly lasts: boolean;
  /** The last invocation that showed it, when that was, and which of the function's. */
  readonly latest: number;
  readonly last: number;
  readonly at: number;
}

/** Asked each time that it comes, so each has its share of the risk. */
const isBackAgain = (story: Story, at: number): boolean => wouldBeMissed(story, at - story.at - 1);

/** Had it stayed away for as many invocations as came since its day began, it would be back again now. */
const isKeptUp = (story: Story, at: number): boolean => wouldBeMissed(story, at - story.beganAt);

/**
 * Chance does not explain that it stays away from so many, by the rate that was seen (Laplace's rule of succession, its product put as a power): of what was seen once nothing is unlikely, what half
 * of the invocations showed does not stay away from thirty.
 */
function wouldBeMissed({ of, shown, at }: Story, invocations: number): boolean {
  const without = at - of + 2 - shown;
  return (without / (without + Math.max(0, invocations))) ** shown < riskOfEach(shown);
}

const isTold = (invocations: number, loud: number): boolean =>
  invocations <= loud || Number.isInteger(Math.log2(invocations / loud));

/** Days on which it is told anew as loudly as on the first. */
const LOUD_DAYS = 3;
const WEEK = 7 * DAY;
