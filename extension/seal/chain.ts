import { type Scope, scopeText } from '../sigv4/canonical.ts';
import type { SignatureChain } from './signed-request.ts';

/** The stream must not go on: its upstream is to be reset. `message` is one sentence that quotes nothing of it. */
export class SealBroken extends Error {
  readonly code = 'seal-broken';
}

/** Both chains at once: each signature covers the one before it. */
export class Chain {
  readonly #chain: SignatureChain;
  #placeholder: string;
  #real: string;

  constructor(chain: SignatureChain) {
    this.#chain = chain;
    this.#placeholder = chain.placeholderSignature;
    this.#real = chain.realSignature;
  }

  get scope(): Scope {
    return this.#chain.scope;
  }

  /** The real signature for what `signature` signed by the placeholder's key. */
  next(signature: string, kind: string, scope: Scope, rest: string): string {
    const { sealed } = this.#chain;
    const text = (previous: string) => `${kind}\n${scope.time}\n${scopeText(scope)}\n${previous}\n${rest}`;
    if (!sealed.placeholderSigner.verifies(scope, text(this.#placeholder), signature)) {
      throw new SealBroken('a part of the body is not signed by the key of its head');
    }
    this.#placeholder = signature;
    this.#real = sealed.realSigner.sign(scope, text(this.#real));
    return this.#real;
  }
}
