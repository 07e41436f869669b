import type { Call } from '../call.ts';
import { resourcePath } from '../learn/resource-path.ts';
import { extensionOf } from '../learn/shape.ts';
import { Budget } from './budget.ts';
import type { Deviation, Kin } from './deviation.ts';
import { Stories } from './stories.ts';
import { isSensitive, opensWays, serviceOf } from './techniques.ts';

/**
 * The second stage: what the detectors found, made fit to be read by a person. It changes severities and keys only: a deviation stays one, and what lies
 * outside the scope stays refused in block mode. What belongs to one story gets one key (`stories.ts`). Four things become notices (severity info):
 * - what a story shows again and again on one day (`budget.ts`);
 * - what has been told loudly, and goes on in most invocations without a gap, or came in several: the world has changed, once more says nothing new;
 * - one more new name of a kind of which several have been told;
 * - what came with the very first invocations of a version that nobody has approved yet: the deployment brought it.
 * None ever holds for iam, sts, kms and secrets, nor for what is critical, but that what most invocations do is told each time that it has doubled; the last not for what else
 * opens ways (`opensWays`).
 */
export class Told {
  readonly #approved: ReadonlySet<string>;
  readonly #keys = new Map<string, Telling>();
  /** By family of new names: the first of them that were told. */
  readonly #families = new Map<string, Set<string>>();
  /** By new name: the first invocations that told of it. */
  readonly #names = new Map<string, number[]>();
  readonly #versions = new Map<string, Version>();
  readonly #stories = new Stories();
  readonly #budget = new Budget();

  /** Invocations so far; those that overlap may count twice. */
  #invocations = 0;
  #lastUnit = -1;

  constructor(approvedVersions: Iterable<string>) {
    this.#approved = new Set(approvedVersions);
  }

  /** Severities and keys as a person should see them. Changes no state. */
  settle(call: Call, unit: number, deviations: readonly Deviation[]): readonly Deviation[] {
    if (deviations.length === 0) return deviations;
    const softened = deviations.map((deviation) => this.#soften(call, unit, deviation));
    return this.#withinBudget(call, unit, deviations, this.#stories.told(call, unit, softened));
  }

  /** What a story shows for the first time, or twice as much of as ever, is told, however often the story was. */
  #withinBudget(call: Call, unit: number, found: readonly Deviation[], told: readonly Deviation[]): Deviation[] {
    return told.map((deviation, i) =>
      deviation.severity !== 'info' &&
      mayBeQuiet(deviation) &&
      this.#isKnown(unit, found[i]!) &&
      this.#budget.spent(call, unit, deviation.key, deviation.detector === 'volume' ? LOUD_SIZES : LOUD_STORY)
        ? quiet(deviation, 'told several times today')
        : deviation,
    );
  }

