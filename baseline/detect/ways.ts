import { EGRESS } from '../learn/company.ts';
import { operationOf } from '../names/step.ts';
import { SampledTimes } from './sampled-times.ts';

/**
 * The sets of steps in AWS that sampled invocations took. What one left out is what all those did besides that took its steps and went on; where they went on in different ways, it ended early. How many
 * of the sampled ones ended so, each held against the others, and when, says how often that is normal.
 */
export class Ways {
  readonly #ways: readonly Way[];
  readonly #ended = new Map<string, Set<Way>>();
  /** No step yet. */
  readonly start: Taken;
  /** Steps that no sampled invocation took together. */
  readonly #nowhere = new Taken(new Set(), null);
  readonly #taken = new Map<string, Taken>();
  readonly #steps = new Set<string>();

  /** `hours` of the sampled, as `SampledTimes` has them. */
  constructor(sampled: readonly ReadonlyMap<string, unknown>[], hours: readonly number[]) {
    const ways = new Map<string, Way>();
    for (const [i, all] of sampled.entries()) {
      const steps = new Set([...all.keys()].filter((step) => operationOf(step) !== EGRESS));
      const key = keyOf(steps);
      const way = ways.get(key) ?? { steps, hours: [] };
      way.hours.push(hours[i]!);
      ways.set(key, way);
      for (const step of steps) this.#steps.add(step);
    }
    this.#ways = [...ways.values()];
    this.start = this.#known(new Set());
    for (const way of this.#ways) {
      const ending = this.#leftOut(way.steps);
      if (ending !== null) this.#ended.set(ending.key, (this.#ended.get(ending.key) ?? new Set()).add(way));
    }
  }

  /** One step more. */
  take(taken: Taken, step: string): Taken {
    if (taken === this.#nowhere || !this.#steps.has(step)) return this.#nowhere;
    let next = taken.next.get(step);
    if (next === undefined) {
      next = taken.steps.has(step) ? taken : this.#known(new Set([...taken.steps, step]));
      if (this.#taken.size < MOST) taken.next.set(step, next);
    }
    return next;
  }

  /** What an invocation that ended so left out. Null where too few went on to say. */
  leftOut(taken: Taken): Ending | null {
    if (taken.ending === undefined) taken.ending = this.#leftOut(taken.steps);
    return taken.ending;
  }

  /** When sampled invocations ended so, and when others did otherwise. */
  ended({ key }: Ending): SampledTimes {
    const ended = this.#ended.get(key);
    const hoursOf = (ways: readonly Way[]) => ways.flatMap(({ hours }) => hours);
    return new SampledTimes(
      hoursOf(this.#ways.filter((way) => ended?.has(way) === true)),
      hoursOf(this.#ways.filter((way) => ended?.has(way) !== true)),
    );
  }

  /** One object for all that took the same steps, in whatever order. */
  #known(steps: ReadonlySet<string>): Taken {
    if (!this.#ways.some((way) => isWithin(steps, way.steps))) return this.#nowhere;
    const key = keyOf(steps);
    let taken = this.#taken.get(key);
    if (taken === undefined) {
      taken = new Taken(steps);
      if (this.#taken.size < MOST) this.#taken.set(key, taken);
    }
    return taken;
  }

  #leftOut(steps: ReadonlySet<string>): Ending | null {
    let wentOn = 0;
    let besides: string[] | null = null;
    for (const way of this.#ways) {
      if (way.steps.size <= steps.size || !isWithin(steps, way.steps)) continue;
      wentOn += way.hours.length;
      besides = (besides ?? [...way.steps].filter((step) => !steps.has(step))).filter((step) => way.steps.has(step));
    }
    if (besides === null || wentOn < ENOUGH || steps.size + besides.length === 0) return null;
    besides.sort();
    return { key: besides.length > 0 ? `without ${besides}` : `after ${keyOf(steps)}`, steps, missing: besides };
  }
}

/** What an invocation has taken so far: plain state of `Ways`. */
export class Taken {
  readonly steps: ReadonlySet<string>;
  readonly next = new Map<string, Taken>();
  /** Undefined until somebody asks. */
  ending: Ending | null | undefined;

  constructor(steps: ReadonlySet<string>, ending?: null) {
    this.steps = steps;
    this.ending = ending;
  }
}

export interface Ending {
  readonly key: string;
  readonly steps: ReadonlySet<string>;
  /** What all did that took these steps and went on; empty where they went on in different ways. */
  readonly missing: readonly string[];
}

interface Way {
  readonly steps: ReadonlySet<string>;
  /** One of each invocation. */
  readonly hours: number[];
}

const keyOf = (steps: Iterable<string>): string => [...steps].sort().join();

function isWithin(steps: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  for (const step of steps) if (!all.has(step)) return false;
  return true;
}

const ENOUGH = 20;
/** Sets that are remembered: a cap, not a size to reach. */
const MOST = 256;
