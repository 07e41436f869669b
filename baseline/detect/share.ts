import { type Call, isEgress } from '../call.ts';
import { egressName } from '../learn/egress-name.ts';
import { Joined } from '../learn/joined.ts';
import { resourcePath } from '../learn/resource-path.ts';
import type { JudgedTally } from '../learn/tally.ts';
import type { FunctionModel } from '../model/function-model.ts';
import { aboveLevelOf } from '../model/sample.ts';
import type { Seen } from '../model/seen.ts';
import type { SizeModel } from '../model/size-model.ts';
import { atMost, ShareSum, thresholdOf } from './share-sum.ts';

/**
 * What a function seldom does, done again and again: a topic for failures that one invocation in a hundred writes to, written to in every third. Once it is normal; so often it is not.
 * So it is with a body larger than all before: as one invocation of all that were learned has the largest, the next is larger by that chance, whatever sizes are spread like (a conformal
 * p-value), but not one in eight (`share-sum.ts`).
 */
export class Shares {
  /** By action or host, or by action and head of its resource where only there it is seldom. */
  readonly #watched = new Map<string, ShareSum>();
  /** Actions of which heads are watched. */
  readonly #byHead = new Set<string>();
  /** By action or host: bytes that are clearly more than the most. */
  readonly #most = new Map<string, Most>();
  readonly #limit: number;
  #invocations = 0;
  /** By environment, its first invocation: how many environments start, and so how often what they begin with is done, hangs on nothing that the function decides. */
  readonly #starts = new Map<string, number>();

  /** `others`: sums that are watched besides. */
  constructor(model: FunctionModel, others: number) {
    const all = model.invocations.count();
    const watchCount = (name: string, count: number): boolean => {
      const share = atMost(count, all);
      if (share > SELDOM) return false;
      this.#watched.set(name, new ShareSum(share));
      return true;
    };
    // What came in one burst says nothing of how often, and what a person wrote was never counted
    const watch = (name: string, seen: Seen): boolean => seen.days.few === null && watchCount(name, seen.count());
    const watchMost = (thing: string, size: SizeModel): void => {
      for (const { bytes, what } of DIRECTIONS) {
        const most = size[bytes].values[0];
        const name = names.of(thing, what);
        if (most !== undefined && watchCount(name, 0)) this.#most.set(name, { most, tooMany: aboveLevelOf(most) });
      }
    };
    for (const [host, { invocations, size }] of model.egress.entries()) {
      watchMost(host, size);
      watch(host, invocations);
    }
    for (const [action, { invocations, resources, size }] of model.actions.entries()) {
      watchMost(action, size);
      if (watch(action, invocations)) continue;
      for (const [key, { root }] of resources.heads)
        if (watch(`${action} ${key}`, root.all())) this.#byHead.add(action);
    }
    this.#limit = thresholdOf(this.#watched.size + others);
  }

  /** What this call brought over its threshold; then it takes twice as much as long as it goes on. */
  note(call: Call, tally: JudgedTally): Often | null {
    if (tally.calls === 1) this.#invocations++;
    if (this.#watched.size === 0 || this.#isStart(call, tally)) return null;
    if (isEgress(call)) {
      const host = egressName(call.host ?? '');
      return this.#count(host, tally.unit) ?? this.#larger(host, call, tally.unit);
    }
    let found: Often | null = null;
    for (const { action, resources } of call.access) {
      found ??= this.#count(action, tally.unit) ?? this.#larger(action, call, tally.unit);
      if (!this.#byHead.has(action)) continue;
      for (const resource of resources) found ??= this.#count(`${action} ${resourcePath(resource).key}`, tally.unit);
    }
    return found;
  }

  #larger(thing: string, call: Call, unit: number): Often | null {
    for (const { bytes, what } of DIRECTIONS) {
      const known = this.#most.get(names.of(thing, what));
      if (known === undefined || (call[bytes] ?? 0) < known.tooMany) continue;
      const often = this.#count(names.of(thing, what), unit);
      if (often !== null) return { ...often, name: thing, larger: { what, most: known.most } };
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

  #count(name: string, unit: number): Often | null {
    const watched = this.#watched.get(name);
    if (watched === undefined) return null;
    const invocations = watched.count(unit, this.#invocations, this.#limit);
    return invocations === null ? null : { name, share: watched.share, invocations };
  }
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
  readonly most: number;
  /** So many are clearly more. */
  readonly tooMany: number;
}

const DIRECTIONS = [
  { bytes: 'bytesOut', what: 'bytes sent' },
  { bytes: 'bytesIn', what: 'bytes received' },
] as const;
const names = new Joined(' ');
const SELDOM = 0.05;
const MAX_STARTS = 1_000;
