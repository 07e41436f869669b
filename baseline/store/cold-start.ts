import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { readBreakGlass } from '../approval/break-glass.ts';
import { eachAtOnce } from './at-once.ts';
import { BREAK_GLASS_KEY } from './break-glass.ts';
import { isolationKey } from './isolation.ts';
import { type Key, type KeyValue, StoreError } from './key-value.ts';
import { unzip } from './learned.ts';
import { settling } from './settling.ts';

/**
 * For a store that has no request for several values: what is approved of a function once more, as one value that is there only while none of the switches holds for the
 * function, so that a sensor that starts finds all it needs with one request (decision 27). The separate values are the truth. Where there is no copy, a sensor asks for each of them.
 *
 * Who turns a switch takes the copies away, and needs no right to write one. Who approves puts a mark of his own in the place first, looks at the truth after that, and replaces his mark:
 * a switch that was turned before he looked, he sees; one turned later has taken his mark away, and nothing is written. So no sensor finds a copy that began before a switch was turned.
 */
export interface Copies {
  /** Before and after a switch is turned. `fns`: for whom; null for all. StoreError before anything is turned where a copy cannot be taken away. */
  turning(fns: readonly string[] | null, turn: () => Promise<void>): Promise<void>;
  /** Before and after what is approved is replaced. */
  publishing(fn: string, publish: () => Promise<void>): Promise<void>;
  /** Puts copies there where none of the switches holds any more. `fns`: whose; null for all that have something approved. */
  renew(fns: readonly string[] | null): Promise<void>;
}

const NO_COPIES: Copies = {
  turning: (_, turn) => turn(),
  publishing: (_, publish) => publish(),
  renew: async () => {},
};

const FORMAT = 'rolefence.cold-start/1';
/** How far a clock may be ahead at most: S3 refuses what is signed more than a quarter of an hour off (RequestTimeTooSkewed). */
const SKEW_MS = 15 * 60_000;
/** Requests at the same time, where a switch is turned for a whole fleet. */
const AT_ONCE = 32;

const copyKey = (fn: string): Key => ({ kind: 'cold-start', function: fn, part: null });

/** `newest`: text of what is approved. `report`: without a copy sensors need more requests, which is no reason to fail. */
export function copiesIn(
  store: KeyValue,
  newest: (fn: string) => Promise<string | null>,
  clock: () => number,
  report: (problem: string) => void,
): Copies {
  if (store.oneByOne !== true) return NO_COPIES;

  const takeAway = (fn: string) =>
    settling(store, async () => {
      const value = await store.get(copyKey(fn), true);
      return value === null || (await store.remove(copyKey(fn), value.tag)) || null;
    });

  async function takeAll(fns: readonly string[] | null): Promise<void> {
    await eachAtOnce(fns ?? namesOf(store, 'cold-start'), AT_ONCE, async (fn) => void (await takeAway(fn)));
  }

  async function put(fn: string): Promise<void> {
    const mark = gzipSync(JSON.stringify({ format: FORMAT, function: fn, mark: randomUUID() }));
    await settling(store, async () => {
      const there = await store.get(copyKey(fn), true);
      return (await store.put(copyKey(fn), mark, there?.tag ?? null)) || null;
    });
    const marked = await store.get(copyKey(fn), true);
    if (marked === null || Buffer.compare(marked.bytes, mark) !== 0) return;
    const [isClear, approved] = await Promise.all([clear(fn), newest(fn)]);
    const copy = gzipSync(JSON.stringify({ format: FORMAT, function: fn, approved }));
    if (!isClear || approved === null) await store.remove(copyKey(fn), marked.tag);
    // Whoever published since may have ended before he could take away what is old now
    else if ((await store.put(copyKey(fn), copy, marked.tag)) && (await newest(fn)) !== approved) await takeAway(fn);
  }

  /** What cannot be read may hold: sensors look for themselves. */
  async function clear(fn: string): Promise<boolean> {
    const [isolation, glass] = await Promise.all([store.get(isolationKey(fn), true), store.get(BREAK_GLASS_KEY, true)]);
    if (isolation !== null) return false;
    if (glass === null) return true;
    try {
      const { until, functions } = readBreakGlass(unzip(glass.bytes, store.name), store.name, null);
      return Date.parse(until) + SKEW_MS <= clock() || (functions !== null && !functions.includes(fn));
    } catch {
      return false;
    }
  }

  async function renew(fns: readonly string[] | null): Promise<void> {
    let failed = 0;
    let why = '';
    await eachAtOnce(fns ?? namesOf(store, 'approved'), AT_ONCE, async (fn) => {
      try {
        await put(fn);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        failed++;
        why = error.message;
      }
    });
    if (failed > 0)
      report(
        `${why}: sensors of ${failed === 1 ? 'one function need' : `${failed} functions need`} one request for each object at their start`,
      );
  }

  async function orSay(taking: Promise<unknown>, what: string): Promise<void> {
    try {
      await taking;
    } catch (cause) {
      throw new StoreError(store.name, what, cause instanceof StoreError ? cause.message : 'unknown error');
    }
  }

  return {
    async turning(fns, turn) {
      await takeAll(fns);
      await turn();
      await orSay(takeAll(fns), 'holds the switch, but sensors may not heed it until it is turned again');
    },
    async publishing(fn, publish) {
      await takeAway(fn);
      try {
        await publish();
        // What somebody put there meanwhile may hold what was approved before
        await orSay(
          takeAway(fn),
          'holds what is approved, but sensors may judge by what was before until it is published again',
        );
      } finally {
        await renew([fn]);
      }
    },
    renew,
  };
}

/** What is approved, as text, where the copy says that no switch holds; else null. Rejects where it cannot be read. */
export async function readCopy(store: KeyValue, fn: string, largest: number): Promise<string | null> {
  const value = await store.get(copyKey(fn));
  if (value === null) return null;
  // A character of the document takes two in a string at most.
  const copy = JSON.parse(unzip(value.bytes, `${store.name} cold-start`, 2 * largest)) as Readonly<
    Record<string, unknown>
  > | null;
  const { format, function: whose, approved } = copy ?? {};
  return format === FORMAT && whose === fn && typeof approved === 'string' ? approved : null;
}

async function* namesOf(store: KeyValue, kind: 'approved' | 'cold-start'): AsyncGenerator<string> {
  for await (const { function: fn } of store.list(kind)) yield fn;
}
