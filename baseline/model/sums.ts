import type { Call } from '../call.ts';

/** What calls of one invocation amount to, by what they were about. */
export interface Sums {
  name: string;
  calls: number;
  bytesOut: number;
  bytesIn: number;
  items: number;
}

/** What one call does not tell, the sum does not know from then on: NaN. A connection has no entries. */
export function addTo(sums: Sums, { bytesOut, bytesIn, items, service }: Call): void {
  sums.calls++;
  sums.bytesOut += bytesOut ?? Number.NaN;
  sums.bytesIn += bytesIn ?? Number.NaN;
  sums.items += items ?? (service === null ? 0 : Number.NaN);
}
