import type { Call } from '../call.ts';
import type { Sighting } from '../model/seen.ts';
import { isOverload, START } from './step.ts';

/** What one invocation has done so far: the sums that only the whole of it shows. Plain state of learner and judge, one per open invocation. */
export class Tally implements Sighting {
  readonly unit: number;
  readonly day: number;
  readonly things = new Map<string, Sums>();
  readonly steps = new Map<string, StepSums>();
  /** Calls of each step as judging folds them. */
  readonly stepCounts = new Map<string, number>();
  /** By place of `company`: the first names in this invocation, by depth. */
  readonly firsts = new Map<string, (string | undefined)[]>();
  /** Actions that the function has never used, or hardly ever. */
  readonly strange = new Set<string>();
  /** Actions that came with a resource, or `CONNECT` where a host came, that is outside the scope. */
  readonly newcomers = new Set<string>();
  /** Calls answered with an error, by action. */
  readonly errors = new Map<string, number>();
  /** The last step, with `!` where it failed. */
  previous = START;
  /** The one before that. */
  before = START;
  /** The step of the call that is being judged, folded; null where it could not be named. */
  current: string | null = null;
  calls = 0;

  /** An invocation counts for the day that it began on. */
  constructor(unit: number, day: number) {
    this.unit = unit;
    this.day = day;
  }

  /** Adds a call's sizes to what it was about (an action or an egress host). What the service was too busy to answer is tried again: it counts for nothing. */
  add(thing: string, call: Call): Sums {
    let sums = this.things.get(thing);
    if (sums === undefined) {
      sums = { calls: 0, bytesOut: 0, bytesIn: 0, items: 0 };
      if (this.things.size < MAX_THINGS) this.things.set(thing, sums);
    }
    if (isOverload(call)) return sums;
    sums.calls++;
    sums.bytesOut += call.bytesOut ?? 0;
    sums.bytesIn += call.bytesIn ?? 0;
    sums.items += call.items ?? 0;
    return sums;
  }

  step(name: string, call: Call): void {
    let sums = this.steps.get(name);
    if (sums === undefined) {
      if (this.steps.size >= MAX_THINGS) return;
      sums = { calls: 0, bytesOut: 0, bytesIn: 0 };
      this.steps.set(name, sums);
    }
    sums.calls++;
    sums.bytesOut += call.bytesOut ?? 0;
    sums.bytesIn += call.bytesIn ?? 0;
  }
}

export interface StepSums {
  calls: number;
  bytesOut: number;
  bytesIn: number;
}

export interface Sums {
  calls: number;
  bytesOut: number;
  bytesIn: number;
  items: number;
}

const MAX_THINGS = 128;

/** Open invocations, the least recently used closed first: in Lambda one, in logs of many environments as many as overlap. */
export class OpenTallies {
  readonly #open = new Map<string, Tally>();
  readonly #close: (tally: Tally) => void;
  #last: [string, Tally] | null = null;

  constructor(close: (tally: Tally) => void) {
    this.#close = close;
  }

  of(unit: string, make: () => Tally): Tally {
    if (this.#last !== null && this.#last[0] === unit) return this.#last[1];
    let tally = this.#open.get(unit);
    if (tally === undefined) {
      tally = make();
      if (this.#open.size >= MAX_OPEN) {
        const [oldest, closed] = this.#open.entries().next().value!;
        this.#open.delete(oldest);
        this.#close(closed);
      }
    } else {
      this.#open.delete(unit);
    }
    this.#open.set(unit, tally);
    this.#last = [unit, tally];
    return tally;
  }

  peek(unit: string): Tally | undefined {
    return this.#open.get(unit);
  }

  all(): IterableIterator<Tally> {
    return this.#open.values();
  }
}

const MAX_OPEN = 256;
