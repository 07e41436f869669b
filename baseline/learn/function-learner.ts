import { type Call, isEgress } from '../call.ts';
import { FunctionModel } from '../model/function-model.ts';
import { egressName } from '../names/egress-name.ts';
import { askedFor } from '../names/prefix.ts';
import { resourcePath } from '../names/resource-path.ts';
import { AGAIN, failed, stepOf } from '../names/step.ts';
import { type CompanyNotes, company } from './company.ts';
import { IssuedKeys, lineageOf } from './credential.ts';
import { codeOf, isFruitless, isUnanswered, isUnreached, NO_ANSWER } from './denial.ts';
import { OpenTallies, Tally } from './tally.ts';
import { Track } from './track.ts';
import { unitOf } from './unit.ts';

/** Learns one function. Takes about a microsecond a call; memory is bounded by the caps of `FunctionModel` and of the open invocations. */
export class FunctionLearner {
  #model = new FunctionModel();
  /** What was taken before; null where nothing was, or nobody asks for it again. Of invocations that are open it has no sums yet. */
  #taken: FunctionModel | null = null;
  readonly #issued = new IssuedKeys();
  readonly #open = new OpenTallies((unit, day, closed: Tally | null) => {
    if (closed === null) return new Tally(unit, day);
    if (!closed.told) settle(closed, this.#model);
    if (this.#taken !== null) settle(closed, this.#taken);
    return closed.begin(unit, day);
  });
  /** By what a call needs (readers and the sensor give the same list again where a call needs the same), or by the place or host that it is about. */
  readonly #tracks = new Map<Call['access'] | string, Track>();
  readonly #remembers: boolean;
  /** Whose call it is that is being learned. */
  #noted: Tally | null = null;
  readonly #notes: CompanyNotes = {
    several: (slot) => this.#model.several.get(slot)?.add(this.#noted!),
    named: (place, at, _, isRepeated) => this.#model.repeats.get(place)?.get(at).add(isRepeated, this.#noted!),
  };

  /** `remembers`: calls of a kind that came before take a shorter way, to the same end. */
  constructor(remembers = true) {
    this.#remembers = remembers;
  }

  observe(call: Call): void {
    if (call.issuedAccessKeyId !== null) this.#issued.add(call.issuedAccessKeyId);
    const tally = this.#open.of(unitOf(call), call.time);
    tally.told = false;
    const model = this.#model;
    model.see(tally, call.time, call.version);
    const lineage = lineageOf(call, this.#issued);
    const credential = lineage === 'foreign' ? call.accessKeyId! : lineage;
    const track = this.#tracks.get(call.access);
    if (track?.leads(model, call, credential) === true) {
      this.#follow(track, call, tally);
      return;
    }
    const key = this.#remembers ? Track.keyOf(call) : null;
    const alike = typeof key === 'string' ? this.#tracks.get(key) : undefined;
    if (alike?.leads(model, call, credential) === true) {
      this.#follow(alike, call, tally);
      return;
    }
    if (isEgress(call)) {
      const host = egressName(call.host ?? '');
      const egress = isUnreached(call) ? undefined : model.egress.get(host);
      if (isUnreached(call)) model.unreached.add(host, tally);
      if (egress !== undefined) {
        egress.invocations.add(tally);
        egress.size.see(call, tally.day);
      }
      tally.add(host, call);
    } else if (call.certainty === 'ambiguous') {
      return; // Never learned: what can be read in two ways is normal in neither.
    } else {
      this.#learnCall(call, tally, credential);
    }
    this.#noteCompany(call, tally);
    const step = stepOf(call);
    if (step !== null) this.#learnOrder(call, tally, step);
    if (key === null) return;
    if (this.#tracks.size >= MAX_TRACKS) this.#endTracks();
    this.#tracks.get(key)?.settle();
    this.#tracks.set(key, new Track(model, call, credential, step));
  }

  #follow(track: Track, call: Call, tally: Tally): void {
    if (track.count(call, tally)) this.#noteCompany(call, tally);
    track.countStep(call, tally);
  }

  #noteCompany(call: Call, tally: Tally): void {
    this.#noted = tally;
    company(call, tally, this.#notes);
  }

  #learnCall(call: Call, tally: Tally, credential: string): void {
    const model = this.#model;
    if (call.account !== null) model.accounts.add(call.account, tally);
    for (const { action, resources } of call.access) {
      const learned = model.actions.get(action);
      if (learned === undefined) continue;
      learned.invocations.add(tally);
      learned.regions.add(call.region ?? 'none', tally);
      learned.credentials.add(credential, tally);
      const isFutile = isFruitless(call);
      for (const resource of resources) {
        const path = resourcePath(askedFor(resource, action, call));
        (isFutile ? learned.fruitless : learned.resources).add(path, tally);
        if (!isFutile) model.noteAge(action, path, tally.day);
      }
      if (call.errorCode !== null) learned.errors.add(call.errorCode, tally);
      else if (isUnanswered(call)) learned.errors.add(NO_ANSWER, tally);
      else if (failed(call)) learned.errors.add(codeOf(call), tally);
      learned.size.see(call, tally.day);
      tally.add(action, call);
    }
  }

  #learnOrder(call: Call, tally: Tally, step: string): void {
    const { follows } = this.#model;
    follows.follow(tally.previous, step)?.add(tally);
    if (tally.comesBackTo(tally.stepSumsOf(step))) follows.follow(AGAIN, step)?.add(tally);
    tally.previous = failed(call) ? `${step}!` : step;
    tally.step(step, call);
  }

  #endTracks(): void {
    for (const track of this.#tracks.values()) track.settle();
    this.#tracks.clear();
  }

  /** All that was learned since the start, what is open as it is now. A model of its own: an invocation's sums are none of the function's before it is over. */
  model(): FunctionModel {
    for (const track of this.#tracks.values()) track.settle();
    const whole = new FunctionModel();
    if (this.#taken !== null) whole.join(this.#taken);
    whole.join(this.#model);
    for (const tally of this.#open) settle(tally, whole);
    return whole;
  }

  /** Hands out what was learned since the last time, and begins a new model; open invocations and issued keys stay known. Null where nothing came since. `keeps`: `model` is to have it, too. */
  take(keeps: boolean): FunctionModel | null {
    const model = this.#model;
    if (model.invocations.count() === 0) return null;
    this.#endTracks();
    this.#model = new FunctionModel();
    if (keeps) {
      this.#taken ??= new FunctionModel();
      this.#taken.join(model);
    }
    for (const tally of this.#open) {
      if (!tally.told) settle(tally, model);
      tally.told = true;
    }
    return model;
  }
}

/** An invocation's sums as they are. */
function settle(tally: Tally, model: FunctionModel): void {
  for (let at = 0; at < tally.things.size; at++) {
    const sums = tally.things.at(at);
    const size = (model.actions.peek(sums.name) ?? model.egress.peek(sums.name))?.size;
    if (size === undefined) continue;
    size.sum(sums, tally.day);
  }
  model.sample.put(tally, tally.steps);
}

const MAX_TRACKS = 512;
