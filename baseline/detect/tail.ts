import { riskOfEach } from './risk.ts';

/**
 * The largest value that is still taken for normal, from the largest different values seen in so many invocations. First what stands so far above all others
 * that it is an incident rather than the tail is left out. Then there is room for the next: by a factor that shrinks as more is known, and for bytes by
 * Hill's estimate of the tail (Hill 1975; Weissman's quantile), because sizes of pictures and files have heavy ones.
 */
export function capOf(largest: readonly number[], kind: 'count' | 'bytes', among: Among): Cap {
  const values = among.long ? largest.slice(incidents(largest, kind, among)) : largest;
  return { usual: values[0]!, cap: roomAbove(values, kind, among) };
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

function roomAbove(values: readonly number[], kind: 'count' | 'bytes', among: Among): number {
  const most = values[0]!;
  const spread = most - values.at(-1)!;
  const few = 5 / Math.sqrt(Math.max(1, among.invocations));
  if (kind === 'count') return Math.max(most * (1.5 + few), most + spread) + 2;
  return Math.max(most * (2 + 2 * few), most + 2 * spread, Math.min(most * 10, hill(values, among))) + 16_384;
}

/**
 * How many of the largest values (two at most) are rather incidents: by what the others allow they would have been told, had they come a day later. Of few different values each may come
 * in every invocation, so there the largest must be several times the next.
 */
function incidents(largest: readonly number[], kind: 'count' | 'bytes', among: Among): number {
  if (among.invocations < ENOUGH) return 0;
  const ratio = among.invocations >= MANY ? 4 : 6;
  const apart = (above: number, below: number) => above >= ratio * Math.max(1, below) && above - below >= 6;
  for (let i = Math.min(2, largest.length - 1); i > 0; i--) {
    const others = largest.slice(i);
    if (apart(largest[i - 1]!, others[0]!)) return i;
    if (others.length >= A_TAIL && largest[i - 1]! > roomAbove(others, kind, among)) return i;
  }
  // Two of different size, where the second hides the largest
  const others = largest.slice(2);
  return others.length >= A_TAIL && apart(largest[0]!, others[0]!) && largest[0]! > roomAbove(others, kind, among)
    ? 2
    : 0;
}

/** The value that is exceeded in one invocation of the function in as many as the risk says, if the tail goes on as its largest values say. */
function hill(values: readonly number[], { all, things }: Among): number {
  const k = values.length - 1;
  const least = values[k]!;
  if (k < 3 || least <= 0) return 0;
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
/** Bytes sent and received: those of a call and of an invocation hang together. */
const MEASURES = 2;
