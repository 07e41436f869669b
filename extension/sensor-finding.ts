import type { Finding } from '../baseline/finding.ts';
import type { Identity } from './identity.ts';

/** Of an environment as a whole, from now: no call shows it. */
export function sensorFinding(
  { function: fn, version, environment }: Identity,
  {
    key,
    severity,
    blocked,
    reason,
    techniques,
  }: Pick<Finding, 'key' | 'severity' | 'blocked' | 'reason' | 'techniques'>,
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
    key,
    severity,
    score: 1,
    blocked,
    action: null,
    resource: null,
    reason,
    techniques,
  };
}
