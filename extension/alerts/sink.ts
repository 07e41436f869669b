import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';
import type { Measures } from './measures.ts';

/** Where findings go. A sink never throws, delays a call only where `rush` says so, and reports its own failure once. */
export interface Sink {
  readonly name: string;
  /**
   * Takes a finding, and the call that raised it where there is one. Synchronous: what must not be lost is out of the process when this returns, the
   * rest is kept for `flush`.
   */
  deliver(finding: Finding, call?: Call | null): void;
  /** Takes the figures of a period; sinks that carry no metrics leave it out. */
  measure?(measures: Measures): void;
  /**
   * Sends what is urgent at once; where it is missing, `deliver` has done so. Until it has been taken, or `capMs` milliseconds are over. Null where nothing urgent is on
   * its way, and where waiting for it would be in vain.
   */
  rush?(capMs: number): Promise<void> | null;
  /** Sends what is kept, within `capMs` milliseconds; what does not fit stays for the next flush. `last`: there will be none. */
  flush(capMs: number, last?: boolean): Promise<void>;
}
