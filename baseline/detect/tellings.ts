import type { Call } from '../call.ts';
import { extensionOf } from '../names/shape.ts';
import { DAY, timeOf } from './call-time.ts';
import type { Deviation } from './deviation.ts';
import { remember } from './remember.ts';

/** How often each thing was found, and how often told: what says whether it goes on. */
export class Tellings {
  readonly #tellings = new Map<string, Telling>();

  /** Undefined where it was never told aloud: a notice uses up nothing. */
  of(deviation: Deviation): Telling | undefined {
    const telling = this.#tellings.get(tellingKey(deviation));
    return telling === undefined || telling.loud === NEVER ? undefined : telling;
  }

  /** It was found in the `at`th invocation of the function. */
  note(call: Call, unit: number, deviation: Deviation, loud: boolean, at: number): void {
    const key = tellingKey(deviation);
    const { excess = 0 } = deviation;
    const time = timeOf(call);
    let telling = this.#tellings.get(key);
    if (telling === undefined || since(call, telling.last) > QUIET_FOR) {
      telling = {
        units: [],
        latest: unit,
        loud: NEVER,
        times: 1,
        days: 1,
        inARow: 1,
        most: excess,
        before: 0,
        from: at,
        last: time,
      };
    } else {
      Object.assign(telling, daysWith(call, telling));
      telling.last = time;
      if (telling.latest !== unit) {
        telling.times++;
        telling.before = telling.most;
      }
      telling.most = Math.max(telling.most, excess);
      telling.latest = unit;
    }
    if (loud) {
      telling.loud = unit;
      if (telling.units.length < LOUD && !telling.units.includes(unit)) telling.units.push(unit);
    }
    remember(this.#tellings, key, telling);
  }
}

export interface Telling {
  /** The first invocations that told of it aloud. */
  readonly units: number[];
  /** The last that found it, and the last that told of it aloud. */
  latest: number;
  loud: number;
  /** Invocations that found it. */
  times: number;
  /** On which it came, never away for a week; and those without one left out, to the last. */
  days: number;
  inARow: number;
  /** The largest excess, and what it was before the last invocation. */
  most: number;
  before: number;
  /** The function's invocation in which it was found first. */
  readonly from: number;
  last: number;
}

/**
 * In most invocations since it was first told, the `at`th now, and without a gap: the world has changed. What somebody does now and then never does. Of what is only unusual one invocation after
 * another may still be chance, and twice as much as ever is news.
 */
export function goesOn(call: Call, unit: number, deviation: Deviation, told: Telling, at: number): boolean {
  // What cannot be read for certain is not known to be the same again
  if (deviation.detector === 'certainty') return false;
  const times = told.times - (told.latest === unit ? 1 : 0);
  if (times < (deviation.kind === 'scope' ? 1 : 2) || isRecord(unit, deviation, told)) return false;
  // Of one invocation nothing is most: a nightly job's second night is told again
  if (at - told.from <= 1 && since(call, told.last) > DAY / 2) return false;
  return told.times * 2 >= at - told.from - (told.latest === unit ? 0 : 1) && since(call, told.last) <= GAP;
}

/** It came in several invocations, and again within a week. */
export function isKnownWay(call: Call, unit: number, deviation: Deviation, told: Telling, at: number): boolean {
  if (told.units.length < LOUD || told.units.includes(unit) || since(call, told.last) > QUIET_FOR) return false;
  // A slow theft is odd a little, often: only what most invocations now do is the new way of working
  return (
    deviation.kind === 'scope' ||
    deviation.detector === 'rare' ||
    deviation.weak === true ||
    (deviation.detector === 'drift' && told.times >= NEW_RATE) ||
    (told.times >= NEW_WAY && told.times >= 0.8 * (at - told.from))
  );
}

/** Days with that of the call. */
export function daysWith(call: Call, { days, inARow, last }: Telling): { days: number; inARow: number } {
  const another = Math.floor((last + since(call, last)) / DAY) > Math.floor(last / DAY) ? 1 : 0;
  return { days: days + another, inARow: since(call, last) > GAP ? 1 : inARow + another };
}

/** Far more than in all invocations before. */
export const isRecord = (unit: number, { excess }: Deviation, { latest, before, most }: Telling): boolean =>
  excess !== undefined && excess > RECORD * (latest === unit ? before : most);

/** A new bucket that was told with its pictures is not told yet with a script in it. */
const tellingKey = ({ detector, key, variant = '', resource }: Deviation): string =>
  detector === 'resource' && resource !== null && key.endsWith('*')
    ? key + extensionOf(resource.slice(resource.lastIndexOf('/') + 1))
    : key + variant;

const since = (call: Call, time: number): number => (call.time === null ? 0 : Date.parse(call.time) - time);

const NEVER = -1;
/** So many invocations tell of one key before it is known. */
export const LOUD = 3;
/** So many times what was told is more than was told. */
const RECORD = 2;
/** Of what is odd only in its order or amount so many invocations make a new way of working, */
const NEW_WAY = 100;
/** and so many tellings of a drift: it is told again every few dozen invocations as long as it lasts. */
const NEW_RATE = 6;
/** A nightly job goes on night after night. */
const GAP = 1.5 * DAY;
/** It stays a notice as long as it comes again within a week. */
const QUIET_FOR = 7 * DAY;
