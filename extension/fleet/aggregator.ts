import { readLocation } from '../config.ts';
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
  const { changed, failed } = await openFleet(location, {
    region,
    env: process.env,
    direct: {},
    timeoutMs: TIMEOUT_MS,
  }).aggregate();
  for (const { function: fn, reason } of failed) {
    const message = `rolefence: what was learned of ${fn} could not be joined and is tried again: ${reason}`;
    process.stdout.write(`${JSON.stringify({ level: 'ERROR', message })}\n`);
  }
  const counts = { changed: changed.length, failed: failed.length };
  process.stdout.write(`${JSON.stringify({ rolefence: { aggregated: counts } })}\n`);
  return { changed };
}
