import { type Call, isEgress } from '../call.ts';
import type { Follows } from '../model/follows.ts';
import type { FunctionModel } from '../model/function-model.ts';
import type { ResourceTree } from '../model/resource-tree.ts';
import { Seen } from '../model/seen.ts';
import type { SizeModel } from '../model/size-model.ts';
import { addTo, type Sums } from '../model/sums.ts';
import { isBraced } from '../names/braces.ts';
import { egressName } from '../names/egress-name.ts';
import { resourcePath } from '../names/resource-path.ts';
import { AGAIN, failed, stepOf } from '../names/step.ts';
import { isUnreached } from './denial.ts';
import type { Tally } from './tally.ts';

/**
 * Where calls of one kind leave their traces in one model, found once. Most calls are of a kind that came before: the same actions on the same closed resources or one action on some object of one
 * bucket, in the same region, with the same key; a connection to the same host. What is kept of an invocation is sets, so the second such call of one invocation adds nothing to them, and only
 * names that vary, sizes and order are left to count.
 */
export class Track {
  readonly #model: FunctionModel;
  readonly #of: Call;
  readonly #credential: string;
  readonly #step: string | null;
  readonly #traces: Traces;
  /** Invocations that are still to be added to all sets. */
  readonly #seen = new Seen();
  /** Of actions that had to go for others: one of these may be among them. */
  readonly #evicted: number;
  /** The invocation that was counted last, what its last call needed, and its sums. */
  #tally: Tally | null = null;
  #turn = 0;
  #access: Call['access'] | null = null;
  readonly #sums: Sums[] = [];
  #stepSums: Sums | undefined;
  /** The step that it followed last. */
  #previous: string | null = null;
  #follows: Follows | undefined;

  /** `call` has been learned the long way, in `model`, and has a key. */
  constructor(model: FunctionModel, call: Call, credential: string, step: string | null) {
    this.#model = model;
    this.#of = call;
    this.#credential = credential;
    this.#step = step;
    this.#evicted = model.actions.evicted;
    this.#traces = isEgress(call) ? ofHost(model, call) : ofActions(model, call, credential);
  }

  /** What the track of calls like this one is kept under; null where they leave traces that are not the same each time. */
  static keyOf(call: Call): Call['access'] | string | null {
    if (isEgress(call)) return isPlain(call) ? call.host : null;
    const { access } = call;
    if (!isPlain(call) || access.length === 0) return null;
    if (access.length === 1 && access[0]!.resources.length === 1) {
      const resource = access[0]!.resources[0]!;
      const { path } = resourcePath(resource);
      if (path !== null) return isBraced(resource) ? null : stepOf(call);
    }
    const closed = access.every(({ resources }) =>
      resources.every((one) => resourcePath(one).path === null && !isBraced(one)),
    );
    return closed ? access : null;
  }

  /** Whether a call of the same key leaves the same traces. */
  leads(model: FunctionModel, call: Call, credential: string): boolean {
    const of = this.#of;
    return (
      model === this.#model &&
      model.actions.evicted === this.#evicted &&
      credential === this.#credential &&
      call.operation === of.operation &&
      call.service === of.service &&
      call.region === of.region &&
      call.account === of.account &&
      (call.service !== null || call.host === of.host) &&
      (this.#traces.open === null || call.access[0]!.action === of.access[0]!.action) &&
      isPlain(call)
    );
  }

  /** True where what it stays with (`company`) is still to be looked at: not where the invocation has just made the very same call. */
  count(call: Call, tally: Tally): boolean {
    const { sizes, names, open } = this.#traces;
    const anew = tally !== this.#tally || tally.turn !== this.#turn;
    if (anew) {
      this.#tally = tally;
      this.#turn = tally.turn;
      this.#seen.add(tally);
      for (let i = 0; i < names.length; i++) this.#sums[i] = tally.sumsOf(names[i]!);
      this.#stepSums = this.#step === null ? undefined : tally.stepSumsOf(this.#step);
    }
    for (let i = 0; i < sizes.length; i++) {
      sizes[i]!.see(call, tally.day);
      addTo(this.#sums[i]!, call);
    }
    if (open === null || (!anew && call.access === this.#access)) return anew;
    this.#access = call.access;
    const { action, resources } = call.access[0]!;
    const path = resourcePath(resources[0]!);
    open.add(path, tally);
    this.#model.noteAge(action, path, tally.day);
    return true;
  }

  /** What was counted comes into the model: sets are joined, so one stands for all of them until somebody asks. */
  settle(): void {
    for (const set of this.#traces.sets) set.join(this.#seen);
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
    const sums = this.#stepSums;
    if (sums !== undefined) {
      if (tally.comesBackTo(sums)) this.#model.follows.follow(AGAIN, step)?.add(tally);
      addTo(sums, call);
    }
    tally.previous = step;
  }
}

interface Traces {
  /** What the first call of an invocation adds itself to. */
  readonly sets: readonly Seen[];
  /** What each call is counted in: sizes, and by its place here the name of the invocation's sums. */
  readonly sizes: readonly SizeModel[];
  readonly names: readonly string[];
  /** Where names that vary go; null where none do. */
  readonly open: ResourceTree | null;
}

function ofActions(model: FunctionModel, call: Call, credential: string): Traces {
  const sets = [call.account === null ? undefined : model.accounts.peek(call.account)];
  const sizes: SizeModel[] = [];
  const names: string[] = [];
  let open: ResourceTree | null = null;
  for (const { action, resources } of call.access) {
    const one = model.actions.peek(action);
    if (one === undefined) continue;
    sizes.push(one.size);
    names.push(action);
    sets.push(one.invocations, one.regions.peek(call.region ?? 'none'), one.credentials.peek(credential));
    for (const resource of resources) {
      if (resourcePath(resource).path !== null) open = one.resources;
      else sets.push(one.resources.heads.get(resource)?.root.ends ?? undefined);
    }
  }
  return { sets: sets.filter((set) => set !== undefined), sizes, names, open };
}

function ofHost(model: FunctionModel, call: Call): Traces {
  const name = egressName(call.host ?? '');
  const host = model.egress.peek(name);
  return {
    sets: host === undefined ? [] : [host.invocations],
    sizes: host === undefined ? [] : [host.size],
    names: [name],
    open: null,
  };
}

/** Answered, and well: errors and redirects leave other traces. Of a prefix it depends on the action what it leaves. */
const isPlain = (call: Call): boolean =>
  call.certainty === 'exact' &&
  call.errorCode === null &&
  call.prefix === null &&
  (call.service === null
    ? call.operation === 'CONNECT' && !failed(call) && !isUnreached(call)
    : call.status !== null && call.status < 300);
