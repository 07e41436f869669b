import type { Results } from '../results.ts';

/** One row of the table: what is measured, and what the sensor may need at most (or must reach at least). */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly digits: number;
  of(results: Results, contestant: string): number | null;
  readonly budget: number | null;
  readonly better: 'less' | 'more';
  /** True where the figure is a time of this machine and this minute: it is shown against the budget, and never fails CI. */
  readonly absolute: boolean;
}

const row = (
  what: string,
  unit: string,
  digits: number,
  budget: number | null,
  better: Row['better'],
  absolute: boolean,
  of: Row['of'],
): Row => ({ what, unit, digits, budget, better, absolute, of });

export const ROWS: readonly Row[] = [
  row('added p50, GetItem by the JS SDK', 'ms', 3, 0.12, 'less', true, (r, c) => r.added(c, 'sdkP50')),
  row('– of what squid adds', '×', 2, 0.5, 'less', false, (r, c) =>
    share(r.added(c, 'sdkP50'), r.added('squid', 'sdkP50')),
  ),
  row('added p90, the same', 'ms', 3, null, 'less', true, (r, c) => r.added(c, 'sdkP90')),
  row('added p99, the same', 'ms', 3, null, 'less', true, (r, c) => r.added(c, 'sdkP99')),
  row('added p50, bare client', 'ms', 3, 0.1, 'less', true, (r, c) => r.added(c, 'bareP50')),
  row('added p90, bare client', 'ms', 3, null, 'less', true, (r, c) => r.added(c, 'bareP90')),
  row('added p99, bare client', 'ms', 3, 0.4, 'less', true, (r, c) => r.added(c, 'bareP99')),
  row('– p50 through the Node preload', 'ms', 3, null, 'less', true, (r, c) => r.added(c, 'preloadP50', 'bareP50')),
  row('throughput of direct, 16 at once', '×', 2, 0.48, 'more', false, (r, c) => r.ratio(c, 'rate16')),
  row('throughput of direct, 64 at once', '×', 2, 0.43, 'more', false, (r, c) => r.ratio(c, 'rate64')),
  row('the same, upstream 5 ms away, 16', '×', 2, 0.93, 'more', false, (r, c) => r.ratio(c, 'farRate16')),
  row('the same, upstream 5 ms away, 64', '×', 2, 0.93, 'more', false, (r, c) => r.ratio(c, 'farRate64')),
  row('CPU for 10,000 calls', 's', 2, 0.4, 'less', true, (r, c) => r.value(c, 'cpuFor10k')),
  row('– through the Node preload', 's', 2, null, 'less', true, (r, c) => r.value(c, 'preloadCpu')),
  row('a new connection, of direct', '×', 2, 1.3, 'less', false, (r, c) => r.ratio(c, 'newConnection')),
  row('– through the Node preload', '×', 2, 1, 'less', false, (r, c) =>
    r.ratio(c, 'preloadConnection', 'direct', 'newConnection'),
  ),
  row('first call of a fresh environment', 'ms', 1, 6, 'less', true, (r, c) => r.value(c, 'firstCall')),
  row('64 MiB GET, of direct', '×', 2, 0.38, 'more', false, (r, c) => r.ratio(c, 'get64')),
  row('64 MiB PUT, of direct', '×', 2, 0.6, 'more', false, (r, c) => r.ratio(c, 'put64')),
  row('peak memory while streaming', 'MiB', 0, 100, 'less', false, (r, c) => r.value(c, 'peak')),
  row('idle memory, ready', 'MiB', 0, 60, 'less', false, (r, c) => r.value(c, 'idle')),
  row('idle memory, after 200 calls', 'MiB', 0, 70, 'less', false, (r, c) => r.value(c, 'after200')),
  row('process start to listening', 'ms', 0, 55, 'less', true, (r, c) => r.value(c, 'ready')),
];

function share(own: number | null, other: number | null): number | null {
  return own === null || other === null || other <= 0 ? null : own / other;
}

export function meets(row: Row, value: number): boolean {
  if (row.budget === null) return true;
  return row.better === 'less' ? value <= row.budget : value >= row.budget;
}

/** How far over: 1 is on the budget, 1.5 is half as much again. */
export function overBy(row: Row, value: number): number {
  if (row.budget === null || value <= 0) return 0;
  return row.better === 'less' ? value / row.budget : row.budget / value;
}
