import { createHash } from 'node:crypto';
import type { Demand } from '../approval/accept.ts';
import type { BaselineDocument } from '../model/document.ts';
import { FunctionModel } from '../model/function-model.ts';
import { type Aggregated, aggregator } from './aggregation.ts';
import { type Approvals, createApprovals } from './approved.ts';
import { type BreakGlassSwitch, breakGlassSwitch } from './break-glass.ts';
import { readCandidate } from './candidate.ts';
import { copiesIn } from './cold-start.ts';
import { Deployments } from './deployments.ts';
import { fitting, hasRoom } from './door.ts';
import { type FirstLook, firstLook, type Judging } from './first-look.ts';
import { type IsolationSwitch, isolationSwitch } from './isolation.ts';
import { type Key, type KeyValue, SLOTS, StoreError, slotKey } from './key-value.ts';
import { fitsSlot, joinLearned, type Learned, type LearnedDocument, learnedDocument, pack, split } from './learned.ts';
import { type Known, knownOf, newsIn } from './news.ts';
import { hourOf, newOrigins, originsOf } from './origins.ts';
import { forget, type Pending, pending } from './reset.ts';
import { settling } from './settling.ts';
import { readSlot } from './slot.ts';

/**
 * Baselines of a fleet. An environment joins what it learned into one of a function's few slots and writes only where that changes something; the aggregation joins
 * the slots into the candidate; a person approves it. Documents join as sets, so that loss of order, repetition and crashes do no harm, and a function's role can be
 * allowed its own slots by name: it cannot reach what is approved, nor others', nor fill the store.
 */
export interface Fleet {
  /** What sensors judge by. Null where nothing is approved. BaselineError where it is not what is demanded. */
  approved(fn: string, demand: Demand): Promise<BaselineDocument | null>;
  /** The same and the switches, as a sensor of this function asks for them when it starts. */
  firstLook(fn: string, judging: Judging, demand: Demand): FirstLook;
  readonly approvals: Approvals;
  readonly breakGlass: BreakGlassSwitch;
  isolation(fn: string): IsolationSwitch;
  /** What is known to have been learned, with where it comes from; null where nothing is. */
  candidate(fn: string): Promise<LearnedDocument | null>;
  /** Joins what one environment has learned into a slot, where it is worth a write. */
  contribute(handIn: HandIn): Promise<Outcome>;
  /** Joins all that was handed in into the candidates. */
  aggregate(): Promise<Aggregated>;
  /** What was learned of a function and waits for approval, and to have all of that forgotten. */
  pending(fn: string): Promise<Pending>;
  forget(fn: string): Promise<void>;
  /** Functions with a candidate. */
  functions(): AsyncIterable<string>;
  /** Functions whose isolation switch is turned. */
  isolated(): AsyncIterable<string>;
  /** Functions with something in their slots that the aggregation has not joined yet; once for each slot. */
  handedIn(): AsyncIterable<string>;
}

/** What an environment hands in. */
export interface HandIn {
  /** Its name, as the store knows it. */
  readonly function: string;
  readonly environment: string;
  readonly version: string | null;
  /** Under which it was invoked. */
  readonly aliases: readonly string[];
  readonly learned: BaselineDocument;
  /** The environment ends: what is not written now never is. */
  readonly last: boolean;
}

/** later: only numbers have grown, which wait for more, or for the end. known: nothing is new. */
export type Outcome = 'written' | 'known' | 'later';

