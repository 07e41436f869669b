import { timingSafeEqual } from 'node:crypto';
import { AsymmetricSigner } from './asymmetric.ts';
import { hmac, type Scope, scopeText } from './canonical.ts';
import { KeyedHash } from './keyed-hash.ts';

/** Credentials of AWS. `sessionToken` is null for a user's long-lived keys. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

/** A function signs for a handful of services and regions a day; each derived key costs four hashes. */
const KEPT = 64;

/** Two signatures beside each other; nothing else is done between writing and comparing them. */
const WANTED = Buffer.alloc(64);
const GIVEN = Buffer.alloc(64);

/** Signs with one secret. It keeps the derived keys, the secret and nothing of what it signs. */
export class Signer {
  readonly #secret: string;
  readonly #accessKeyId: string;
  readonly #keys = new Map<string, KeyedHash>();
  #asymmetric: AsymmetricSigner | null = null;

  /** The key id is part of the secret in SigV4A only. */
  constructor(secretAccessKey: string, accessKeyId = '') {
    this.#secret = secretAccessKey;
    this.#accessKeyId = accessKeyId;
  }

  /** Hex, 64 characters; of SigV4A up to 144. `named`: the scope as a text, where it is at hand. */
  sign(scope: Scope, text: string, named = scopeText(scope)): string {
    if (scope.region === null) return this.#forSets().sign(text);
    return this.#keyFor(scope, named).of(text);
  }

  /** In constant time: how far a guess was right must not show. */
  verifies(scope: Scope, text: string, signature: string, named = scopeText(scope)): boolean {
    if (scope.region === null) return this.#forSets().verifies(text, signature);
    if (signature.length !== WANTED.length) return false;
    WANTED.write(this.#keyFor(scope, named).of(text), 'latin1');
    GIVEN.write(signature, 'latin1');
    return timingSafeEqual(GIVEN, WANTED);
  }

  /** Derived when first needed: hardly any function calls multi-region access points. */
  #forSets(): AsymmetricSigner {
    this.#asymmetric ??= new AsymmetricSigner(this.#accessKeyId, this.#secret);
    return this.#asymmetric;
  }

  #keyFor({ time, region, service }: Scope, named: string): KeyedHash {
    let key = this.#keys.get(named);
    if (key === undefined) {
      const day = time.slice(0, 8);
      key = new KeyedHash(hmac(hmac(hmac(hmac(`AWS4${this.#secret}`, day), region ?? ''), service), 'aws4_request'));
      if (this.#keys.size >= KEPT) this.#keys.clear();
      this.#keys.set(named, key);
    }
    return key;
  }
}
