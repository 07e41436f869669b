import type { AreLargest } from '../model/largest.ts';
import { riskOfEach } from './risk.ts';

/**
 * The largest value that is still taken for normal, from the largest different values seen in so many invocations. First what one day brought and stands so far above all others that it is an
 * incident rather than the tail is left out. Then there is room for the next: by a factor that shrinks as more is known, and for bytes and entries by Hill's estimate of the tail (Hill 1975; Weissman's
 * quantile), because sizes of pictures and files have heavy ones.
 */
export function capOf(largest: AreLargest, kind: Kind, among: Among): Cap {
  const seen = withoutIncidents({ values: largest.values, days: mostOfDays(largest) }, kind, among);
  return { usual: seen.values[0]!, cap: roomAbove(seen, kind, among) };
}

/** What is counted. */
export type Kind = 'calls' | 'entries' | 'bytes';

/** Largest first: different values, and the largest of each day. */
interface Tail {
  readonly values: readonly number[];
  readonly days: readonly number[];
}

export interface Among {
  /** In which the thing came that was measured. */
  readonly invocations: number;
  /** Of the function: what it seldom does may be wrong seldom. */
  readonly all: number;
  /** Things that the function does, each with bytes sent and received. */
  readonly things: number;
  /** False where too few days were seen to tell an incident from what comes once a week. */
  readonly long: boolean;
}

export interface Cap {
  /** The largest that was seen, incidents left out. */
  readonly usual: number;
  readonly cap: number;
}

function roomAbove({ values, days }: Tail, kind: Kind, among: Among): number {
  const most = values[0]!;
  const spread = most - values.at(-1)!;
  const few = 5 / Math.sqrt(Math.max(1, among.invocations));
  // Entries make the bodies, and have the tails that those have; how often an invocation calls is its code's doing. What is largest on two days to three digits is an end that something sets (a page, a
  // buffer): no tail goes on from there
  const beyond = kind === 'calls' || days[0] === days[1] ? 0 : Math.min(most * 10, hill(values, among));
  return kind === 'bytes'
    ? Math.max(most * (2 + 2 * few), most + 2 * spread, beyond) + 16_384
    : Math.max(most * (1.5 + few), most + spread, beyond) + 2;
}

/**
 * Without what one day brought, where by what the others allow it would have been told, had it come a day later; of two days of very different size one hides the other. What comes on several days is
 * normal. Of few different values each may come in every invocation, so there the largest must be several times the next.
 */
function withoutIncidents(seen: Tail, kind: Kind, among: Among): Tail {
  if (!among.long || among.invocations < ENOUGH) return seen;
  let left = seen;
  for (let n = 0; n < INCIDENTS; n++) {
    const most = left.days[0]!;
    const others = withoutOneDay(left);
    if (
      others === null ||
      !(isApart(most, others, among) || (others.values.length >= A_TAIL && most > roomAbove(others, kind, among)))
    )
      break;
    left = others;
  }
  return left;
}

/** Null where nothing else is known. What is smaller than the largest of another day may have come on it too. */
function withoutOneDay({ values, days: [, ...days] }: Tail): Tail | null {
  const [most] = days;
  if (most === undefined) return null;
  const others = new Set([...values.filter((value) => value <= most), ...days]);
  return { values: [...others].sort((a, b) => b - a), days };
}

function isApart(most: number, { days: [next = 0] }: Tail, { invocations }: Among): boolean {
  return most >= (invocations >= MANY ? 4 : 6) * Math.max(1, next) && most - next >= 6;
}

/** The largest of each day, as far as that is known; what has no date counts for a day of its own. */
function mostOfDays({ values, days }: AreLargest): readonly number[] {
  const dated = days.map(({ most }) => most);
  return [...values.filter((value) => value > (dated[0] ?? -1)), ...dated];
}

/** The value that is exceeded in one invocation of the function in as many as the risk says, if the tail goes on as its largest values say. */
function hill(largest: readonly number[], { all, things }: Among): number {
  const values = largest.filter((value) => value > 0);
  const k = values.length - 1;
  const least = values[k]!;
  if (k < 3) return 0;
  let sum = 0;
  for (let i = 0; i < k; i++) sum += Math.log(values[i]! / least);
  // As much steeper as an estimate from so few values may be wrong
  return least * Math.max(1, k / (all * riskOfEach(MEASURES * things))) ** ((sum / k) * (1 + 1 / Math.sqrt(k)));
}

/** Invocations after which the largest of others says what is large, a little and well. */
const ENOUGH = 10;
const MANY = 200;
/** Days that brought one, at most. */
const INCIDENTS = 2;
/** So many values are one. */
const A_TAIL = 4;
/** Bytes sent and received: those of a call and of an invocation hang together, and entries with them. */
const MEASURES = 2;
