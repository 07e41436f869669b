import { existsSync } from 'node:fs';

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
