import type { Call } from '../call.ts';
import { START } from '../learn/step.ts';
import type { JudgedTally } from '../learn/tally.ts';
import type { Deviation } from './deviation.ts';
import type { Steps } from './steps.ts';

/**
 * Lambda tells of an invocation and lets it run at once, so the first call of one may be seen before the event, and bears the id of the invocation before. A second tenant at
 * the end of an invocation may then be the only one of the next. Such a call's company is told when the next call of its environment has shown whose it was: one more of the
 * same invocation, or one that begins the next as all begin. Where the next one begins in the middle, its beginning was this call.
 */
export class FirstCalls {
  readonly #steps: Steps;
  /** By environment. */
  readonly #waiting = new Map<string, Waiting>();

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** What is told of this call now; the rest waits. */
  keep(call: Call, tally: JudgedTally, found: readonly Deviation[]): readonly Deviation[] {
    const doubtful = this.#isDoubtful(call, tally) ? found.filter(({ detector }) => detector === 'company') : NOTHING;
    if (doubtful.length === 0) return found;
    const environment = call.environment ?? '';
    const waiting = this.#waiting.get(environment) ?? { unit: tally.unit, deviations: [] };
    this.#waiting.set(environment, waiting);
    if (this.#waiting.size > MAX) this.#waiting.delete(this.#waiting.keys().next().value!);
    if (waiting.deviations.length < MAX_CALLS)
      for (const deviation of doubtful) waiting.deviations.push({ ...deviation, call });
    return found.filter((deviation) => !doubtful.includes(deviation));
  }

  /** What the call shows of those before it, each with its own call. To be asked before `keep`. */
  release(call: Call, tally: JudgedTally, found: readonly Deviation[]): Waiting | null {
    if (this.#waiting.size === 0) return null;
    const environment = call.environment ?? '';
    const waiting = this.#waiting.get(environment);
    if (waiting === undefined) return null;
    if (waiting.unit === tally.unit) {
      // First calls that are made side by side may all have come too early
      if (this.#isDoubtful(call, tally) && found.some(({ detector }) => detector === 'company')) return null;
      this.#waiting.delete(environment);
      return waiting;
    }
    this.#waiting.delete(environment);
    return tally.current !== null && this.#begins(tally.current)?.often === true ? waiting : null;
  }

  /** Could be the first call of an invocation. Without Lambda nobody stamps a call too late. */
  #isDoubtful(call: Call, tally: JudgedTally): boolean {
    return call.invocation !== null && tally.current !== null && this.#begins(tally.current) !== undefined;
  }

  #begins(step: string) {
    return this.#steps.follows.get(START)?.get(step);
  }
}

interface Waiting {
  readonly unit: number;
  /** Each with the call that it is about. */
  readonly deviations: Deviation[];
}

const NOTHING: readonly Deviation[] = [];
const MAX = 256;
const MAX_CALLS = 8;
