import type { Call } from '../call.ts';
import { isUnanswered } from '../learn/denial.ts';
import { failed } from '../names/step.ts';
import { Budget, type Loudness } from './budget.ts';
import { Deployments } from './deployments.ts';
import type { Deviation } from './deviation.ts';
import { Families } from './families.ts';
import { Stories } from './stories.ts';
import { isSensitive, serviceOf } from './techniques.ts';
import { daysWith, goesOn, isKnownWay, isRecord, LOUD, Tellings } from './tellings.ts';

/**
 * The second stage: what the detectors found, made fit to be read by a person. It changes severities and keys only: a deviation stays one, and what lies
 * outside the scope stays refused in block mode. What belongs to one story gets one key (`stories.ts`). Four things become notices (severity info):
 * - what a story shows again and again (`budget.ts`);
 * - what has been told loudly, and goes on in most invocations without a gap, or came in several: the world has changed, once more says nothing new (`tellings.ts`);
 * - one more new name of a kind of which several have been told (`families.ts`);
 * - what came with the very first invocations of a version that nobody has approved yet (`deployments.ts`).
 * None ever holds for iam, sts, kms and secrets, nor for what is critical, but that what most invocations do is told each time that it has doubled; the last not for what else
 * opens ways (`opensWays`).
 */
export class Told {
  readonly #tellings = new Tellings();
  readonly #families = new Families();
  readonly #deployments: Deployments;
  readonly #stories = new Stories();
  readonly #budget = new Budget();

  /** Invocations so far; those that overlap may count twice. */
  #invocations = 0;
  #lastUnit = -1;

  constructor(approvedVersions: Iterable<string>) {
    this.#deployments = new Deployments(approvedVersions);
  }

  /** Severities and keys as a person should see them. Changes no state. */
  settle(call: Call, unit: number, deviations: readonly Deviation[]): readonly Deviation[] {
    return deviations.length === 0
      ? deviations
      : this.#settled(call, unit, deviations, this.#expected(deviations)).told;
  }

  #settled(call: Call, unit: number, deviations: readonly Deviation[], entries: readonly Deviation[]): Settled {
    const softened = deviations.map((deviation, i) => this.#soften(call, unit, deviation, entries[i]!));
    const stories = this.#stories.told(call, unit, softened);
    return { softened, stories, told: this.#withinBudget(call, unit, entries, stories) };
  }

  /** Nobody knows yet whether it will be in vain: it is no news where the deed was told, nor where as many attempts were. */
  #expected(deviations: readonly Deviation[]): readonly Deviation[] {
    return deviations.map((deviation) =>
      this.#tellings.of(deviation) === undefined ? attempted(deviation) : deviation,
    );
  }

