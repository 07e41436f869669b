import type { Send, StoreAnswer } from './key-value.ts';

/** How to wait between attempts: given in tests, where time is not waited for. */
export interface Pauses {
  /** Attempts in all. */
  readonly attempts: number;
  pause(ms: number): Promise<void>;
  /** Between 0 and 1. */
  random(): number;
}

export const PAUSES: Pauses = {
  attempts: 4,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/** Milliseconds before the second attempt at most; doubled for each further one. */
const FIRST_PAUSE_MS = 50;

/**
 * Asks again where the service was throttled or had a fault of its own, after a random part of a growing pause, so that environments that were turned away together do
 * not come back together. A conditional write that had happened all the same then fails its condition, and whoever joined it reads and finds it there.
 */
export function retrying(send: Send, pauses: Pauses = PAUSES): Send {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await send(request);
      if (attempt >= pauses.attempts || !isPassing(answer)) return answer;
      await pauseAfter(attempt, pauses);
    }
  };
}

/** A random part of a pause that doubles with every attempt. */
export const pauseAfter = (attempt: number, { pause, random }: Pauses): Promise<void> =>
  pause(random() * FIRST_PAUSE_MS * 2 ** (attempt - 1));

/** Throttled or a fault of the service: what the same request may not meet the next time. DynamoDB and KMS say it with status 400. */
function isPassing({ status, body }: StoreAnswer): boolean {
  if (status === 429 || status >= 500) return true;
  return status === 400 && THROTTLED.test(Buffer.from(body.subarray(0, 500)).toString('latin1'));
}

const THROTTLED =
  /ProvisionedThroughputExceeded|ThrottlingException|RequestLimitExceeded|TransactionInProgress|SlowDown|KMSInternalException/;