/** `clock`: milliseconds. `report`: what is not as it should be, and does no harm. */
export function createFleet(
  store: KeyValue,
  clock: () => number = Date.now,
  report: (problem: string) => void = () => {},
): Fleet {
  /** As this process has seen them, with what it has handed in itself: an environment asks once. */
  const candidates = new Map<string, Known>();
  const approvals = createApprovals(store);
  const glass = breakGlassSwitch(store);
  const copies = copiesIn(store, approvals.newest, clock, report);

  /** `fns`: for whom it may have held; null for all. */
  async function ended(one: { end(): Promise<boolean> }, fns: readonly string[] | null): Promise<boolean> {
    const was = await one.end();
    if (was) await copies.renew(fns);
    return was;
  }

  /** Joins into the function's slots; true where that changed one. What fits into none as a whole goes there in parts. */
  async function joinSlots(fn: string, environment: string, own: Learned): Promise<boolean> {
    const whole = await joinSlot(fn, environment, own);
    if (whole !== 'full') return whole === 'changed';
    let changed = false;
    for (const bytes of split(fn, own, 2, store.largest, fitsSlot) ?? [null]) {
      const part = bytes === null ? null : readSlot(bytes, fn);
      const joined = part?.learned == null ? 'full' : await joinSlot(fn, environment, part.learned);
      if (joined === 'full')
        throw new StoreError(store.name, `takes no more of the function ${fn} until it is aggregated`, 'slots full');
      changed ||= joined === 'changed';
    }
    return changed;
  }

  /** The environment's own slot comes first; one that is full leaves it to the next. Names that somebody made up may crowd all of them: then they go. */
  async function joinSlot(fn: string, environment: string, own: Learned): Promise<'changed' | 'same' | 'full'> {
    const first = createHash('sha256').update(environment).digest()[0]!;
    let crowded: Key | null = null;
    for (let at = 0; at < SLOTS; at++) {
      const key = slotKey(fn, first + at);
      const joined = await joinInto(key, own);
      if (joined === 'crowded') crowded ??= key;
      else if (joined !== 'full') return joined;
    }
    return crowded === null ? 'full' : replace(crowded, own);
  }

  async function joinInto(key: Key, own: Learned): Promise<'changed' | 'same' | 'full' | 'crowded'> {
    return settling<'changed' | 'same' | 'full' | 'crowded'>(store, async () => {
      const value = await store.get(key, true);
      // What cannot be read there (a function may have written nonsense into its own slot) is replaced by what is known to be good.
      const there = value === null ? null : readSlot(value.bytes, key.function).learned;
      if (there !== null && !hasRoom(own, there)) return 'crowded';
      const bytes = pack(key.function, there === null ? own : joinLearned([there, own]), store.largest, fitsSlot);
      if (bytes === null) return 'full';
      if (value !== null && Buffer.compare(value.bytes, bytes) === 0) return 'same';
      return (await store.put(key, bytes, value?.tag ?? null)) ? 'changed' : null;
    });
  }

  async function replace(key: Key, own: Learned): Promise<'changed' | 'full'> {
    const bytes = pack(key.function, own, store.largest, fitsSlot);
    if (bytes === null) return 'full';
    return settling(store, async () => {
      const value = await store.get(key, true);
      return (await store.put(key, bytes, value?.tag ?? null)) ? 'changed' : null;
    });
  }

  async function known(fn: string): Promise<Known> {
    let candidate = candidates.get(fn);
    if (candidate === undefined) {
      const { learned } = await readCandidate(store, fn, false);
      candidate = knownOf(learned === null ? null : joinLearned([learned]));
      candidates.set(fn, candidate);
    }
    return candidate;
  }

  return {
    approved: approvals.load,
    firstLook: (fn, judging, demand) => firstLook(store, fn, judging, demand),
    approvals: {
      ...approvals,
      publish: (fn, text) => copies.publishing(fn, () => approvals.publish(fn, text)),
    },
    breakGlass: {
      ...glass,
      turn: (value) => copies.turning(value.functions, () => glass.turn(value)),
      end: () => ended(glass, null),
    },
    isolation(fn) {
      const one = isolationSwitch(store, fn);
      return { ...one, turn: (value) => copies.turning([fn], () => one.turn(value)), end: () => ended(one, [fn]) };
    },
    async candidate(fn) {
      const { learned } = await readCandidate(store, fn, true);
      return learned === null ? null : learnedDocument(fn, learned);
    },
    async contribute(handIn) {
      const { function: fn, environment, last } = handIn;
      const all = learnedOf(handIn);
      if (all === null) return 'known';
      const before = await known(fn);
      // What the aggregation would not let in is no news, and not worth a write.
      const own = fitting(before.learned, all);
      const now = clock();
      const { news, joined } = newsIn(own, before, now);
      if (news === 'none') return 'known';
      if (news === 'counts' && !last) return 'later';
      const written = await joinSlots(fn, environment, own);
      if (!last) candidates.set(fn, knownOf(confirmed(joined, hourOf(now))));
      return written ? 'written' : 'known';
    },
    aggregate: aggregator(store, clock),
    pending: (fn) => pending(store, fn),
    async forget(fn) {
      await forget(store, fn);
      candidates.delete(fn);
    },
    async *functions() {
      for await (const { function: fn, part } of store.list('candidate')) if (part === null) yield fn;
    },
    async *isolated() {
      for await (const { function: fn } of store.list('isolation')) yield fn;
    },
    async *handedIn() {
      for await (const { function: fn } of store.list('learned')) yield fn;
    },
  };
}

/** As the aggregation will have it: what was handed in is confirmed in this hour. */
function confirmed(joined: Learned, hour: string): Learned {
  const origins = newOrigins();
  for (const [key, origin] of joined.origins.entries()) origins.get(key)!.join(origin.stamped(hour, undefined));
  origins.join(joined.origins);
  return { ...joined, origins };
}

/** Null where nothing was learned. */
function learnedOf({ environment, version, aliases, learned }: HandIn): Learned | null {
  // Calls before the first invocation bear the function's name, later ones its ARN: one function all the same.
  const entries = Object.values(learned.functions).map(FunctionModel.from);
  if (entries.length === 0) return null;
  const model = new FunctionModel();
  for (const entry of entries) model.join(entry);
  const deployments = new Deployments();
  const { from, to } = model;
  if (version !== null && from !== null && to !== null)
    for (const alias of aliases) deployments.add(alias, version, hourNumber(from), hourNumber(to));
  return { model, origins: originsOf(model, { environment, version }), deployments };
}

const hourNumber = (time: string): number => Math.floor(Date.parse(time) / 3_600_000);
