import type { Finding } from '../../baseline/finding.ts';
import { coverage } from '../../baseline/model/coverage.ts';
import type { LeftOut } from '../../baseline/store/aggregation.ts';
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
  const { changed, failed, leftOut } = await fleet.aggregate();
  await tellLeftOut(leftOut);
  for (const name of changed) await tellCoverage(fleet, name);
  for (const { function: fn, reason } of failed) {
    const message = `rolefence: what was learned of ${fn} could not be joined and is tried again: ${reason}`;
    process.stdout.write(`${JSON.stringify({ level: 'ERROR', message })}\n`);
  }
  const counts = { changed: changed.length, failed: failed.length, leftOut: leftOut.length };
  process.stdout.write(`${JSON.stringify({ rolefence: { aggregated: counts } })}\n`);
  return { changed };
}

/** A finding in this function's log, with its metrics. */
async function tellLeftOut(leftOut: readonly LeftOut[]): Promise<void> {
  const sink = createLogSink({ write: (line) => process.stdout.write(`${line}\n`) });
  for (const one of leftOut) sink.deliver(handInFinding(one));
  await sink.flush(TIMEOUT_MS);
}

/** Whoever writes such a thing into a slot has the function's credentials, and is no sensor. */
export const handInFinding = ({ function: fn, slot, reason }: LeftOut): Finding =>
  environmentFinding(
    { function: fn, version: null, environment: null, invocation: null },
    {
      detector: 'hand-in',
      key: `hand-in: ${fn}`,
      severity: 'high',
      score: 0.9,
      blocked: false,
      resource: null,
      reason: `slot ${slot} of ${fn} counts for nothing: ${reason}`,
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
