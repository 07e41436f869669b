import { Schedule } from '../detect/schedule.ts';
import type { FunctionBaseline } from '../model/document.ts';

/** What the detector of odd hours goes by, one sentence: where it knows nothing it says nothing, and that would read as all being well. */
export function knownHours(baseline: FunctionBaseline): string {
  if (baseline.hours === undefined) return 'no run is told for its hour: a part of it was learned without hours';
  const schedule = Schedule.of(baseline);
  return schedule === null
    ? 'no run is told for its hour: it keeps to none, or was seen on too few days'
    : `a run more than an hour away from ${schedule} UTC is told`;
}
