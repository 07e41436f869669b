import { type Mark, Marks, markOf } from './marks.ts';
import { TOLERANCE_MS } from './signed-request.ts';

/** One use of a signature. */
export interface Use {
  readonly signature: Mark;
  /** Epoch, milliseconds. */
  readonly signedAt: number;
  /** Of this call among those with the same signature, whose time is one of whole seconds: the signature's own where it covers the call's number, null where there is no number. */
  readonly call: Mark | null;
}

/** `call`: empty where the signature covers what tells calls apart. */
export function useOf(signature: string, signedAt: number, call: string | null): Use {
  const mark = markOf(signature, '');
  return { signature: mark, signedAt, call: call === '' ? mark : call === null ? null : markOf(signature, call) };
}

/**
 * For so long after an answer what bears the same signature may be a twin: an SDK has signed both calls in one second, and one has waited for a connection. It mostly goes out when another twin is
 * answered, so the last answer counts; among other calls it may wait for theirs (a long poll takes 20 s). Or another try, where S3 has answered 200 and told of an error in the body.
 */
const TWIN_S = 60;
/** Most of AWS takes no signature that is older than this. */
const TWIN_SIGNED_MS = 5 * 60_000;
/** AWS takes signatures of a quarter of an hour before now and behind it: they touch three. */
const MOST_QUARTERS = 4;

/**
 * The signatures that AWS has honoured, as long as it would honour them again. SDKs sign each try anew, or try again because the one before has failed; so what has
 * been honoured and comes again is not theirs.
 */
export class Honoured {
  /** By the quarter of an hour in which they were signed. */
  readonly #quarters = new Map<number, Marks>();

  /** The answer has ended, and was one. `skew`: by how much AWS's clock is ahead of ours, milliseconds. */
  add({ signature, signedAt, call }: Use, now: number, skew: number): void {
    const marks = this.#quarterOf(quarter(signedAt), quarter(Math.min(now, now + skew)));
    marks.add(signature, secondsOf(now));
    if (call !== null && call !== signature) marks.add(call, secondsOf(now));
  }

  /** True where it is used a second time. `skew`: as for `add`. */
  had({ signature, signedAt, call }: Use, now: number, skew: number): boolean {
    const marks = this.#quarters.get(quarter(signedAt));
    if (marks === undefined) return false;
    if (call !== null && marks.age(call, secondsOf(now)) !== null) return true;
    const age = call === signature ? null : marks.age(signature, secondsOf(now));
    return age !== null && (age > TWIN_S || now + skew - signedAt > TWIN_SIGNED_MS);
  }

  #quarterOf(at: number, now: number): Marks {
    let marks = this.#quarters.get(at);
    if (marks === undefined) {
      for (const old of this.#quarters.keys()) if (old + 1 < now) this.#quarters.delete(old);
      if (this.#quarters.size >= MOST_QUARTERS) this.#quarters.delete(Math.min(...this.#quarters.keys()));
      marks = new Marks();
      this.#quarters.set(at, marks);
    }
    return marks;
  }
}

const quarter = (time: number): number => Math.floor(time / TOLERANCE_MS);
const secondsOf = (time: number): number => Math.floor(time / 1_000);
