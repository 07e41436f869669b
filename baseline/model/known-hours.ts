import { Schedule } from '../detect/schedule.ts';
import type { FunctionBaseline } from './document.ts';

/** What the detector of odd hours goes by, one sentence: where it knows nothing it says nothing, and that would read as all being well. */
export function knownHours(baseline: FunctionBaseline): string {
  if (baseline.hours === undefined)
    return 'in which hours it runs is not known, since a part of it was learned without them: no run is told for its hour';
  const schedule = Schedule.of(baseline);
  return schedule === null
    ? 'it keeps to no hours, or was seen on too few days: no run is told for its hour'
    : `it runs from ${schedule} UTC: a run more than an hour away from that is told`;
}
