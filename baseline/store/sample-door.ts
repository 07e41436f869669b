import type { FunctionModel } from '../model/function-model.ts';
import { Seen, UNITS } from '../model/seen.ts';

/**
 * Which sampled invocations come in. A sample keeps those with the smallest hash, and whoever makes up a slot chooses hashes: a hundred small ones would push out all that others have told. But of so
 * many invocations only so many have a hash below any limit, so what comes on top of these was chosen. Honest ones are left alone, and join to the same sample in any order.
 */
export class SampleDoor {
  readonly #invocations = new Seen();
  readonly #known: ReadonlySet<number>;
  /** Of each slot its newcomers, the smallest hash first. */
  readonly #claims: (readonly number[])[] = [];
  #refused: ReadonlySet<number> | null = null;

  constructor(known: FunctionModel | null) {
    this.#known = new Set(known?.sample.units.keys());
    if (known !== null) this.#invocations.join(known.invocations);
  }

  ask({ sample, invocations }: FunctionModel): void {
    this.#invocations.join(invocations);
    this.#claims.push([...sample.units.keys()].filter((unit) => !this.#known.has(unit)).sort((a, b) => a - b));
  }

  /** Newcomers that do not fit how many invocations there are by what all say. */
  get refused(): ReadonlySet<number> {
    this.#refused ??= this.#decided();
    return this.#refused;
  }

  #decided(): ReadonlySet<number> {
    const refused = new Set<number>();
    const invocations = this.#invocations.count();
    const admitted = new Set(this.#known);
    for (const units of [...this.#claims].sort((a, b) => a.length - b.length)) {
      for (const unit of units) {
        if (admitted.has(unit)) continue;
        let below = 0;
        for (const other of admitted) if (other < unit) below++;
        if (below < MARGIN * invocations * (unit / UNITS) + FEW) admitted.add(unit);
        else refused.add(unit);
      }
    }
    return refused;
  }
}

/** The number of invocations is an estimate (standard error 13 %), and below a small hash there may be some more than are expected. */
const MARGIN = 2;
const FEW = 16;
