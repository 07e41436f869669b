import { type Call, isEgress } from '../call.ts';
import type { JudgedTally } from '../learn/tally.ts';
import { unitOf } from '../learn/unit.ts';
import { failed, START } from '../names/step.ts';
import { remember } from './remember.ts';
import { riskOfEach } from './risk.ts';
import type { Sampling } from './sampling.ts';
import type { Steps } from './steps.ts';
import { type Burst, Succession } from './succession.ts';
import { type Ending, type Taken, Ways } from './ways.ts';

/**
 * How the invocations of one function end, held against how often they ended so while it was learned. That one has ended shows when its environment has begun the next but one: a call of it may
 * still be answered during the next, and the first call of that may bear its id (`first-call.ts`). Where one went on when it was taken to have ended, that is waited for from then on. One that was
 * refused something, or got no answer or a bad one, breaks off as it should, and one with a step in an odd order is told of by that: they count as ones that went on. Connections to hosts say nothing: they close long after, or never.
 */
export class Endings {
  readonly #steps: Steps;
  readonly #refused: (unit: string) => boolean;
  readonly #ways: Ways;
  /** Of each ending. */
  readonly #risk: number;
  readonly #endings = new Map<string, Succession>();
  readonly #environments = new Map<string, Environment>();
  #latest: Open | null = null;
  #ended = 0;

  /** `refused`: whether an invocation was refused something. */
  constructor(steps: Steps, refused: (unit: string) => boolean) {
    this.#steps = steps;
    this.#refused = refused;
    this.#ways = new Ways(steps.sampled, steps.sampledHours);
    this.#risk = riskOfEach(steps.share.size) ** CERTAIN;
  }

  /** Counts the call in. What it shows to have ended, where such endings have come too often. `odd`: that something else is told of it. `sure`: that the invocation has no earlier call. */
  note(call: Call, tally: JudgedTally, odd: boolean, sure: boolean): readonly Ended[] {
    // What no invocation is known of is taken by the minute, and a minute breaks off anywhere
    if (call.invocation === null) return NOTHING;
    const ended = this.#latest?.unit === tally.unit ? NOTHING : this.#enter(call, tally, sure);
    const open = this.#latest;
    if (open === null) return ended;
    open.broken ||= odd || tally.interrupted || failed(call);
    if (isEgress(call)) return ended;
    open.call = call;
    open.broken ||= tally.current === null || call.status === null;
    if (tally.current !== null) open.taken = this.#ways.take(open.taken, tally.current);
    return ended;
  }

  /** What ended, when no call will come any more. */
  end(): readonly Ended[] {
    const ended = [...this.#environments.values()].flatMap((environment) => this.#settle(environment, 0));
    this.#environments.clear();
    this.#latest = null;
    return ended;
  }

  #enter(call: Call, tally: JudgedTally, sure: boolean): readonly Ended[] {
    const name = call.environment ?? '';
    const environment = this.#environments.get(name) ?? { open: [], gone: [], late: LATE, doubtful: 0 };
    this.#latest = environment.open.find(({ unit }) => unit === tally.unit) ?? null;
    if (this.#latest !== null) return NOTHING;
    if (tally.calls > 1) {
      if (!isEgress(call)) waitFor(tally.unit, environment);
      return NOTHING;
    }
    const begins = tally.current !== null && this.#steps.follows.get(START)?.has(tally.current) === true;
    const broken = (!sure && !begins) || environment.doubtful > 0;
    if (environment.doubtful > 0) environment.doubtful--;
    this.#latest = { unit: tally.unit, hour: tally.hour, taken: this.#ways.start, call, broken };
    environment.open.push(this.#latest);
    const oldest = remember(this.#environments, name, environment);
    const gone = oldest === undefined ? NOTHING : this.#settle(oldest, 0);
    return [...gone, ...this.#settle(environment, environment.late)];
  }

  /** All that have ended but for the last `left`. */
  #settle({ open, gone }: Environment, left: number): Ended[] {
    const found: Ended[] = [];
    while (open.length > left) {
      const { unit, hour, taken, call, broken } = open.shift()!;
      gone.push(unit);
      if (gone.length > LATEST) gone.shift();
      this.#ended++;
      if (broken || this.#refused(unitOf(call))) continue;
      const ended = this.#count(taken, hour);
      if (ended !== null) found.push({ ...ended, unit, call });
    }
    return found;
  }

  #count(taken: Taken, hour: number): Omit<Ended, 'unit' | 'call'> | null {
    const ending = this.#ways.leftOut(taken);
    if (ending === null) return null;
    const usual = this.#usual(ending);
    const burst = usual.note(this.#ended, hour, this.#risk);
    return burst === null ? null : { ending, usual: usual.sampled.all, burst };
  }

  #usual(ending: Ending): Succession {
    const known = this.#endings.get(ending.key);
    if (known !== undefined) return known;
    const usual = new Succession(this.#ways.ended(ending));
    remember(this.#endings, ending.key, usual);
    return usual;
  }
}

export interface Ended {
  readonly ending: Ending;
  /** How many of the sampled ones ended so. */
  readonly usual: Sampling;
  /** How many ended so of late. */
  readonly burst: Burst;
  /** The last of them, and its last call. */
  readonly unit: number;
  readonly call: Call;
}

interface Environment {
  /** Its last invocations. */
  readonly open: Open[];
  /** Those before them, which were taken to have ended. */
  readonly gone: number[];
  /** So many of the last may not have ended. */
  late: number;
  /** Of so many to come nobody knows when they have ended. */
  doubtful: number;
}

interface Open {
  readonly unit: number;
  /** As in `Tally`. */
  readonly hour: number;
  taken: Taken;
  /** The last one so far. */
  call: Call;
  broken: boolean;
}

/** It went on, and had been taken to have ended. Where it is none of the last, an id came back (a retry), or very many run side by side. */
function waitFor(unit: number, environment: Environment): void {
  const { open, gone } = environment;
  const at = gone.lastIndexOf(unit);
  const late = gone.length - at + open.length;
  if (at >= 0 && late <= LATEST) {
    environment.late = Math.max(environment.late, late);
    return;
  }
  environment.doubtful = DOUBTFUL;
  for (const one of open) one.broken = true;
}

const NOTHING: readonly Ended[] = [];
/** Of an environment so many may not have ended, */
const LATE = 2;
/** and so many at most, where several run side by side: twice as many as a call may say to belong to. */
const LATEST = 16;
const DOUBTFUL = 64;
/** Where one breaks off others often do for a while: invocations hang together more than chance has it. */
const CERTAIN = 1.5;
