import { type Call, isEgress } from '../call.ts';
import type { JudgedTally } from '../learn/tally.ts';
import type { FunctionModel } from '../model/function-model.ts';
import { aboveLevelOf } from '../model/sample.ts';
import type { Seen } from '../model/seen.ts';
import type { SizeModel } from '../model/size-model.ts';
import { egressName } from '../names/egress-name.ts';
import { resourcePath } from '../names/resource-path.ts';
import { atMost, ShareSum, thresholdOf } from './share-sum.ts';

/**
 * What a function seldom does, done again and again: a topic for failures that one invocation in a hundred writes to, written to in every third. Once it is normal; so often it is not.
 * So it is with a body larger than all before: as one invocation of all that were learned has the largest, the next is larger by that chance, whatever sizes are spread like (a conformal
 * p-value), but not one in eight (`share-sum.ts`).
 */
export class Shares {
  /** By action or host. */
  readonly #things = new Map<string, Thing>();
  readonly #limit: number;
  #invocations = 0;
  /** By environment, its first invocation: how many environments start, and so how often what they begin with is done, hangs on nothing that the function decides. */
  readonly #starts = new Map<string, number>();

  /** `others`: sums that are watched besides. */
  constructor(model: FunctionModel, others: number) {
    const all = model.invocations.count();
    let sums = 0;
    const watchCount = (count: number): ShareSum | null => {
      const share = atMost(count, all);
      if (share > SELDOM) return null;
      sums++;
      return new ShareSum(share);
    };
    // What came in one burst says nothing of how often, and what a person wrote was never counted
    const watch = (seen: Seen): ShareSum | null => (seen.days.few === null ? watchCount(seen.count()) : null);
    const watchMost = (size: SizeModel, isWhole = size.isWhole): Most[] =>
      (isWhole ? DIRECTIONS : []).flatMap(({ bytes, what }) => {
        const most = size[bytes].values[0];
        const sum = most === undefined ? null : watchCount(0);
        return sum === null ? [] : [{ bytes, what, most: most!, tooMany: aboveLevelOf(most!), sum }];
      });
    for (const [host, { invocations, size }] of model.egress.entries())
      this.#things.set(host, { larger: watchMost(size, true), sum: watch(invocations), heads: NO_HEADS });
    for (const [action, { invocations, resources, size }] of model.actions.entries()) {
      const [larger, sum] = [watchMost(size), watch(invocations)];
      const heads = new Map<string, ShareSum>();
      if (sum === null) {
        for (const [key, { root }] of resources.heads) {
          const seldom = watch(root.all());
          if (seldom !== null) heads.set(key, seldom);
        }
      }
      this.#things.set(action, { larger, sum, heads });
    }
    this.#limit = thresholdOf(sums + others);
  }

  /** What this call brought over its threshold; then it takes twice as much as long as it goes on. */
  note(call: Call, tally: JudgedTally): Often | null {
    if (tally.calls === 1) this.#invocations++;
    if (this.#isStart(call, tally)) return null;
    if (isEgress(call)) return this.#note(egressName(call.host ?? ''), call, tally.unit);
    let found: Often | null = null;
    for (const { action, resources } of call.access) {
      found ??= this.#note(action, call, tally.unit);
      const heads = this.#things.get(action)?.heads ?? NO_HEADS;
      if (heads.size === 0) continue;
      for (const resource of resources) {
        const { key } = resourcePath(resource);
        const often = found === null ? this.#count(heads.get(key) ?? null, tally.unit) : null;
        if (often !== null) found = { ...often, name: `${action} ${key}` };
      }
    }
    return found;
  }

  #note(name: string, call: Call, unit: number): Often | null {
    const thing = this.#things.get(name);
    if (thing === undefined) return null;
    const often = this.#count(thing.sum, unit);
    if (often !== null) return { ...often, name };
    for (const { bytes, what, most, tooMany, sum } of thing.larger) {
      if ((call[bytes] ?? 0) < tooMany) continue;
      const more = this.#count(sum, unit);
      if (more !== null) return { ...more, name, larger: { what, most } };
    }
    return null;
  }

  #isStart({ environment }: Call, { unit }: JudgedTally): boolean {
    if (environment === null) return false;
    const first = this.#starts.get(environment);
    if (first !== undefined) return first === unit;
    this.#starts.set(environment, unit);
    if (this.#starts.size > MAX_STARTS) this.#starts.delete(this.#starts.keys().next().value!);
    return true;
  }

  #count(sum: ShareSum | null, unit: number): Omit<Often, 'name'> | null {
    const invocations = sum?.count(unit, this.#invocations, this.#limit) ?? null;
    return invocations === null ? null : { share: sum!.share, invocations };
  }
}

/** What is watched of an action or host. */
interface Thing {
  /** Null where it is not seldom. */
  readonly sum: ShareSum | null;
  /** By head of the resource, where it is seldom only there. */
  readonly heads: ReadonlyMap<string, ShareSum>;
  readonly larger: readonly Most[];
}

export interface Often {
  readonly name: string;
  /** Of invocations, at most, while it was learned. */
  readonly share: number;
  /** How long it has been going on. */
  readonly invocations: number;
  /** Set where it is a body larger than all before, and the largest of those. */
  readonly larger?: { readonly what: 'bytes sent' | 'bytes received'; readonly most: number };
}

interface Most {
  readonly bytes: 'bytesOut' | 'bytesIn';
  readonly what: 'bytes sent' | 'bytes received';
  readonly most: number;
  /** So many are clearly more. */
  readonly tooMany: number;
  readonly sum: ShareSum;
}

const DIRECTIONS = [
  { bytes: 'bytesOut', what: 'bytes sent' },
  { bytes: 'bytesIn', what: 'bytes received' },
] as const;
const NO_HEADS: ReadonlyMap<string, ShareSum> = new Map();
const SELDOM = 0.05;
const MAX_STARTS = 1_000;
