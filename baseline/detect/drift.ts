import type { Call } from '../call.ts';
import type { JudgedTally } from '../learn/tally.ts';
import { levelIn, type Sampled, UNKNOWN } from '../model/sample.ts';
import { sizeText } from '../names/size-text.ts';
import { isOverload } from '../names/step.ts';
import { type Detector, NONE } from './detector.ts';
import type { Deviation } from './deviation.ts';
import type { Normal } from './normal.ts';
import { riskOfEach } from './risk.ts';
import { type Often, Shares } from './share.ts';
import { stepText } from './step-text.ts';
import { riskOf } from './techniques.ts';

/**
 * A little more than usual, invocation after invocation: one more read in each, bodies twice as large; or half as large, where all are of a size. No single call shows it; sums of what exceeds the mean do
 * (Page's CUSUM 1954, one-sided, with the slack and the threshold that Lorden's bound gives for the wanted rate of false alarms).
 */
export const drift: Detector = {
  name: 'drift',
  when: 'after',
  inspect(call, _, { drifts }) {
    if (drifts.length === 0) return NONE;
    return drifts.map((one) => deviation(call, one));
  },
};

function deviation(call: Call, drifted: Drift): Deviation {
  const action = call.access[0]?.action ?? null;
  return {
    detector: 'drift',
    kind: 'unusual',
    key:
      drifted.what === 'invocations'
        ? `drift: ${drifted.step}`
        : `drift: ${drifted.fewer === true ? 'fewer ' : ''}${drifted.what}`,
    variant: drifted.step,
    severity: 'medium',
    score: 0.6,
    action,
    resource: call.access[0]?.resources[0] ?? call.host,
    reason: reasonOf(drifted),
    techniques: action === null ? ['T1567', 'T1029', 'T1030'] : [...riskOf(action).techniques, 'T1030'],
    about: 'call',
  };
}

function reasonOf({ step, what, mean, invocations, larger, fewer }: Drift): string {
  const since = `For ${invocations} invocation${invocations === 1 ? '' : 's'} ${stepText(step)} came`;
  if (larger === true)
    return `${since} again and again with more ${what} in a call than ever before; normal is at most ${sizeText(mean)}`;
  if (what === 'invocations')
    return `${since} in far more of them than usual; normal is one in ${Math.floor(1 / mean)} at most`;
  const usual = what === 'calls' ? `${Number(mean.toPrecision(2))} in an invocation` : `${sizeText(mean)} in a call`;
  return `${since} with ${fewer === true ? 'fewer' : 'more'} ${what} than usual; normal is about ${usual}`;
}

export interface Drift {
  readonly step: string;
  readonly what: 'calls' | 'bytes sent' | 'bytes received' | 'invocations';
  /** What is usual; of invocations the share. */
  readonly mean: number;
  /** True where `mean` is the most that ever came. */
  readonly larger?: boolean;
  readonly fewer?: boolean;
  /** How long it has been going on. */
  readonly invocations: number;
}

const ofShare = ({ name, share, invocations, larger }: Often): Drift =>
  larger === undefined
    ? { step: name, what: 'invocations', mean: share, invocations }
    : { step: name, what: larger.what, mean: larger.most, larger: true, invocations };

/** The sums of one function, over all its invocations that one judge sees. Bounded by the steps of its baseline. */
export class Drifts {
  readonly #steps = new Map<string, Watched>();
  readonly #shares: Shares;
  #invocations = 0;
  /** -ln of false alarms per invocation and sum. */
  #rarely = 0;

