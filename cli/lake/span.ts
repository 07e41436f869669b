import { UsageError } from '../errors.ts';
import { timeOption } from '../options.ts';

/** Times from (inclusive) and to (exclusive), ISO 8601 UTC with seconds; null where there is no such end. */
export interface Span {
  readonly from: string | null;
  readonly to: string | null;
}

export interface SpanOptions {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export function spanOf(options: SpanOptions): Span {
  const from = timeOption('--from', options.from);
  const to = timeOption('--to', options.to);
  if (from !== null && to !== null && to <= from) throw new UsageError('--to must be later than --from');
  const second = (time: string | null) => (time === null ? null : secondOf(Date.parse(time)));
  return { from: second(from), to: second(to) };
}

/** As CloudTrail writes times. */
export const secondOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
