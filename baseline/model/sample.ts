import { UNITS, unitFromText, unitText } from '../names/unit-hash.ts';
import { Cut } from './cut.ts';
import type { Part } from './fit.ts';
import type { StepNames } from './order.ts';
import type { Sums } from './sums.ts';

/** What one sampled invocation did of one step. */
export interface Sampled {
  readonly calls: number;
  /** Level of the bytes that a call of it sent and received on average, see `levelOf`; -1 where it is not known. */
  readonly out: number;
  readonly in: number;
}

export interface SampledInvocation {
  /** Hour that it began in, since 1970; -1 where it is not known. */
  readonly hour: number;
  readonly steps: ReadonlyMap<string, Sampled>;
}

/** A uniform sample of invocations: those whose hash is smallest, which makes it a set union with a cut. */
export class Sample {
  readonly units = new Map<number, SampledInvocation>();
  /** Of an invocation so many steps are told. */
  #steps = MOST_STEPS;
  /** Those that it holds, the smallest first. */
  readonly #ranked: number[] = [];

  /** One invocation so far. */
  put({ unit, hour }: { readonly unit: number; readonly hour: number }, steps: Iterable<Sums>): void {
    if (!this.wants(unit)) return;
    const sampled = new Map<string, Sampled>();
    for (const step of steps)
      sampled.set(step.name, { calls: step.calls, out: levelIn(step, 'bytesOut'), in: levelIn(step, 'bytesIn') });
    this.#put(unit, { hour, steps: sampled });
  }

  /** Of two views of an invocation the fuller one holds, step by step, and the earlier hour. */
  #put(unit: number, invocation: SampledInvocation): void {
    if (!this.wants(unit)) return;
    const known = this.units.get(unit);
    if (known !== undefined) {
      this.units.set(unit, joined(known, invocation));
      return;
    }
    this.units.set(unit, invocation);
    let at = this.#ranked.length;
    while (at > 0 && this.#ranked[at - 1]! > unit) at--;
    this.#ranked.splice(at, 0, unit);
    if (this.units.size > SAMPLED) this.units.delete(this.#ranked.pop()!);
  }

  wants(unit: number): boolean {
    return this.#ranked.length < SAMPLED || unit <= this.#ranked[SAMPLED - 1]!;
  }

  join(other: Sample): void {
    for (const [unit, invocation] of other.units) this.#put(unit, invocation);
  }

  /** Of how many invocations it may be the sample: all that it has, or by how close their hashes lie. */
  estimate(): number {
    const size = this.#ranked.length;
    return size < SAMPLED ? size : ((size - 1) * UNITS) / (this.#ranked[size - 1]! + 1);
  }

  drop(unit: number): void {
    if (this.units.delete(unit)) this.#ranked.splice(this.#ranked.indexOf(unit), 1);
  }

  /** Of how many invocations it was: they weigh as if it were full from the first on, for those that went may have had more steps than those that came. */
  part(steps: { readonly full: boolean; readonly size: number }): Part {
    const most = steps.full ? MOST_STEPS : Math.min(MOST_STEPS, steps.size);
    return {
      weight: SAMPLED * (UNIT + most * STEP_BYTES),
      least: SAMPLED * UNIT,
      fold: (bytes) => {
        this.#steps = Math.min(this.#steps, Math.floor((bytes / SAMPLED - UNIT) / STEP_BYTES));
      },
    };
  }

  /** "Ab3dEf @ao9s 0*1kP 3*4": the invocation's hash, the hour that it began in (since 1970, base 36) where it is known, then step index * calls, then a letter each for the bytes sent and received. */
  toJson(names: StepNames): string[] {
    return [...this.units]
      .sort(([a], [b]) => a - b)
      .map(([unit, { hour, steps }]) => {
        const kept = Cut.of(
          [...steps.keys()].filter((step) => names.has(step)),
          this.#steps,
        );
        const told = kept.map((step) => [Number(names.of(step)), steps.get(step)!] as const);
        const when = hour < 0 ? [] : [`@${hour.toString(36)}`];
        return [
          unitText(unit),
          ...when,
          ...told.sort(([a], [b]) => a - b).map(([step, one]) => `${step}*${text(one)}`),
        ].join(' ');
      });
  }

  read(lines: readonly string[], stepAt: (index: number) => string | undefined): void {
    for (const line of lines) {
      const [hash, ...told] = line.split(' ');
      const unit = unitFromText(hash ?? '');
      if (unit === null) continue;
      const steps = new Map<string, Sampled>();
      const hour = HOUR.exec(told[0] ?? '');
      for (const one of told) {
        const match = /^(\d+)\*(\d+)([A-Za-z_-]{2})?$/.exec(one);
        const name = match === null ? undefined : stepAt(Number(match[1]));
        if (name === undefined) continue;
        const levels = match![3] === undefined ? [] : [...match![3]].map((letter) => LETTERS.indexOf(letter));
        const [out, received] = levels.includes(0) ? [] : levels;
        steps.set(name, { calls: Number(match![2]), out: out ?? UNKNOWN, in: received ?? UNKNOWN });
      }
      this.#put(unit, { hour: hour === null ? -1 : Number.parseInt(hour[1]!, 36), steps });
    }
  }
}

const SAMPLED = 128;
const MOST_STEPS = 32;
/** Bytes of an invocation, and of each of its steps. */
const UNIT = 16;
const STEP_BYTES = 12;

const HOUR = /^@([0-9a-z]{1,4})$/;

/** Bytes on a scale of steps of 35 %, which is all that drifts are told by: 0 to 53. */
export const levelOf = (bytes: number): number =>
  Math.min(LETTERS.length - 1, Math.round(Math.log(Math.max(0, bytes) + 1) / STEP));

/** The fewest bytes of a level above that of so many. */
export const aboveLevelOf = (bytes: number): number =>
  Math.exp((Math.round(Math.log(bytes + 1) / STEP) + 0.5) * STEP) - 1;

export const STEP = Math.log(1.35);
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-';

/**
 * Of the bytes that a call had on average; UNKNOWN where nobody told. Who tells no entries (CloudTrail) counts S3's bodies without their heads: no level that the sensor would have measured.
 */
export const levelIn = (sums: Sums, what: 'bytesOut' | 'bytesIn'): number =>
  Number.isNaN(sums[what] + sums.items) ? UNKNOWN : levelOf(sums[what] / sums.calls);

export const UNKNOWN = -1;

/** Without a byte is no call, for it has a head: documents of before said so of calls whose sizes nobody told. */
const text = ({ calls, out, in: received }: Sampled): string =>
  out <= 0 || received <= 0 ? String(calls) : `${calls}${LETTERS[out]}${LETTERS[received]}`;

function joined(a: SampledInvocation, b: SampledInvocation): SampledInvocation {
  const steps = new Map(a.steps);
  for (const [step, one] of b.steps) {
    const known = steps.get(step);
    if (known === undefined || isFuller(one, known)) steps.set(step, one);
  }
  return { hour: a.hour < 0 || b.hour < 0 ? Math.max(a.hour, b.hour) : Math.min(a.hour, b.hour), steps };
}

const isFuller = (a: Sampled, b: Sampled): boolean =>
  a.calls !== b.calls ? a.calls > b.calls : a.out !== b.out ? a.out > b.out : a.in > b.in;