  constructor({ steps, model }: Normal) {
    const { sampled } = steps;
    this.#shares = new Shares(model, SUMS * steps.share.size);
    if (sampled.length < ENOUGH) return;
    const names = new Set(sampled.flatMap((one) => [...one.keys()]));
    this.#rarely = -Math.log(riskOfEach(names.size * SUMS));
    for (const name of names) {
      const seen = sampled.map((one) => one.get(name)).filter((one): one is Sampled => one !== undefined);
      this.#steps.set(name, {
        calls: seen.length < ENOUGH ? null : momentsOf(seen.map((one) => one.calls)),
        typical: seen.map((one) => one.calls).sort((a, b) => a - b)[seen.length >> 2]!,
        out: levels(seen.map((one) => one.out)),
        in: levels(seen.map((one) => one.in)),
        sums: { calls: new Sum(), out: new Sum(), fewer: new Sum(), in: new Sum() },
      });
    }
  }

  /** Counts the call in; `step` is folded. What exceeds its threshold is told and starts again from nothing. */
  note(call: Call, step: string, tally: JudgedTally): readonly Drift[] {
    if (tally.calls === 1) this.#invocations++;
    const often = this.#shares.note(call, tally);
    const found = this.#sums(call, step, tally);
    return often === null ? found : [...found, ofShare(often)];
  }

  #sums(call: Call, step: string, tally: JudgedTally): readonly Drift[] {
    const watched = this.#steps.get(step);
    if (watched === undefined || isOverload(call)) return NOTHING;
    let found: readonly Drift[] = NOTHING;
    const sum = tally.stepSumsOf(step);
    const count = sum.calls;
    const { sums, calls } = watched;
    if (calls !== null && this.#count(sums.calls, count === 1, calls))
      found = [this.#told(step, 'calls', calls.mean, sums.calls)];
    // Sizes of one invocation hang together: their mean counts once, when as many calls were made as nearly all invocations make
    if (count !== watched.typical) return found;
    const [out, received] = [levelIn(sum, 'bytesOut'), levelIn(sum, 'bytesIn')];
    if (this.#level(sums.out, out, watched.out))
      found = [...found, this.#told(step, 'bytes sent', 1.35 ** watched.out!.mean, sums.out)];
    // Records that say ever less; where sizes differ anyway, small ones say nothing
    if (watched.out !== null && watched.out.deviation < 1 && this.#level(sums.fewer, out, watched.out, -1))
      found = [...found, { ...this.#told(step, 'bytes sent', 1.35 ** watched.out.mean, sums.fewer), fewer: true }];
    if (this.#level(sums.in, received, watched.in))
      found = [...found, this.#told(step, 'bytes received', 1.35 ** watched.in!.mean, sums.in)];
    return found;
  }

  #told(step: string, what: Drift['what'], mean: number, { since }: Sum): Drift {
    return { step, what, mean, invocations: this.#invocations - since + 1 };
  }

  /** True where the sum goes over its threshold. */
  #level(sum: Sum, level: number, usual: Moments | null, way = 1): boolean {
    if (usual === null || level === UNKNOWN) return false;
    const excess = Math.min(3, (way * (level - usual.mean)) / Math.max(0.8, usual.deviation));
    sum.adapt(excess);
    const expected = sum.now(0) + LEVEL_SLACK;
    return sum.rise(excess - expected, this.#invocations) > this.#rarely / LEVEL_SLACK && sum.tell(expected);
  }

  /** One call more; with the first of an invocation, what an invocation that makes any makes on average is taken off. */
  #count(sum: Sum, first: boolean, usual: Moments): boolean {
    const slack = 0.5 * usual.deviation + 0.05;
    if (first) {
      sum.adapt(sum.last);
      sum.last = 0;
      sum.rise(-sum.now(usual.mean) - slack, this.#invocations);
    }
    sum.last++;
    // Much more in one invocation is no drift: `volume` tells of it
    if (sum.last > usual.mean + 3 * usual.deviation + 2) return false;
    const expected = sum.now(usual.mean) + slack;
    const limit = Math.max(5, (this.#rarely * usual.deviation ** 2) / slack) + expected;
    return sum.rise(1, this.#invocations) > limit && sum.tell(expected);
  }
}

/** One sum. What has been told becomes the measure for what comes next, and is forgotten again as it ends. */
class Sum {
  value = 0;
  /** Invocation since which it is above 0. */
  since = 0;
  /** Calls of the invocation so far. */
  last = 0;
  #average: number | null = null;
  /** Values so far, and those before it was above 0. */
  #seen = 0;
  #before = 0;

  rise(by: number, invocation: number): number {
    if (this.value === 0) {
      this.since = invocation;
      this.#before = this.#seen - 1;
    }
    this.value = Math.max(0, this.value + by);
    return this.value;
  }

  adapt(value: number): void {
    this.#seen++;
    if (this.#average !== null) this.#average += (value - this.#average) * 0.03;
  }

  /** What is normal now. */
  now(usual: number): number {
    return this.#average === null ? usual : Math.max(usual, this.#average);
  }

  /** What each value exceeded on average what was `expected` of it, since the sum was above 0, is what is now to be expected. */
  tell(expected: number): true {
    this.#average = expected + this.value / (this.#seen - this.#before);
    this.value = 0;
    return true;
  }
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

interface Watched {
  readonly calls: Moments | null;
  /** Calls that three in four invocations make at least, of those that make any. */
  readonly typical: number;
  readonly out: Moments | null;
  readonly in: Moments | null;
  readonly sums: { readonly calls: Sum; readonly out: Sum; readonly fewer: Sum; readonly in: Sum };
}

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}

const levels = (values: readonly number[]): Moments | null => {
  const known = values.filter((level) => level >= 0);
  return known.length < ENOUGH ? null : momentsOf(known);
};

const NOTHING: readonly Drift[] = [];
/** Sampled invocations. */
const ENOUGH = 20;
/** Of each step: calls, more and fewer bytes sent, bytes received. */
const SUMS = 4;
/** In deviations of one invocation. Thresholds are twice what Lorden's bound asks for: mean and deviation are estimates themselves. */
const LEVEL_SLACK = 0.75;
