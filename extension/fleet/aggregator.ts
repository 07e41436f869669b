import type { Finding } from '../../baseline/finding.ts';
import { coverage } from '../../baseline/review/coverage.ts';
import type { Aggregated, FullOf, LeftOutOf } from '../../baseline/store/aggregation.ts';
import type { Fleet } from '../../baseline/store/fleet.ts';
import { createLogSink } from '../alerts/log-sink.ts';
import { readLocation } from '../config.ts';
import { environmentFinding } from '../sensor-finding.ts';
import { openFleet } from './open.ts';

/** One run may take as long as the function may; one request that hangs must not take all of it. */
const TIMEOUT_MS = 20_000;

/**
 * The scheduled function of template.yaml: joins what environments have handed in into the candidates. Runs that are missed, repeated or cut off do no harm: what a
 * run has not removed is joined again by the next.
 */
export async function handler(): Promise<{ readonly changed: readonly string[] }> {
  const { ROLEFENCE_BASELINE: store = '', AWS_REGION: region = '' } = process.env;
  const location = readLocation(store);
  if (location === null || location.kind === 'file') {
    throw new Error(
      `ROLEFENCE_BASELINE is ${JSON.stringify(store.slice(0, 80))}, expected s3://bucket/prefix or dynamodb://table`,
    );
  }
  const fleet = openFleet(location, {
    region,
    env: process.env,
    direct: {},
    timeoutMs: TIMEOUT_MS,
  });
  const aggregated = await fleet.aggregate();
  await tell(aggregated);
  const { changed, failed, leftOut, full } = aggregated;
  for (const name of changed) await tellCoverage(fleet, name);
  for (const { function: fn, reason } of failed) {
    const message = `rolefence: what was learned of ${fn} could not be joined and is tried again: ${reason}`;
    process.stdout.write(`${JSON.stringify({ level: 'ERROR', message })}\n`);
  }
  const counts = { changed: changed.length, failed: failed.length, leftOut: leftOut.length, full: full.length };
  process.stdout.write(`${JSON.stringify({ rolefence: { aggregated: counts } })}\n`);
  return { changed };
}

/** Findings in this function's log, with their metrics. */
async function tell({ leftOut, full }: Aggregated): Promise<void> {
  const sink = createLogSink({ write: (line) => process.stdout.write(`${line}\n`) });
  for (const one of leftOut) sink.deliver(handInFinding(one));
  for (const one of full) sink.deliver(fullFinding(one));
  await sink.flush(TIMEOUT_MS);
}

/** Whoever writes what no sensor does has the function's credentials. Names beyond the room may be a function's own that does a great deal. */
export const handInFinding = ({ function: fn, slot, whole, reason }: LeftOutOf): Finding =>
  finding(
    fn,
    'hand-in',
    whole ? 'high' : 'medium',
    `slot ${slot} of ${fn} counts ${whole ? 'for nothing' : 'in part'}: ${reason}`,
  );

/** Told when it happens: later nothing is handed in any more that would not come in. */
const fullFinding = ({ function: fn, what }: FullOf): Finding =>
  finding(
    fn,
    'candidate',
    'medium',
    `the candidate of ${fn} is full of ${what.join(', ')}: nothing more of that is learned unless it is reset (rolefence baseline reset)`,
  );

const finding = (fn: string, about: string, severity: Finding['severity'], reason: string): Finding =>
  environmentFinding(
    { function: fn, version: null, environment: null, invocation: null },
    {
      detector: 'hand-in',
      key: `${about}: ${fn}`,
      severity,
      score: severity === 'high' ? 0.9 : 0.6,
      blocked: false,
      resource: null,
      reason,
      techniques: ['T1565.001'],
    },
  );

/** How ready the candidate is, one line for each that has grown, for whoever wants to know when to approve. */
async function tellCoverage(fleet: Fleet, name: string): Promise<void> {
  const document = await fleet.candidate(name).catch(() => null);
  const known = document === null ? undefined : coverage(document).functions[0];
  if (known === undefined) return;
  const { alertReady, blockReady, pNew, upper } = known;
  const line = { rolefence: { candidate: { function: name, alertReady, blockReady, pNew, upper } } };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
