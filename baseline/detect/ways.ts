/**
 * The sets of steps that sampled invocations took. What one left out is what all those did besides that took its steps and went on; where they went on in different ways, it ended early. How many
 * of the sampled ones ended so, each held against the others, says how often that is normal.
 */
export class Ways {
  /** Invocations. */
  readonly sampled: number;
  readonly #ways: readonly Way[];
  readonly #ended = new Map<string, number>();

  constructor(sampled: readonly ReadonlyMap<string, unknown>[]) {
    this.sampled = sampled.length;
    const ways = new Map<string, Way>();
    for (const steps of sampled) {
      const names = [...steps.keys()].sort();
      const way = ways.get(names.join()) ?? { steps: new Set(names), invocations: 0 };
      way.invocations++;
      ways.set(names.join(), way);
    }
    this.#ways = [...ways.values()];
    for (const { steps, invocations } of this.#ways) {
      const ending = this.leftOut(steps);
      if (ending !== null) this.#ended.set(ending.key, this.ended(ending) + invocations);
    }
  }

  /** Null where too few went on to say. */
  leftOut(steps: ReadonlySet<string>): Ending | null {
    let wentOn = 0;
    let besides: string[] | null = null;
    for (const way of this.#ways) {
      if (way.steps.size <= steps.size || !isWithin(steps, way.steps)) continue;
      wentOn += way.invocations;
      besides = (besides ?? [...way.steps].filter((step) => !steps.has(step))).filter((step) => way.steps.has(step));
    }
    if (besides === null || wentOn < ENOUGH) return null;
    return { key: besides.length > 0 ? `without ${besides}` : `after ${[...steps].sort()}`, steps, missing: besides };
  }

  /** Sampled invocations that ended so. */
  ended({ key }: Ending): number {
    return this.#ended.get(key) ?? 0;
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
  invocations: number;
}

function isWithin(steps: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  for (const step of steps) if (!all.has(step)) return false;
  return true;
}

const ENOUGH = 20;
