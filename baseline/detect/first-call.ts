import type { Call } from '../call.ts';
import { SEVERITIES } from '../finding.ts';
import type { JudgedTally } from '../learn/tally.ts';
import type { Follows } from '../model/follows.ts';
import { START } from '../names/step.ts';
import type { Deviation } from './deviation.ts';
import type { Steps } from './steps.ts';

/**
 * Lambda tells of an invocation and lets it run at once, so the first call of one may be seen before the event, and bears the id of the invocation before. A second tenant or an
 * odd step at the end of an invocation may then be the beginning of the next. What company and order say of such a call is told when the next call of its environment has shown
 * whose it was: one more of the same invocation, or one that begins the next as all begin. Where the next one begins with what comes after this call, its beginning was this call;
 * but whoever owns the process can begin it so, and the machine is not late twice in a row. What nobody will show any more is told a severity lower.
 */
export class FirstCalls {
  readonly #steps: Steps;
  readonly #beginnings: ReadonlyMap<string, Follows> | undefined;
  /** By environment. */
  readonly #waiting = new Map<string, Waiting>();
  /** By environment: the invocation of its last call, and whether that could have been the beginning of the next. */
  readonly #last = new Map<string, Last>();
  /** The environment that called last: mostly there is one. */
  #latest: { readonly environment: string; readonly last: Last } | null = null;
  /** By environment: the last invocation whose beginning was taken for the end of the one before. */
  readonly #late = new Map<string, number>();

  constructor(steps: Steps) {
    this.#steps = steps;
    this.#beginnings = steps.follows.get(START);
  }

  /** False where the call that should have come before it may have been counted with the invocation before. */
  isSure(call: Call, tally: JudgedTally): boolean {
    if (call.invocation === null) return false;
    const last = this.#last.get(call.environment ?? '');
    return last === undefined || last.unit === tally.unit || !last.begins;
  }

  /** What is told of this call now; the rest waits. */
  keep(call: Call, tally: JudgedTally, found: readonly Deviation[]): readonly Deviation[] {
    const environment = call.environment ?? '';
    this.#note(environment, tally);
    if (found.length === 0) return found;
    const doubtful = this.#isDoubtful(call, tally) ? found.filter(waits) : NOTHING;
    if (doubtful.length === 0) return found;
    const waiting = this.#waiting.get(environment) ?? { unit: tally.unit, step: null, deviations: [] };
    waiting.step = tally.current;
    put(this.#waiting, environment, waiting);
    for (const deviation of doubtful)
      if (waiting.deviations.filter(({ detector }) => detector === deviation.detector).length < MAX_CALLS)
        waiting.deviations.push({ ...deviation, call });
    return found.filter((deviation) => !doubtful.includes(deviation));
  }

  #note(environment: string, tally: JudgedTally): void {
    if (this.#latest?.environment !== environment) {
      const last = { unit: 0, begins: false };
      put(this.#last, environment, last);
      this.#latest = { environment, last };
    }
    const { last } = this.#latest;
    last.unit = tally.unit;
    last.begins = this.#begins(tally) !== undefined;
  }

  /** What the call shows of those before it, each with its own call. To be asked before `keep`. */
  release(call: Call, tally: JudgedTally, found: readonly Deviation[]): Waiting | null {
    if (this.#waiting.size === 0) return null;
    const environment = call.environment ?? '';
    const waiting = this.#waiting.get(environment);
    if (waiting === undefined) return null;
    // First calls that are made side by side may all have come too early
    if (waiting.unit === tally.unit && this.#isDoubtful(call, tally) && found.some(waits)) return null;
    this.#waiting.delete(environment);
    if (waiting.unit === tally.unit || this.#begins(tally)?.often === true) return waiting;
    const twice = this.#late.get(environment) === waiting.unit;
    put(this.#late, environment, tally.unit);
    return twice || !this.#goesOnFrom(waiting, tally) ? lowered(waiting) : null;
  }

  /** What still waits when no call will come any more. Of company only: a refused call hides order, and what is told must not hang on that. */
  end(): readonly Waiting[] {
    const left = [...this.#waiting.values()].map(lowered);
    this.#waiting.clear();
    return left.map((waiting) => ({
      ...waiting,
      deviations: waiting.deviations.filter(({ detector }) => detector === 'company'),
    }));
  }

  #goesOnFrom({ step }: Waiting, { current }: JudgedTally): boolean {
    return step !== null && current !== null && this.#steps.follows.get(step)?.has(current) === true;
  }

  /** Could be the first call of the next invocation. Without Lambda nobody stamps a call too late. */
  #isDoubtful(call: Call, tally: JudgedTally): boolean {
    return call.invocation !== null && tally.calls > 1 && this.#begins(tally) !== undefined;
  }

  /** How often invocations begin with the step of this call. */
  #begins({ current }: JudgedTally) {
    return current === null ? undefined : this.#beginnings?.get(current);
  }
}

interface Last {
  unit: number;
  begins: boolean;
}

export interface Waiting {
  readonly unit: number;
  /** Of the last of its calls. */
  step: string | null;
  /** Each with the call that it is about. */
  readonly deviations: Deviation[];
}

/** Perhaps it was the machine. */
const lowered = (waiting: Waiting): Waiting => ({
  ...waiting,
  deviations: waiting.deviations.map((deviation) => ({
    ...deviation,
    severity: SEVERITIES[Math.max(SEVERITIES.indexOf('low'), SEVERITIES.indexOf(deviation.severity) - 1)]!,
  })),
});

const waits = ({ detector }: Deviation): boolean => detector === 'company' || detector === 'order';

function put<T>(map: Map<string, T>, environment: string, value: T): void {
  map.delete(environment);
  map.set(environment, value);
  if (map.size > MAX) map.delete(map.keys().next().value!);
}

const NOTHING: readonly Deviation[] = [];
const MAX = 256;
/** Of each detector: a refused call hides order only, and company must not hang on that. */
const MAX_CALLS = 8;
