import type { AreLargest } from '../model/largest.ts';
import { riskOfEach } from './risk.ts';

/**
 * The largest value that is still taken for normal, from the largest different values seen in so many invocations. First what one day brought and stands so far above all others that it is an
 * incident rather than the tail is left out. Then there is room for the next: by a factor that shrinks as more is known, and for bytes and entries by Hill's estimate of the tail (Hill 1975; Weissman's
 * quantile), because sizes of pictures and files have heavy ones.
 */
export function capOf(largest: AreLargest, kind: Kind, among: Among): Cap {
  const seen = withoutIncidents(withAllDays(largest), kind, among);
  return { usual: seen.values[0]!, cap: roomAbove(seen, kind, among) };
}

/** What is counted. */
export type Kind = 'calls' | 'entries' | 'bytes';

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

function roomAbove({ values, days: [first, second] }: AreLargest, kind: Kind, among: Among): number {
  const most = values[0]!;
  const spread = most - values.at(-1)!;
  const few = 5 / Math.sqrt(Math.max(1, among.invocations));
  // Entries make the bodies, and have the tails that those have; how often an invocation calls is its code's doing. What is largest on two days to three digits is an end that something sets (a page, a
  // buffer): no tail goes on from there
  const beyond = kind === 'calls' || first?.most === second?.most ? 0 : Math.min(most * 10, hill(values, among));
  return kind === 'bytes'
    ? Math.max(most * (2 + 2 * few), most + 2 * spread, beyond) + 16_384
    : Math.max(most * (1.5 + few), most + spread, beyond) + 2;
}

/**
 * Without what one day brought, where by what the others allow it would have been told, had it come a day later. What comes on several days is normal, but for two that stand apart from all others as an
 * intruder's do who comes again: what a clock brings twice comes on the same day of the week.
 */
function withoutIncidents(seen: AreLargest, kind: Kind, among: Among): AreLargest {
  const one = among.long && among.invocations >= ENOUGH ? withoutFirstDay(seen) : null;
  if (one === null) return seen;
  const two = withoutFirstDay(one);
  if (isTold(seen, one, kind, among)) return two !== null && isTold(one, two, kind, among) ? two : one;
  return two !== null && isApart(one, two, among) && !isWeekly(seen) ? two : seen;
}

/** Null where nothing else is known. What is smaller than the largest of another day may have come on it too. */
function withoutFirstDay({ values, days: [, ...days] }: AreLargest): AreLargest | null {
  if (days.length === 0) return null;
  const most = days[0]!.most;
  const others = new Set([...values.filter((value) => value <= most), ...days.map((one) => one.most)]);
  return { values: [...others].sort((a, b) => b - a), days };
}

function isTold(seen: AreLargest, others: AreLargest, kind: Kind, among: Among): boolean {
  const enough = others.values.length >= A_TAIL;
  return isApart(seen, others, among) || (enough && seen.days[0]!.most > roomAbove(others, kind, among));
}

/** Of few different values each may come in every invocation, so there the largest must be several times the next. */
function isApart(seen: AreLargest, others: AreLargest, { invocations }: Among): boolean {
  const [most, next] = [seen.days[0]!.most, others.days[0]!.most];
  return most >= (invocations >= MANY ? 4 : 6) * Math.max(1, next) && most - next >= 6;
}

const isWeekly = ({ days: [first, second] }: AreLargest): boolean =>
  first!.day >= 0 && (first!.day - second!.day) % 7 === 0;

/** The largest of each day, as far as that is known; what has no date counts for a day of its own. */
function withAllDays({ values, days }: AreLargest): AreLargest {
  const undated = values.filter((value) => value > (days[0]?.most ?? -1));
  return { values, days: [...undated.map((most) => ({ most, day: -1 })), ...days] };
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
/** So many values are one. */
const A_TAIL = 4;
/** Bytes sent and received: those of a call and of an invocation hang together, and entries with them. */
const MEASURES = 2;
