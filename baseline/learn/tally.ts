import type { Call } from '../call.ts';
import { dayOf } from '../model/days.ts';
import { hourSince1970 } from '../model/hours.ts';
import type { Sighting } from '../model/seen.ts';
import { addTo, type Sums } from '../model/sums.ts';
import { isOverload, operationOf, START } from '../names/step.ts';
import { unitHash } from '../names/unit-hash.ts';
import { Few } from './few.ts';

/** What one invocation has done so far: the sums that only the whole of it shows. Plain state, one per open invocation. */
export class Tally implements Sighting {
  unit: number;
  day: number;
  /** Hour that it began in, since 1970; -1 where the time is not known. */
  hour = -1;
  /** Which of the invocations it is that it has been in turn. */
  turn = 0;
  readonly things = new Few<Sums>();
  readonly steps = new Few<Sums>();
  /** By place of `company`. */
  readonly firsts = new Few<Firsts>();
  /** What it named in paths, in all places together. */
  readonly names = new Few<NamedThing>();
  /** The last step, with `!` where it failed. */
  previous = START;
  /** Whether the sums were handed out as they are (`FunctionLearner.take`). */
  told = true;

  /** An invocation counts for the day that it began on. */
  constructor(unit: number, day: number) {
    this.unit = unit;
    this.day = day;
  }

  /** It is another invocation from now on: thousands are open at a time, and each one made anew is moved about by the collector until it is over. */
  begin(unit: number, day: number): this {
    this.unit = unit;
    this.day = day;
    this.turn++;
    this.things.clear();
    this.steps.clear();
    this.firsts.clear();
    this.names.clear();
    this.previous = START;
    this.told = true;
    return this;
  }

  /** Adds a call's sizes to what it was about (an action or an egress host). What the service was too busy to answer is tried again: it counts for nothing. */
  add(thing: string, call: Call): Sums {
    const sums = this.sumsOf(thing);
    if (!isOverload(call)) addTo(sums, call);
    return sums;
  }

  sumsOf(thing: string): Sums {
    return sumsIn(this.things, thing);
  }

  step(name: string, call: Call): void {
    addTo(this.stepSumsOf(name), call);
  }

  stepSumsOf(name: string): Sums {
    return sumsIn(this.steps, name);
  }

  /** True where the step, which is still to be counted, was taken before and comes after another operation now: not where it is tried again, or one of many things has its turn again. */
  comesBackTo({ name, calls }: Sums): boolean {
    return calls > 0 && name !== NO_ROOM && this.previous !== name && operationOf(this.previous) !== operationOf(name);
  }
}

/** What is beyond the cap has sums that nobody asks for. */
function sumsIn(sums: Few<Sums>, name: string): Sums {
  const known = sums.get(name);
  if (known !== undefined) return known;
  if (sums.size >= MAX_THINGS) return noSums();
  const made = sums.add(name, noSums);
  made.calls = 0;
  made.bytesOut = 0;
  made.bytesIn = 0;
  made.items = 0;
  return made;
}

const NO_ROOM = '';
const noSums = (): Sums => ({ name: NO_ROOM, calls: 0, bytesOut: 0, bytesIn: 0, items: 0 });

/** The same with what only judging asks for; its steps are folded. */
export class JudgedTally extends Tally {
  /** Actions that the function has never used, or hardly ever. */
  readonly strange = new Set<string>();
  /** Actions that came with a resource, or `CONNECT` where a host came, that is outside the scope. */
  readonly newcomers = new Set<string>();
  /** Calls answered with an error, by action. */
  readonly errors = new Map<string, number>();
  /** A call between the last one and this was refused. */
  interrupted = false;
  /** Its first call was not counted with the invocation before, as far as anybody can see. */
  isWhole = true;
  /** The step before the last one. */
  before = START;
  /** The call of the last step, and of the one before. */
  last: Call | null = null;
  lastBefore: Call | null = null;
  /** Whether the invocation came back to the step after others, all of them known. */
  isAgain = false;
  /** The step of the call that is being judged, folded; null where it could not be named. */
  current: string | null = null;
  calls = 0;

  override begin(unit: number, day: number): this {
    super.begin(unit, day);
    // Emptying what is empty makes it anew
    if (this.strange.size > 0) this.strange.clear();
    if (this.newcomers.size > 0) this.newcomers.clear();
    if (this.errors.size > 0) this.errors.clear();
    this.interrupted = false;
    this.isWhole = true;
    this.before = START;
    this.last = null;
    this.lastBefore = null;
    this.isAgain = false;
    this.current = null;
    this.calls = 0;
    return this;
  }
}

/** The first names at one place in an invocation, by depth. */
export interface Firsts {
  name: string;
  readonly names: (string | undefined)[];
}

/** A folder, or a file without its extension. */
export interface NamedThing {
  name: string;
  /** Where it was named first, as in `company`. */
  place: string;
  at: number;
}

/** Sizes are NaN where a call did not tell its own. */
const MAX_THINGS = 128;

/** Open invocations, the least recently used closed first: in Lambda one, in logs of many environments as many as overlap. */
export class OpenTallies<T extends Tally> {
  readonly #open = new Map<string, Place<T>>();
  readonly #make: (unit: number, day: number, closed: T | null) => T;
  /** The ends of the list of places, by use. */
  #newest: Place<T> | null = null;
  #oldest: Place<T> | null = null;

  /** `make` is handed the tally of the invocation that is closed for the new one, where one is, and may begin that one anew. */
  constructor(make: (unit: number, day: number, closed: T | null) => T) {
    this.#make = make;
  }

  /** `time` is that of the call. */
  of(unit: string, time: string | null): T {
    const newest = this.#newest;
    if (newest !== null && newest.unit === unit) return newest.tally;
    let place = this.#open.get(unit);
    if (place === undefined) {
      place = this.#placeFor(unit, time);
      this.#open.set(unit, place);
    } else this.#unlink(place);
    place.older = this.#newest;
    if (this.#newest !== null) this.#newest.newer = place;
    this.#newest = place;
    this.#oldest ??= place;
    return place.tally;
  }

  peek(unit: string): T | undefined {
    const newest = this.#newest;
    return newest !== null && newest.unit === unit ? newest.tally : this.#open.get(unit)?.tally;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const { tally } of this.#open.values()) yield tally;
  }

  #placeFor(unit: string, time: string | null): Place<T> {
    const closed = this.#open.size < MAX_OPEN ? null : this.#oldest!;
    const day = dayOf(time);
    const tally = this.#make(unitHash(unit), day, closed?.tally ?? null);
    tally.hour = hourSince1970(time, day);
    if (closed === null) return { unit, tally, older: null, newer: null };
    this.#open.delete(closed.unit);
    this.#unlink(closed);
    closed.unit = unit;
    closed.tally = tally;
    return closed;
  }

  #unlink(place: Place<T>): void {
    const { older, newer } = place;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
    place.older = null;
    place.newer = null;
  }
}

interface Place<T> {
  unit: string;
  tally: T;
  older: Place<T> | null;
  newer: Place<T> | null;
}

const MAX_OPEN = 256;
