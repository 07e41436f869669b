import type { AreLargest } from '../model/largest.ts';
import { riskOfEach } from './risk.ts';

/**
 * The largest value that is still taken for normal, from the largest different values seen in so many invocations. First what stands so far above all others
 * that it is an incident rather than the tail is left out. Then there is room for the next: by a factor that shrinks as more is known, and for bytes by
 * Hill's estimate of the tail (Hill 1975; Weissman's quantile), because sizes of pictures and files have heavy ones.
 */
export function capOf(largest: AreLargest, kind: Kind, among: Among): Cap {
  const values = withoutIncident(largest, kind, among);
  return { usual: values[0]!, cap: roomAbove(values, kind, among) };
}

type Kind = 'count' | 'bytes';

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

function roomAbove(values: readonly number[], kind: Kind, among: Among): number {
  const most = values[0]!;
  const spread = most - values.at(-1)!;
  const few = 5 / Math.sqrt(Math.max(1, among.invocations));
  if (kind === 'count') return Math.max(most * (1.5 + few), most + spread) + 2;
  return Math.max(most * (2 + 2 * few), most + 2 * spread, Math.min(most * 10, hill(values, among))) + 16_384;
}

/**
 * Without what one day brought where that is rather an incident: by what the others allow it would have been told, had it come a day later. Of few different values each may come in every
 * invocation, so there the largest must be several times the next.
 */
function withoutIncident(largest: AreLargest, kind: Kind, among: Among): readonly number[] {
  const { values } = largest;
  if (!among.long || among.invocations < ENOUGH) return values;
  const days = mostOfDays(largest);
  const [most, ofOthers] = days as [number, number | undefined];
  if (ofOthers === undefined || ofOthers === most) return values;
  const others = [...new Set([...values.filter((value) => value <= ofOthers), ...days.slice(1)])].sort((a, b) => b - a);
  const ratio = among.invocations >= MANY ? 4 : 6;
  const isApart = most >= ratio * Math.max(1, ofOthers) && most - ofOthers >= 6;
  const isTold = others.length >= A_TAIL && most > roomAbove(others, kind, among);
  return isApart || isTold ? others : values;
}

/** The largest of each day, as far as that is known; what has no date counts for a day of its own. */
function mostOfDays({ values, days }: AreLargest): readonly number[] {
  const dated = days.map(({ most }) => most);
  return [...values.filter((value) => value > (dated[0] ?? -1)), ...dated];
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
