import type { RequestHead } from './identify/request.ts';
import { atMost } from './patience.ts';
import type { ExpiringCredentials } from './seal/renewal.ts';

/**
 * The role's own key where Lambda hands keys out at an endpoint and gives none in variables (SnapStart). Function and extension get the same ones there, new ones every few
 * minutes; a client may still sign with those that it got before.
 */
export interface OwnKeys {
  /** Not null where a request bears a key that may be the role's newest: until the endpoint was asked. Never rejects. */
  due(head: RequestHead, now: number): Promise<void> | null;
  /** The role's own id to hold against this one; null while none is known. */
  against(accessKeyId: string | null): string | null;
}

/** Clients renew at times of their own. */
const REMEMBERED = 4;
/** Who signs with keys of others must not have the endpoint asked at each call. */
const REST_MS = 10_000;
const PATIENCE_MS = 1_000;
const KEY = /\bA[KS]IA[A-Z0-9]{12,124}\b/;

export function createOwnKeys(fetch: () => Promise<ExpiringCredentials>): OwnKeys {
  /** Newest first. */
  const known: string[] = [];
  let asking: Promise<void> | null = null;
  let notBefore = Number.NEGATIVE_INFINITY;

  async function ask(now: number): Promise<void> {
    notBefore = now + REST_MS;
    try {
      const { accessKeyId } = (await fetch()).credentials;
      if (known[0] === accessKeyId) return;
      known.unshift(accessKeyId);
      known.length = Math.min(known.length, REMEMBERED);
    } catch {
      // Whose key it is cannot be told; without an own one nothing is judged by it.
    } finally {
      asking = null;
    }
  }

  return {
    due(head, now) {
      const key = keyIn(head);
      if (key === null || known.includes(key)) return null;
      if (asking === null && now >= notBefore) asking = ask(now);
      return asking === null ? null : atMost(asking, PATIENCE_MS);
    },
    against: (accessKeyId) => (accessKeyId !== null && known.includes(accessKeyId) ? accessKeyId : (known[0] ?? null)),
  };
}

/** What looks like a key's id where signatures have it: only to know whether to ask, never to judge by. */
function keyIn(head: RequestHead): string | null {
  for (const [name, value] of head.headers) {
    if (name.length === 13 && name.toLowerCase() === 'authorization') return KEY.exec(value)?.[0] ?? null;
  }
  return KEY.exec(head.target)?.[0] ?? null;
}
