import { Door } from './door.ts';
import { HAND_IN } from './hand-in.ts';
import { isReadable, joinLearned, type Learned } from './learned.ts';
import { settle } from './origins.ts';
import { readSlot, type Slot } from './slot.ts';

/** A slot as it was fetched. */
export interface FetchedSlot {
  /** A hexadecimal digit. */
  readonly slot: string;
  readonly bytes: Uint8Array;
}

/** What was handed in of one function, as far as it may come into what is known of it. */
export interface HandedIn {
  /** Null where nothing may. */
  readonly learned: Learned | null;
  readonly leftOut: readonly LeftOut[];
  /** Of what the candidate holds as much as it can from now on. */
  readonly filled: readonly string[];
}

export interface LeftOut {
  readonly slot: string;
  /** All of it: no sensor hands in such a thing. Else only what there was no room for. */
  readonly whole: boolean;
  /** One sentence. */
  readonly reason: string;
}

/** What it takes where slots are more than a candidate can be. */
export interface Care {
  /** So many of the largest are left out. */
  readonly without: number;
  /** After each of them it is asked whether a candidate with it could be read. */
  readonly oneByOne: boolean;
}

/** `spent`: milliseconds, for what it takes to read a slot. */
export function handedIn(
  fn: string,
  known: Learned | null,
  all: readonly FetchedSlot[],
  spent: () => number,
  { without, oneByOne }: Care = { without: 0, oneByOne: false },
): HandedIn {
  const large = new Set([...all].sort((a, b) => b.bytes.length - a.bytes.length).slice(0, without));
  const slots = all.filter((slot) => !large.has(slot));
  const leftOut: LeftOut[] = [...large].map(({ slot }) => ({ slot, whole: false, reason: TOO_LARGE }));
  const door = new Door(known);
  const good: FetchedSlot[] = [];
  let sum: Learned | null = null;
  for (const fetched of slots) {
    const { learned, reason } = readInTime(fetched.bytes, fn, spent);
    if (learned === null) {
      leftOut.push({ slot: fetched.slot, whole: true, reason });
      continue;
    }
    const joined: Learned = sum === null ? learned : joinLearned([sum, learned]);
    if (oneByOne && !isReadable(fn, known === null ? joined : joinLearned([known, joined]))) {
      leftOut.push({ slot: fetched.slot, whole: true, reason: UNREADABLE });
      continue;
    }
    good.push(fetched);
    door.ask(learned);
    sum = joined;
  }
  const filled = door.filled();
  if (!door.isCrowded) return { learned: sum, leftOut, filled };
  // Read once more: sixteen of them at a time would take too much memory, and this is the exception.
  sum = null;
  for (const { slot, bytes } of good) {
    const { learned } = readSlot(bytes, fn);
    if (learned === null) continue;
    const own = withOwnOrigins(learned);
    const left = door.admit(own);
    if (left.size > 0) leftOut.push({ slot, whole: false, reason: `the candidate has no room for ${listed(left)}` });
    sum = sum === null ? own : joinLearned([sum, own]);
  }
  return { learned: sum, leftOut, filled };
}

/** What it takes to join a slot depends on what was joined before, so only its reading counts. */
function readInTime(bytes: Uint8Array, fn: string, spent: () => number): Slot {
  const began = spent();
  const { learned, reason } = readSlot(bytes, fn);
  if (learned === null) return { learned, reason };
  if (spent() - began <= HAND_IN.milliseconds) return { learned: withOwnOrigins(learned), reason: null };
  return { learned: null, reason: `the slot takes more than ${HAND_IN.milliseconds / 1_000} s to read` };
}

/** Origins of what the slot does not tell of would only take the room of others. */
const withOwnOrigins = (slot: Learned): Learned => ({ ...slot, origins: settle(slot.origins, slot.model) });

/** "170 actions, 12 hosts and 3 other things". */
function listed(left: ReadonlyMap<string, number>): string {
  const all = [...left].sort(([, a], [, b]) => b - a);
  const told = all.slice(0, SHOWN).map(([what, count]) => `${count} ${what}`);
  const rest = all.slice(SHOWN).reduce((sum, [, count]) => sum + count, 0);
  return [...told, ...(rest === 0 ? [] : [`${rest} other things`])].join(', ');
}

const SHOWN = 4;
const UNREADABLE = 'a candidate with it could not be read any more';
const TOO_LARGE = 'the candidate would be larger than its store takes';