  #isKnown(unit: number, deviation: Deviation): boolean {
    const told = this.#keys.get(tellingKey(deviation));
    return told !== undefined && !isRecord(unit, deviation, told);
  }

  #soften(call: Call, unit: number, deviation: Deviation): Deviation {
    const told = this.#keys.get(tellingKey(deviation));
    if (told?.loud === unit) return quiet(deviation, 'told already in this invocation');
    const goesOn = told !== undefined && this.#goesOn(call, unit, deviation, told);
    if (!mayBeQuiet(deviation)) {
      if (goesOn && isBetweenDoublings(told.times + (told.latest === unit ? 0 : 1)))
        return quiet(deviation, `told ${LOUD} times already, and it goes on in most invocations`);
      if (told !== undefined && isBetweenDoublings(daysInARow(call, told)))
        return quiet(deviation, `told on ${LOUD} days in a row already`);
      return deviation;
    }
    if (this.#withDeployment(call, deviation))
      return quiet(deviation, `it came with version ${call.version}, which is not approved yet`);
    const { kin } = deviation;
    if (kin !== undefined) {
      const family = this.#families.get(kin.family);
      if (family !== undefined && family.size >= LOUD && !family.has(kin.name))
        return quiet(deviation, 'new ones of this kind have been told several times');
      const named = this.#names.get(kin.name);
      if (named !== undefined && named.length >= LOUD_KIN && !named.includes(unit))
        return quiet(deviation, 'this name has been told already');
    }
    if (told === undefined) return deviation;
    if (goesOn) return quiet(deviation, 'told already, and it goes on in most invocations');
    if (told.units.length < LOUD || told.units.includes(unit)) return deviation;
    // A slow theft is odd a little, often: only what most invocations now do is the new way of working
    const usual =
      deviation.kind === 'scope' ||
      deviation.detector === 'rare' ||
      deviation.weak === true ||
      (deviation.detector === 'drift' && told.times >= NEW_RATE) ||
      (told.times >= NEW_WAY && told.times >= 0.8 * (this.#invocations - told.from));
    if (usual && since(call, told.last) <= QUIET_FOR)
      return quiet(deviation, `told ${LOUD} times already, and it goes on`);
    return deviation;
  }

  /**
   * In most invocations since it was first told, and without a gap: the world has changed. What somebody does now and then never does. Of what is only unusual one invocation after
   * another may still be chance, and twice as much as ever is news.
   */
  #goesOn(call: Call, unit: number, deviation: Deviation, told: Telling): boolean {
    // What cannot be read for certain is not known to be the same again
    if (deviation.detector === 'certainty') return false;
    const times = told.times - (told.latest === unit ? 1 : 0);
    if (times < (deviation.kind === 'scope' ? 1 : 2) || isRecord(unit, deviation, told)) return false;
    return told.times * 2 >= this.#invocations - told.from && since(call, told.last) <= GAP;
  }

  /** The call was made: what was found in it has been told. */
  note(call: Call, unit: number, deviations: readonly Deviation[]): void {
    const version = this.#unapproved(call);
    if (version !== null && version.units.size <= DEPLOYMENT) version.units.add(unit);
    if (unit !== this.#lastUnit) this.#invocations++;
    this.#lastUnit = unit;
    if (deviations.length === 0) return;
    const softened = deviations.map((deviation) => this.#soften(call, unit, deviation));
    const told = this.#stories.told(call, unit, softened);
    const settled = this.#withinBudget(call, unit, deviations, told);
    for (const { severity, key } of told) if (severity !== 'info') this.#budget.note(call, unit, key);
    this.#stories.note(call, unit, softened);
    for (const [i, deviation] of deviations.entries()) {
      if (version !== null && version.brought.size < MAX_KEYS && this.#withDeployment(call, deviation)) {
        if (!version.brought.has(broughtKey(deviation))) version.latest = version.units.size;
        version.brought.add(broughtKey(deviation));
      }
      if (deviation.kin !== undefined && softened[i]!.severity !== 'info') this.#noteKin(deviation.kin, unit);
      this.#noteKey(call, unit, deviation, settled[i]!.severity !== 'info');
    }
  }

  #noteKin({ family, name }: Kin, unit: number): void {
    const known = this.#families.get(family) ?? new Set();
    if (known.size < LOUD) known.add(name);
    renew(this.#families, family, known);
    const units = this.#names.get(name) ?? [];
    if (units.length < LOUD_KIN && !units.includes(unit)) units.push(unit);
    renew(this.#names, name, units);
  }

  #noteKey(call: Call, unit: number, deviation: Deviation, loud: boolean): void {
    const key = tellingKey(deviation);
    const { excess = 0 } = deviation;
    const time = call.time === null ? 0 : Date.parse(call.time);
    const told = this.#keys.get(key);
    this.#keys.delete(key);
    if (told === undefined || since(call, told.last) > QUIET_FOR) {
      this.#keys.set(key, {
        units: [unit],
        latest: unit,
        loud: loud ? unit : NONE,
        times: 1,
        days: 1,
        most: excess,
        before: 0,
        from: this.#invocations,
        last: time,
      });
      if (this.#keys.size > MAX_KEYS) this.#keys.delete(this.#keys.keys().next().value!);
      return;
    }
    this.#keys.set(key, told);
    told.days = daysInARow(call, told);
    told.last = time;
    if (told.latest !== unit) {
      told.times++;
      told.before = told.most;
    }
    told.most = Math.max(told.most, excess);
    told.latest = unit;
    if (loud) told.loud = unit;
    if (told.units.length < LOUD && !told.units.includes(unit)) told.units.push(unit);
  }

  #withDeployment(call: Call, deviation: Deviation): boolean {
    if (!BROUGHT.has(deviation.detector)) return false;
    // A bucket's name says nothing of whose it is: writing into a new one may be the theft itself
    if (deviation.action === 's3:PutObject' || (deviation.action !== null && opensWays(deviation.action))) return false;
    const version = this.#unapproved(call);
    if (version === null) return false;
    return version.brought.has(broughtKey(deviation)) || stillBringing(call, version);
  }

  #unapproved(call: Call): Version | null {
    if (call.version === null || this.#approved.size === 0 || this.#approved.has(call.version)) return null;
    let version = this.#versions.get(call.version);
    if (version === undefined) {
      version = {
        units: new Set(),
        brought: new Set(),
        latest: 0,
        since: call.time === null ? 0 : Date.parse(call.time),
      };
      this.#versions.set(call.version, version);
      if (this.#versions.size > MAX_VERSIONS) this.#versions.delete(this.#versions.keys().next().value!);
    }
    return version;
  }
}

interface Telling {
  /** The first invocations that told of it. */
  readonly units: number[];
  latest: number;
  /** The last that told of it loudly. */
  loud: number;
  times: number;
  /** On which it came, without one left out. */
  days: number;
  /** The largest excess, and what it was before the last invocation. */
  most: number;
  before: number;
  readonly from: number;
  last: number;
}

interface Version {
  /** Its first invocations. */
  readonly units: Set<number>;
  readonly brought: Set<string>;
  /** How many invocations there had been when it last brought something new. */
  latest: number;
  /** Its first call. */
  readonly since: number;
}

/** At first everything is new. Later, as long as something new still came in the second half of its invocations: what a deployment brings, it brings early, and on its first day. */
const stillBringing = (call: Call, { units, latest, since: first }: Version): boolean =>
  since(call, first) <= DAY && (units.size <= FIRST || (units.size <= DEPLOYMENT && latest * 2 >= units.size));

function renew<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_KEYS) map.delete(map.keys().next().value!);
}