  /** What a story shows for the first time, or twice as much of as ever, is told, however often the story was. */
  #withinBudget(call: Call, unit: number, entries: readonly Deviation[], told: readonly Deviation[]): Deviation[] {
    return told.map((deviation, i) =>
      deviation.severity !== 'info' &&
      mayBeQuiet(deviation) &&
      this.#isKnown(unit, entries[i]!) &&
      this.#budget.spent(call, unit, entries[i]!.key, loudnessOf(deviation), this.#invocations)
        ? quiet(deviation, 'told several times already')
        : deviation,
    );
  }

  #isKnown(unit: number, entry: Deviation): boolean {
    const told = this.#tellings.of(entry);
    return told !== undefined && !isRecord(unit, entry, told);
  }

  /** `entry`: under which it is booked what was told of it. */
  #soften(call: Call, unit: number, deviation: Deviation, entry: Deviation): Deviation {
    const told = this.#tellings.of(entry);
    if (told?.loud === unit) return quiet(deviation, 'told already in this invocation');
    const lasts = told !== undefined && goesOn(call, unit, deviation, told, this.#at(unit));
    if (!mayBeQuiet(deviation)) {
      if (lasts && isBetweenDoublings(told.times + (told.latest === unit ? 0 : 1)))
        return quiet(deviation, `told ${LOUD} times already, and it goes on in half of the invocations or more`);
      const why = told === undefined ? null : whyDaysSuffice(deviation, daysWith(call, told));
      if (why !== null) return quiet(deviation, why);
      return deviation;
    }
    if (this.#deployments.brought(call, deviation))
      return quiet(deviation, `it came with version ${call.version}, which is not approved yet`);
    const known = deviation.kin === undefined ? null : this.#families.known(deviation.kin, unit);
    if (known !== null) return quiet(deviation, known);
    if (told === undefined) return deviation;
    if (lasts) return quiet(deviation, 'told already, and it goes on in half of the invocations or more');
    return isKnownWay(call, unit, deviation, told, this.#invocations)
      ? quiet(deviation, `told ${LOUD} times already, and it goes on`)
      : deviation;
  }

  /** Which of the function's invocations it is. */
  #at(unit: number): number {
    return unit === this.#lastUnit ? this.#invocations : this.#invocations + 1;
  }

  /** The call was made: what was found in it has been told. What has to be told after all: of earlier calls, each with its own; and of this one, where attempts had made it a notice, and it was none. */
  note(call: Call, unit: number, deviations: readonly Deviation[]): readonly Deviation[] {
    const late = this.#deployments.note(call, unit);
    if (unit !== this.#lastUnit) this.#invocations++;
    this.#lastUnit = unit;
    if (deviations.length === 0) return late;
    const inVain = isInVain(call);
    const expected = this.#expected(deviations);
    const entries = inVain ? deviations.map(attempted) : deviations;
    const before = this.#settled(call, unit, deviations, expected);
    const isExpected = inVain || entries.every((entry, i) => entry === expected[i]);
    const { softened, stories, told } = isExpected ? before : this.#settled(call, unit, deviations, entries);
    for (const [i, { severity }] of stories.entries()) {
      const entry = entries[i]!;
      const brought = this.#deployments.brought(call, deviations[i]!);
      if (severity !== 'info' || brought || this.#tellings.of(entry) !== undefined)
        this.#budget.note(call, unit, entry.key, this.#invocations, brought);
    }
    this.#stories.note(call, unit, softened);
    for (const [i, deviation] of deviations.entries()) {
      if (!inVain) {
        this.#deployments.noteBrought(call, unit, deviation);
        if (deviation.kin !== undefined && softened[i]!.severity !== 'info') this.#families.note(deviation.kin, unit);
      }
      this.#tellings.note(call, unit, entries[i]!, told[i]!.severity !== 'info', this.#invocations);
    }
    const wentThrough = told.filter(
      ({ severity, kind }, i) => kind === 'scope' && severity !== 'info' && before.told[i]!.severity === 'info',
    );
    return wentThrough.length === 0 ? late : [...late, ...wentThrough.map(succeeded)];
  }
}

/** By deviation: what becomes of it by itself, as part of its story, and within the budget. */
interface Settled {
  readonly softened: readonly Deviation[];
  readonly stories: readonly Deviation[];
  readonly told: readonly Deviation[];
}

/** What AWS refuses is booked apart: having told of attempts is not having told of the deed. */
const attempted = (deviation: Deviation): Deviation =>
  deviation.kind === 'scope' ? { ...deviation, key: `in vain: ${deviation.key}` } : deviation;

const succeeded = (deviation: Deviation): Deviation => ({
  ...deviation,
  reason: `${deviation.reason}; told as an attempt before, now it went through`,
});

/** It was answered with an error, or not at all: decoys use up nothing. */
const isInVain = (call: Call): boolean => failed(call) || isUnanswered(call);

const quiet = (deviation: Deviation, why: string): Deviation => ({
  ...deviation,
  severity: 'info',
  reason: `${deviation.reason}; ${why}`,
});

const mayBeQuiet = ({ severity, action, kin }: Deviation): boolean =>
  severity !== 'critical' && (kin !== undefined || action === null || !isSensitive(serviceOf(action)));

/** Night after night; or, where a known action is done to one new thing, on one day and another: the third says nothing new, and of one more partner's secret not even the second. */
function whyDaysSuffice(deviation: Deviation, { days, inARow }: { days: number; inARow: number }): string | null {
  if (isBetweenDoublings(inARow)) return `told on ${LOUD} days in a row already`;
  const isOneThing = deviation.detector === 'resource' && deviation.severity !== 'critical';
  return isOneThing && (deviation.alike === true ? days > 1 : !isPowerOfTwo(days))
    ? 'told on several days already'
    : null;
}

const isBetweenDoublings = (times: number): boolean => times > LOUD && !isPowerOfTwo(times);
const isPowerOfTwo = (times: number): boolean => Number.isInteger(Math.log2(times));

/** Sizes and numbers come as campaigns do, a whole day long. What lies outside the scope stays so however long it goes on: somebody has to approve it, or to end it. */
const loudnessOf = ({ detector, kind }: Deviation): Loudness => ({
  first: detector === 'volume' ? 2 : 20,
  lasting: kind === 'scope',
});
