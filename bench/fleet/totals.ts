import type { Result } from './simulate.ts';

/** All functions together; small, however many there were. */
export interface Totals {
  functions: number;
  environments: number;
  calls: number;
  invocations: number;
  callsLost: number;
  crashes: number;
  older: number;
  logged: number;
  aggregations: number;
  aggregationsCut: number;
  /** The first of those whose merged baseline is not the omniscient learner's. */
  readonly different: string[];
  differences: number;
  writes: number;
  reads: number;
  writeUnits: number;
  readUnits: number;
  throttled: number;
  lost: number;
  late: number;
  twice: number;
  items: number;
  bytes: number;
  largest: number;
  /** Units that sensors which judge would use to load what is approved, once for each environment. */
  loadUnits: number;
  /** Estimated invocations as a ratio of the true ones. */
  readonly counted: number[];
  /** Writes of environments, by how many there had been of their function. */
  readonly classes: readonly Class[];
}

export interface Class {
  readonly from: number;
  /** How many made so many write requests. */
  readonly writes: Map<number, number>;
  reads: number;
}

export const newTotals = (): Totals => ({
  functions: 0,
  environments: 0,
  calls: 0,
  invocations: 0,
  callsLost: 0,
  crashes: 0,
  older: 0,
  logged: 0,
  aggregations: 0,
  aggregationsCut: 0,
  different: [],
  differences: 0,
  writes: 0,
  reads: 0,
  writeUnits: 0,
  readUnits: 0,
  throttled: 0,
  lost: 0,
  late: 0,
  twice: 0,
  items: 0,
  bytes: 0,
  largest: 0,
  loadUnits: 0,
  counted: [],
  classes: [0, 10, 100, 1000, 5000].map((from) => ({ from, writes: new Map(), reads: 0 })),
});

const SHOWN = 5;

export function add(totals: Totals, result: Result): void {
  totals.functions++;
  totals.environments += result.environments.length;
  for (const key of SUMS) totals[key] += result[key];
  for (const key of UNITS) totals[key] += result.units[key];
  totals.largest = Math.max(totals.largest, result.candidate);
  totals.loadUnits += result.environments.length * Math.max(1, Math.ceil(result.candidate / 4096)) * 0.5;
  totals.counted.push(result.counted);
  if (result.differs !== null) {
    totals.differences++;
    if (totals.different.length < SHOWN) totals.different.push(`${result.function} ${result.differs}`);
  }
  for (const { ordinal, reads, writes } of result.environments) {
    const one = totals.classes.findLast(({ from }) => ordinal >= from)!;
    one.writes.set(writes, (one.writes.get(writes) ?? 0) + 1);
    one.reads += reads;
  }
}

const SUMS = [
  'calls',
  'invocations',
  'callsLost',
  'crashes',
  'older',
  'logged',
  'aggregations',
  'aggregationsCut',
  'items',
  'bytes',
] as const;
const UNITS = ['writes', 'reads', 'writeUnits', 'readUnits', 'throttled', 'lost', 'late', 'twice'] as const;

export interface Spread {
  readonly environments: number;
  readonly median: number;
  readonly p95: number;
  readonly mean: number;
  /** Share that wrote nothing. */
  readonly silent: number;
}

/** Of some classes together. */
export function spreadOf(classes: readonly Class[]): Spread {
  const sum = new Map<number, number>();
  for (const { writes } of classes) for (const [n, many] of writes) sum.set(n, (sum.get(n) ?? 0) + many);
  const sorted = [...sum].sort(([a], [b]) => a - b);
  const environments = sorted.reduce((all, [, many]) => all + many, 0);
  const at = (share: number) => {
    let seen = 0;
    for (const [n, many] of sorted) {
      seen += many;
      if (seen >= share * environments) return n;
    }
    return 0;
  };
  return {
    environments,
    median: at(0.5),
    p95: at(0.95),
    mean: environments === 0 ? 0 : sorted.reduce((all, [n, many]) => all + n * many, 0) / environments,
    silent: environments === 0 ? 0 : (sum.get(0) ?? 0) / environments,
  };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
