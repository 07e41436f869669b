import { Days } from './days.ts';
import type { Evidence } from './document.ts';
import { Seen } from './seen.ts';

/** What was seen, as a document tells it. */
export const evidence = (seen: Seen): Evidence => {
  const count = seen.count();
  if (count === 0) return 0;
  const days = seen.days.toJson();
  return days === null ? [count, seen.toText()] : [count, seen.toText(), days];
};

/** A count without a sketch is a person's word that this is normal: it carries no observations. */
export function seenOf(value: Evidence): Seen {
  if (typeof value === 'number') return new Seen();
  const seen = Seen.fromText(value[1]) ?? new Seen();
  seen.days.join(Days.fromJson(value[2] ?? null) ?? new Days());
  return seen;
}
