import type { Finding } from '../baseline/finding.ts';
import type { Identity } from './identity.ts';

/** Of an environment as a whole, from now: no call shows it. */
export function sensorFinding(
  { function: fn, version, environment }: Identity,
  about: Pick<Finding, 'key' | 'severity' | 'blocked' | 'reason' | 'techniques'>,
): Finding {
  return {
    time: new Date().toISOString(),
    function: fn,
    version,
    environment,
    invocation: null,
    callId: null,
    scope: 'function',
    detector: 'sensor',
    score: 1,
    action: null,
    resource: null,
    ...about,
  };
}
