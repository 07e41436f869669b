import type { Call } from '../call.ts';
import type { Follows } from '../model/follows.ts';
import type { ActionModel, FunctionModel } from '../model/function-model.ts';
import type { Seen } from '../model/seen.ts';
import { resourcePath } from './resource-path.ts';
import { addTo, type Sums, type Tally } from './tally.ts';

/**
 * Where calls of one kind leave their traces in one model, found once. Most calls are of a kind that came before: one action on one closed resource, in the same region, with the same key.
 * What is kept of an invocation is sets, so the second such call of one invocation adds nothing to them, and only sizes and order are left to count.
 */
export class Track {
  readonly #model: FunctionModel;
  readonly #of: Call;
  readonly #credential: string;
  readonly #step: string | null;
  readonly #learned: readonly ActionModel[];
  readonly #names: readonly string[];
  readonly #sets: readonly Seen[];
  /** Of actions that had to go for others: one of these may be among them. */
  readonly #evicted: number;
  /** The invocation that was counted last, and its sums. */
  #tally: Tally | null = null;
  #sums: readonly Sums[] = [];
  #stepSums: Sums | undefined;
  /** The step that it followed last. */
  #previous: string | null = null;
  #follows: Follows | undefined;

  /** `call` has been learned the long way, in `model`. */
  constructor(model: FunctionModel, call: Call, credential: string, step: string | null) {
    this.#model = model;
    this.#of = call;
    this.#credential = credential;
    this.#step = step;
    this.#evicted = model.actions.evicted;
    const sets = [
      call.version === null ? undefined : model.versions.peek(call.version),
      call.account === null ? undefined : model.accounts.peek(call.account),
    ];
    const learned: ActionModel[] = [];
    const names: string[] = [];
    for (const { action, resources } of call.access) {
      const one = model.actions.peek(action);
      if (one === undefined) continue;
      learned.push(one);
      names.push(action);
      sets.push(one.invocations, one.regions.peek(call.region ?? 'none'), one.credentials.peek(credential));
      for (const resource of resources) sets.push(one.resources.heads.get(resource)?.root.ends ?? undefined);
    }
    this.#learned = learned;
    this.#names = names;
    this.#sets = sets.filter((set) => set !== undefined);
  }

  /** Null where calls like this one leave traces that are not the same each time. */
  static of(model: FunctionModel, call: Call, credential: string, step: string | null): Track | null {
    if (!isPlain(call) || call.access.length === 0) return null;
    const closed = call.access.every(({ resources }) =>
      resources.every((one) => resourcePath(one).path === null && !BRACES.test(one)),
    );
    return closed ? new Track(model, call, credential, step) : null;
  }

  /** Whether a call with the same access leaves the same traces. */
  leads(model: FunctionModel, call: Call, credential: string): boolean {
    const of = this.#of;
    return (
      model === this.#model &&
      model.actions.evicted === this.#evicted &&
      credential === this.#credential &&
      call.operation === of.operation &&
      call.service === of.service &&
      call.version === of.version &&
      call.region === of.region &&
      call.account === of.account &&
      isPlain(call)
    );
  }

  /** True where the invocation is another than last time: then what it stays with (`company`) is still to be looked at. */
  count(call: Call, tally: Tally): boolean {
    const learned = this.#learned;
    const anew = tally !== this.#tally;
    if (anew) {
      this.#tally = tally;
      for (const set of this.#sets) set.add(tally);
      this.#sums = this.#names.map((name) => tally.sumsOf(name));
      this.#stepSums = this.#step === null ? undefined : tally.stepSumsOf(this.#step);
    }
    for (let i = 0; i < learned.length; i++) {
      learned[i]!.size.see(call);
      addTo(this.#sums[i]!, call);
    }
    return anew;
  }

  /** After `count`, and whatever stands between. */
  countStep(call: Call, tally: Tally): void {
    const step = this.#step;
    if (step === null) return;
    if (tally.previous !== this.#previous) {
      this.#previous = tally.previous;
      this.#follows = this.#model.follows.follow(tally.previous, step);
    }
    this.#follows?.add(tally);
    tally.previous = step;
    if (this.#stepSums !== undefined) addTo(this.#stepSums, call);
  }
}

/** Answered, and well: errors leave other traces. Of a prefix it depends on the action what it leaves. */
const isPlain = (call: Call): boolean =>
  call.certainty === 'exact' &&
  call.errorCode === null &&
  call.status !== null &&
  call.status < 400 &&
  call.prefix === null &&
  call.service !== null;

const BRACES = /[{}]/;