const quiet = (deviation: Deviation, why: string): Deviation => ({
  ...deviation,
  severity: 'info',
  reason: `${deviation.reason}; ${why}`,
});

/** A deployment that brings a queue brings that queue, not all of them. */
const broughtKey = ({ key, resource }: Deviation): string =>
  resource === null ? key : `${key} ${resourcePath(resource).head}`;

/** A new bucket that was told with its pictures is not told yet with a script in it. */
const tellingKey = ({ detector, key, resource }: Deviation): string =>
  detector === 'resource' && resource !== null && key.endsWith('*')
    ? key + extensionOf(resource.slice(resource.lastIndexOf('/') + 1))
    : key;

const mayBeQuiet = ({ severity, action, kin }: Deviation): boolean =>
  severity !== 'critical' && (kin !== undefined || action === null || !isSensitive(serviceOf(action)));

/** With that of the call. */
function daysInARow(call: Call, { days, last }: Telling): number {
  if (since(call, last) > GAP) return 1;
  return Math.floor((last + since(call, last)) / DAY) > Math.floor(last / DAY) ? days + 1 : days;
}

/** Far more than in all invocations before. */
const isRecord = (unit: number, { excess }: Deviation, { latest, before, most }: Telling): boolean =>
  excess !== undefined && excess > RECORD * (latest === unit ? before : most);

const isBetweenDoublings = (times: number): boolean => times > LOUD && !Number.isInteger(Math.log2(times));

const since = (call: Call, time: number): number => (call.time === null ? 0 : Date.parse(call.time) - time);

const NONE = -1;
/** So many times what was told is more than was told. */
const RECORD = 2;
/** So many invocations tell of one key outside the scope before it becomes a notice, */
const LOUD = 3;
/** of one name more of a kind so many, */
const LOUD_KIN = 1;
/** and of what is odd only in its order or amount so many. */
const NEW_WAY = 100;
/** Invocations of a day in which a story is told before it is told less; sizes and numbers come as campaigns do, a whole day long. */
const LOUD_STORY = 20;
const LOUD_SIZES = 2;
/** A drift is told again every few dozen invocations as long as it lasts. */
const NEW_RATE = 6;
const DAY = 86_400_000;
/** A nightly job goes on night after night. */
const GAP = 1.5 * DAY;
/** It stays a notice as long as it comes again within a week. */
const QUIET_FOR = 7 * DAY;
/** Invocations of a new version that count as its deployment in any case, and at most. */
const FIRST = 6;
const DEPLOYMENT = 20;
/** What a deployment can bring. */
const BROUGHT: ReadonlySet<string> = new Set(['action', 'resource', 'shape']);
const MAX_KEYS = 1_000;
const MAX_VERSIONS = 16;
