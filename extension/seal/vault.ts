import { randomBytes } from 'node:crypto';
import { type Credentials, Signer } from '../sigv4/signer.ts';

/** What the function holds in place of credentials, and what they stand for. Only the vault knows both. */
export interface Sealed {
  readonly placeholder: Credentials;
  readonly real: Credentials;
  readonly placeholderSigner: Signer;
  readonly realSigner: Signer;
  /** Epoch, milliseconds: after it AWS takes the real ones no more; null for the environment's own, which live as long as it does. */
  readonly expiresAt: number | null;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** The type and the account stand in the first thirteen characters of an access key id (`identify/access-key.ts`). */
const KEPT_OF_ID = 13;
const ID_LENGTH = 20;
/** Sessions that a function has assumed and may still use: beyond this the oldest goes, and its calls are refused. */
const MOST = 512;
/** Presigned URLs that are still known as ours: some hundred bytes each. */
const MOST_MINTED = 4_096;
/** Credentials of a role hold for an hour or more. */
const MOST_FORMER = 32;

/**
 * Real credentials in, placeholders out. A placeholder is of the right form and keeps the account in its key id, since SDKs choose account-based
 * endpoints by it; secret and token are random, made for this environment, and worth nothing outside of it.
 */
export class Vault {
  readonly #byId = new Map<string, Sealed>();
  readonly #minted = new Set<string>();
  /** Epoch, milliseconds: nothing runs out before. */
  #soonest = Number.POSITIVE_INFINITY;
  /** By real ids that were renewed. */
  readonly #former = new Map<string, Sealed>();

  /** The same real credentials get the same placeholder as long as they are kept: SDKs cache by key id. */
  seal(real: Credentials, expiresAt: number | null): Credentials {
    for (const sealed of this.#byId.values()) {
      if (sealed.real.accessKeyId === real.accessKeyId && sealed.real.sessionToken === real.sessionToken) {
        return sealed.placeholder;
      }
    }
    const placeholder: Credentials = {
      accessKeyId: placeholderId(real.accessKeyId),
      secretAccessKey: randomBytes(30).toString('base64'),
      // A session token in every case: a user's keys without one are sealed like all others.
      sessionToken: `Rolefence${randomBytes(48).toString('base64')}`,
    };
    this.#byId.set(placeholder.accessKeyId, {
      placeholder,
      real,
      placeholderSigner: new Signer(placeholder.secretAccessKey, placeholder.accessKeyId),
      realSigner: new Signer(real.secretAccessKey, real.accessKeyId),
      expiresAt,
    });
    this.#soonest = Math.min(this.#soonest, expiresAt ?? this.#soonest);
    if (this.#byId.size > MOST) this.#dropOldest();
    return placeholder;
  }

  /** Other real credentials behind a placeholder: the function notices nothing. The ids of the old ones stay nobody's but the sensor's. */
  renew(placeholderId: string, real: Credentials): void {
    const sealed = this.#byId.get(placeholderId);
    if (sealed === undefined) return;
    const renewed = { ...sealed, real, realSigner: new Signer(real.secretAccessKey, real.accessKeyId) };
    this.#byId.set(placeholderId, renewed);
    this.#former.set(sealed.real.accessKeyId, renewed);
    if (this.#former.size > MOST_FORMER) for (const [oldest] of this.#former) return void this.#former.delete(oldest);
  }

  /** Null for a key id that is none of ours. */
  open(placeholderId: string): Sealed | null {
    return this.#byId.get(placeholderId) ?? null;
  }

  /** By the id of a real key that stands behind a placeholder: nobody outside of the vault should have it. */
  openReal(realId: string): Sealed | null {
    for (const sealed of this.#byId.values()) if (sealed.real.accessKeyId === realId) return sealed;
    return this.#former.get(realId) ?? null;
  }

  /** Remembers a real signature that was made for use elsewhere: the function may use it itself, too. */
  mint(signature: string): void {
    this.#minted.add(signature);
    if (this.#minted.size > MOST_MINTED) for (const oldest of this.#minted) return void this.#minted.delete(oldest);
  }

  minted(signature: string): boolean {
    return this.#minted.has(signature);
  }

  /** Forgets what AWS takes no more. */
  expire(now: number): void {
    if (now < this.#soonest) return;
    this.#soonest = Number.POSITIVE_INFINITY;
    for (const [id, { expiresAt }] of this.#byId) {
      if (expiresAt === null) continue;
      if (expiresAt <= now) this.#byId.delete(id);
      else this.#soonest = Math.min(this.#soonest, expiresAt);
    }
  }

  #dropOldest(): void {
    for (const [id, { expiresAt }] of this.#byId) {
      if (expiresAt === null) continue;
      this.#byId.delete(id);
      return;
    }
  }

  get size(): number {
    return this.#byId.size;
  }
}

function placeholderId(realId: string): string {
  const kept = /^[A-Z0-9]{16,}$/.test(realId) ? realId.slice(0, KEPT_OF_ID) : 'ASIA';
  let id = kept;
  for (const byte of randomBytes(ID_LENGTH - kept.length)) id += BASE32[byte & 31];
  return id === realId ? placeholderId(realId) : id;
}
