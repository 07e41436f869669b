import type { Random } from './random.ts';

export interface Scale {
  readonly functions: number;
  readonly environments: number;
  readonly calls: number;
  readonly seed: number;
}

/** The whole of the simulation: 10 million calls. */
export const FULL: Scale = { functions: 10_000, environments: 100_000, calls: 10_000_000, seed: 20261125 };

/** Simulated, in milliseconds: a month. */
export const PERIOD = 30 * 24 * 3_600_000;
const START = Date.UTC(2026, 10, 1);

/** How many environments each function has: few have most of them (Zipf), each has one. */
export function environmentsOf({ functions, environments }: Scale): number[] {
  const weights = Array.from({ length: functions }, (_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((a, b) => a + b, 0);
  const spare = environments - functions;
  const counts = weights.map((weight) => 1 + Math.floor((spare * weight) / sum));
  counts[0]! += environments - counts.reduce((a, b) => a + b, 0);
  return counts;
}

/** One execution environment's life, before it is lived. */
export interface Life {
  readonly name: string;
  /** In order of start, from 0. */
  readonly ordinal: number;
  readonly version: number;
  /** Milliseconds by which its clock is wrong. */
  readonly skew: number;
  /** When its invocations begin, by the true clock, ascending. */
  readonly invocations: readonly number[];
  /** When it ends. */
  readonly end: number;
  /** It ends without a word: out of memory, a kill. */
  readonly crashes: boolean;
  /** Its sensor is an older one, whose documents say neither days nor company. */
  readonly older: boolean;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** `perEnvironment`: invocations on average. */
export function livesOf(fn: string, count: number, perEnvironment: number, random: Random): Life[] {
  const older = random.chance(0.02);
  const versions = 1 + random.below(3);
  // Versions are deployed a week and more apart; on its first day a new one gets a tenth of the environments.
  const deployed = Array.from({ length: versions }, (_, v) => START + v * (PERIOD / versions));
  const starts = Array.from({ length: count }, () => START + random.next() * (PERIOD - DAY)).sort((a, b) => a - b);
  return starts.map((start, ordinal) => {
    let version = deployed.findLastIndex((at) => at <= start) + 1;
    if (version > 1 && start - deployed[version - 1]! < DAY && random.chance(0.9)) version--;
    const many = Math.max(1, Math.round(perEnvironment * 2 * random.next()));
    const invocations: number[] = [];
    let time = start;
    for (let i = 0; i < many; i++) {
      invocations.push(time);
      time += 500 - Math.log(1 - random.next()) * 25_000;
    }
    // All environments of a version end together when the next one is there in full.
    const replaced = (deployed[version] ?? Number.POSITIVE_INFINITY) + DAY;
    const kept = invocations.filter((at) => at < replaced);
    const end = Math.min(replaced, kept.at(-1)! + 6 * MINUTE + random.next() * MINUTE);
    const skew = random.chance(0.02) ? (random.next() - 0.5) * 2 * DAY : (random.next() - 0.5) * 20 * MINUTE;
    return {
      name: `${fn}-e${ordinal}`,
      ordinal,
      version,
      skew: Math.round(skew),
      invocations: kept,
      end,
      crashes: random.chance(0.03),
      older: older && random.chance(0.5),
    };
  });
}
