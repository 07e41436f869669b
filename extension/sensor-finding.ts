import type { Finding } from '../baseline/finding.ts';
import type { Identity } from './identity.ts';

type About = Pick<Finding, 'key' | 'severity' | 'blocked' | 'reason' | 'techniques'>;

/** Of an environment as a whole, from now: no call shows it. */
export function sensorFinding(identity: Identity, about: About): Finding {
  return environmentFinding(
    { ...identity, invocation: null },
    { detector: 'sensor', score: 1, resource: null, ...about },
  );
}

/** The same, of whatever detector, in the invocation that `identity` names. */
export function environmentFinding(
  {
    function: fn,
    version,
    environment,
    invocation,
  }: Pick<Finding, 'function' | 'version' | 'environment' | 'invocation'>,
  about: About & Pick<Finding, 'detector' | 'score' | 'resource'>,
  time = new Date().toISOString(),
): Finding {
  return {
    time,
    function: fn,
    version,
    environment,
    invocation,
    callId: null,
    scope: 'function',
    detector: about.detector,
    key: about.key,
    severity: about.severity,
    score: about.score,
    blocked: about.blocked,
    action: null,
    resource: about.resource,
    reason: about.reason,
    techniques: about.techniques,
  };
}
