import type { Call } from '../call.ts';
import { failed } from '../learn/step.ts';
import type { JudgedTally } from '../learn/tally.ts';
import type { Deviation } from './deviation.ts';
import type { Waiting } from './first-call.ts';
import type { Normal } from './normal.ts';
import { remember } from './remember.ts';
import { atMost, Repeats, thresholdOf } from './repeats.ts';

/**
 * What nearly all invocations do, left out again and again: the record that says who was there, or all that comes after a way out. One invocation that breaks off is none; one in three is. It can
 * be told only once the invocation is over, which the next one of its environment shows. Those in which something failed, was refused or is outside the scope do not count: they broke off because of it; nor do those of a version that was
 * not learned, whose code is another.
 */
export class Missing {
  readonly #watched = new Map<string, Repeats>();
  readonly #threshold: number;
  /** By environment, its invocation under way. */
  readonly #open = new Map<string, Open>();
  #invocations = 0;
  readonly #versions: Normal['model']['versions'];

  /** `others`: sums that are watched besides. */
  constructor({ steps: { share, sampled }, model }: Normal, others: number) {
    this.#versions = model.versions;
    if (sampled.length >= ENOUGH)
      for (const [step, present] of share) {
        const absent = atMost(Math.round((1 - present) * sampled.length), sampled.length);
        if (absent <= SELDOM) this.#watched.set(step, new Repeats(absent));
      }
    this.#threshold = thresholdOf(others);
  }

  /** Counts the call in; what is told is about the invocation before. */
  note(call: Call, tally: JudgedTally, isBroken: boolean): Waiting | null {
    if (this.#watched.size === 0 || call.invocation === null) return null;
    const environment = call.environment ?? '';
    const open = this.#open.get(environment);
    const broken =
      isBroken || failed(call) || (call.version !== null && this.#versions.peek(call.version) === undefined);
    if (open?.tally === tally) {
      open.call = call;
      open.isBroken ||= broken;
      return null;
    }
    // Where one goes on beside another, it is never known which is over
    const overlap = open?.overlap === true || tally.calls > 1;
    remember(this.#open, environment, { tally, call, overlap, isBroken: broken || overlap });
    return open === undefined || open.isBroken || overlap ? null : this.#end(open);
  }

  #end({ call, tally }: Open): Waiting | null {
    this.#invocations++;
    let found: Deviation | null = null;
    for (const [step, absent] of this.#watched) {
      if ((tally.steps.get(step)?.calls ?? 0) > 0) continue;
      const invocations = absent.count(tally.unit, this.#invocations, this.#threshold);
      if (invocations !== null) found ??= deviation(call, step, absent.share, invocations);
    }
    return found === null ? null : { unit: tally.unit, step: null, deviations: [found] };
  }
}

const deviation = (call: Call, step: string, share: number, invocations: number): Deviation => ({
  detector: 'drift',
  kind: 'unusual',
  key: `missing: ${step}`,
  severity: 'medium',
  score: 0.6,
  action: call.access[0]?.action ?? null,
  resource: call.access[0]?.resources[0] ?? call.host,
  reason: `For ${invocations} invocations ${step} was left out in far more of them than usual (one in ${Math.floor(1 / share)} at most)`,
  techniques: ['T1562'],
  call,
  about: 'call',
});

interface Open {
  readonly tally: JudgedTally;
  /** The last one. */
  call: Call;
  isBroken: boolean;
  /** Of the environment. */
  readonly overlap: boolean;
}

/** Sampled invocations. */
const ENOUGH = 100;
const SELDOM = 0.1;
