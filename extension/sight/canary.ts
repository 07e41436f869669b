import { existsSync } from 'node:fs';
import type { Finding } from '../../baseline/finding.ts';
import type { Identity } from '../identity.ts';

/** A name that nobody has (RFC 6761), for which the runtime's preload asks as it starts. layer/preload/canary.ts says the same; a test keeps them in agreement. */
export const CANARY_HOST = 'canary.rolefence.invalid';

/** Lambda's own Node is there on nodejs runtimes only, and only those have a preload that sends a canary. */
export const expectsCanary = (node = '/var/lang/bin/node'): boolean => existsSync(node);

/** By then a runtime that has our preload has sent it. */
const PATIENCE_MS = 1_000;

export interface CanaryWatch {
  /** True once, when the canary should have come and has not. Asked in an invocation, so that Init is over. */
  missing(seen: boolean): boolean;
}

export function watchForCanary(expected: boolean, now: () => number): CanaryWatch {
  let first: number | null = null;
  let told = !expected;
  return {
    missing(seen) {
      if (told) return false;
      if (seen) {
        told = true;
        return false;
      }
      first ??= now();
      told = now() - first >= PATIENCE_MS;
      return told;
    },
  };
}

/** As a finding: the layer is there, and the function does not go through it. */
export function canaryFinding(identity: Identity, time: string): Finding {
  return {
    time,
    function: identity.function,
    version: identity.version,
    environment: identity.environment,
    invocation: null,
    callId: null,
    scope: 'function',
    detector: 'bypass',
    key: 'bypass: no preload',
    severity: 'medium',
    score: 0.9,
    blocked: false,
    action: null,
    resource: null,
    reason:
      'the function’s runtime runs without the sensor’s preload, so its calls are not seen: AWS_LAMBDA_EXEC_WRAPPER is not /opt/rolefence/wrapper, or something drops NODE_OPTIONS',
    techniques: ['T1562.001'],
  };
}
