import type { Call } from '../call.ts';
import type { Deviation } from './deviation.ts';

/** Holds the calls of one function, environment by environment, against its baseline. Bounded memory; the only clock is `Call.time`. */
export interface Judge {
  /** Before the call leaves: what the request alone shows. Changes no state, so a call that is refused leaves no trace. */
  before(call: Call): readonly Deviation[];
  /** When the answer has ended (bytesIn, status, errorCode, issuedAccessKeyId are known): counts the call in and adds what only the whole shows. Never called for a refused call. */
  after(call: Call): readonly Deviation[];
}
