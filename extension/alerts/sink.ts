import type { Finding } from '../../baseline/finding.ts';

/** Where findings go. A sink never throws, never delays a call, and reports its own failure once. */
export interface Sink {
  readonly name: string;
  /** Takes a finding. Synchronous: what must not be lost is out of the process when this returns, the rest is kept for `flush`. */
  deliver(finding: Finding): void;
  /** Sends what is kept, within `capMs` milliseconds; what does not fit stays for the next flush. */
  flush(capMs: number): Promise<void>;
}
