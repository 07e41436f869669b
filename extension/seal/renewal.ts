import type { Credentials } from '../sigv4/signer.ts';

export interface ExpiringCredentials {
  readonly credentials: Credentials;
  /** Epoch, milliseconds. */
  readonly expiresAt: number;
}

/** As SDKs do it: new ones are fetched this long before the old ones run out, and waited for only in the last minute. */
const EARLY_MS = 5 * 60_000;
const LATE_MS = 60_000;
/** A failed attempt is not repeated for every call. */
const REST_MS = 1_000;

/** Keeps credentials fresh that run out. */
export interface Renewal {
  /** Null where there is time; else what a new connection should wait for. Never rejects. */
  due(now: number): Promise<void> | null;
}

export function createRenewal(
  fetch: () => Promise<ExpiringCredentials>,
  first: ExpiringCredentials,
  renewed: (fresh: ExpiringCredentials) => void,
): Renewal {
  let { expiresAt } = first;
  let running: Promise<void> | null = null;
  let notBefore = 0;
  async function renew(now: number): Promise<void> {
    try {
      const fresh = await fetch();
      expiresAt = fresh.expiresAt;
      renewed(fresh);
    } catch {
      // The old ones hold until they run out; then AWS says so to each call.
      notBefore = now + REST_MS;
    } finally {
      running = null;
    }
  }
  return {
    due(now) {
      if (now < expiresAt - EARLY_MS) return null;
      if (running === null && now >= notBefore) running = renew(now);
      return now < expiresAt - LATE_MS ? null : running;
    },
  };
}
