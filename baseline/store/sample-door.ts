import type { FunctionModel } from '../model/function-model.ts';
import { Seen } from '../model/seen.ts';
import { UNITS } from '../names/unit-hash.ts';

/**
 * Which sampled invocations come in. A sample keeps those with the smallest hash, and whoever makes up a slot chooses hashes: a hundred small ones would push out all that others have told. But of so
 * many invocations only so many have a hash below any limit, so what comes on top of these was chosen. How many there are a slot makes up as well: what all slots say counts for no more than was known
 * before, and of that the sample itself is the witness. Honest ones are left alone, and join to the same sample in any order, but for a function that has several times as many between two
 * aggregations as ever before.
 */
export class SampleDoor {
  /** That slots say there were. */
  readonly #said = new Seen();
  readonly #known: ReadonlySet<number>;
  readonly #knownInvocations: number;
  /** Of each slot its newcomers, the smallest hash first. */
  readonly #claims: (readonly number[])[] = [];
  #refused: ReadonlySet<number> | null = null;

  constructor(known: FunctionModel | null) {
    this.#known = new Set(known?.sample.units.keys());
    this.#knownInvocations =
      known === null ? 0 : Math.min(known.invocations.count(), SAMPLE_ERROR * known.sample.estimate());
  }

  ask({ sample, invocations }: FunctionModel): void {
    this.#said.join(invocations);
    this.#claims.push([...sample.units.keys()].filter((unit) => !this.#known.has(unit)).sort((a, b) => a - b));
  }

  /** Newcomers that do not fit how many invocations there may be. */
  get refused(): ReadonlySet<number> {
    this.#refused ??= this.#decided();
    return this.#refused;
  }

  #decided(): ReadonlySet<number> {
    const refused = new Set<number>();
    const known = this.#knownInvocations;
    const invocations = known + Math.min(this.#said.count(), Math.max(known, YOUNG));
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

/** Of an estimate by 128 hashes: two and a half times its standard error. */
const SAMPLE_ERROR = 1.25;
/** Invocations that a function may begin with. */
const YOUNG = 4_096;
/** The number of invocations is an estimate (standard error 13 %), and below a small hash there may be some more than are expected. */
const MARGIN = 2;
const FEW = 16;
