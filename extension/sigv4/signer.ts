import { timingSafeEqual } from 'node:crypto';
import { hmac, type Scope } from './canonical.ts';

/** Credentials of AWS. `sessionToken` is null for a user's long-lived keys. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

/** A function signs for a handful of services and regions a day; each derived key costs four hashes. */
const KEPT = 64;

/** Signs with one secret. It keeps the derived keys, the secret and nothing of what it signs. */
export class Signer {
  readonly #secret: string;
  readonly #keys = new Map<string, Buffer>();

  constructor(secretAccessKey: string) {
    this.#secret = secretAccessKey;
  }

  /** Hex, 64 characters. */
  sign(scope: Scope, text: string): string {
    return hmac(this.#keyFor(scope), text).toString('hex');
  }

  /** In constant time: how far a guess was right must not show. */
  verifies(scope: Scope, text: string, signature: string): boolean {
    if (!/^[0-9a-f]{64}$/.test(signature)) return false;
    return timingSafeEqual(hmac(this.#keyFor(scope), text), Buffer.from(signature, 'hex'));
  }

  #keyFor({ time, region, service }: Scope): Buffer {
    const day = time.slice(0, 8);
    const name = `${day}/${region}/${service}`;
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = hmac(hmac(hmac(hmac(`AWS4${this.#secret}`, day), region), service), 'aws4_request');
      if (this.#keys.size >= KEPT) this.#keys.clear();
      this.#keys.set(name, key);
    }
    return key;
  }
}
