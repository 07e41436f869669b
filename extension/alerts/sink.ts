import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';
import type { Measures } from './measures.ts';

/** Where findings go. A sink never throws, never delays a call, and reports its own failure once. */
export interface Sink {
  readonly name: string;
  /**
   * Takes a finding, and the call that raised it where there is one. Synchronous: what must not be lost is out of the process when this returns, the
   * rest is kept for `flush`.
   */
  deliver(finding: Finding, call?: Call | null): void;
  /** Takes the figures of a period; sinks that carry no metrics leave it out. */
  measure?(measures: Measures): void;
  /** Sends what is kept, within `capMs` milliseconds; what does not fit stays for the next flush. `last`: there will be none. */
  flush(capMs: number, last?: boolean): Promise<void>;
}
