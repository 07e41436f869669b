import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';
import { thingOf } from '../../baseline/thing.ts';

/** One thing to tell: a finding and how often it came. */
export interface Notice {
  /** The first of its window, or the latest of those that repeat it. */
  readonly finding: Finding;
  readonly call: Call | null;
  /** How many findings it stands for that nobody was told of yet. */
  readonly count: number;
  /** Epoch, milliseconds. */
  readonly first: number;
  readonly last: number;
}

interface Entry {
  finding: Finding;
  call: Call | null;
  /** Findings since it was last told. */
  untold: number;
  first: number;
  last: number;
  /** When its window began. */
  opened: number;
}

export interface Ledger {
  /** The notice to tell now, where this is the first of its key in a window; null where it was counted only. */
  take(finding: Finding, call: Call | null, now: number): Notice | null;
  /** What repeated since it was told. It counts as told now. */
  repeats(): Notice[];
  readonly size: number;
}

/**
 * One finding once per key and window: repeats are counted, and told together. A ledger belongs to one environment. Pure but for what it remembers, which is
 * bounded: where there are more keys than `maxKeys`, the one whose window is the oldest is forgotten, and what it had counted goes to `forgotten`.
 */
export function createLedger(windowMs: number, maxKeys: number, forgotten: (notice: Notice) => void): Ledger {
  const entries = new Map<string, Entry>();
  const told = (entry: Entry): Notice => {
    const notice = {
      finding: entry.finding,
      call: entry.call,
      count: entry.untold,
      first: entry.first,
      last: entry.last,
    };
    entry.untold = 0;
    return notice;
  };
  return {
    take(finding, call, now) {
      const key = keyOf(finding);
      const known = entries.get(key);
      if (known !== undefined && now - known.opened < windowMs) {
        if (known.untold === 0) known.first = now;
        known.untold++;
        known.last = now;
        known.finding = finding;
        known.call = call;
        return null;
      }
      const before = known?.untold ?? 0;
      const entry = {
        finding,
        call,
        untold: before + 1,
        first: before > 0 ? known!.first : now,
        last: now,
        opened: now,
      };
      // Deleted first, so that the order of the map is that of the windows.
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > maxKeys) {
        const [oldest, dropped] = entries.entries().next().value!;
        entries.delete(oldest);
        if (dropped.untold > 0) forgotten(told(dropped));
      }
      return told(entry);
    },
    repeats() {
      const list: Notice[] = [];
      for (const entry of entries.values()) if (entry.untold > 0) list.push(told(entry));
      return list;
    },
    get size() {
      return entries.size;
    },
  };
}

/** What has become more severe, or is refused now, is another thing to read; and so is each thing of a story, whose key they share. */
const keyOf = (finding: Finding): string =>
  `${finding.detector}\u0000${finding.severity}\u0000${finding.blocked}\u0000${finding.key}\u0000${thingOf(finding)}`;
