import type { Call } from '../call.ts';
import type { Deviation } from './deviation.ts';
import { serviceOf } from './normal.ts';
import { isSensitive } from './techniques.ts';

/**
 * The second stage: what the detectors found, made fit to be read by a person. It changes severities only: a deviation stays one, and what lies outside
 * the scope stays refused in block mode. Two things become notices (severity info):
 * - what has been told loudly in several invocations and goes on: the world has changed, once more says nothing new;
 * - what came with the very first invocations of a version that nobody has approved yet: the deployment brought it.
 * Neither ever holds for iam, sts, kms and secrets, nor for what is critical.
 */
export class Told {
  readonly #approved: ReadonlySet<string>;
  readonly #keys = new Map<string, { units: number[]; latest: number; times: number; from: number; last: number }>();
  readonly #versions = new Map<string, { units: Set<number>; keys: Set<string> }>();

  /** Invocations so far; those that overlap may count twice. */
  #invocations = 0;
  #lastUnit = -1;

  constructor(approvedVersions: Iterable<string>) {
    this.#approved = new Set(approvedVersions);
  }

  /** Severities as a person should see them. Changes no state. */
  settle(call: Call, unit: number, deviations: readonly Deviation[]): readonly Deviation[] {
    if (deviations.length === 0) return deviations;
    return deviations.map((deviation) => {
      const told = this.#keys.get(deviation.key);
      if (deviation.kind === 'unusual' && told?.latest === unit) {
        return { ...deviation, severity: 'info', reason: `${deviation.reason}; told already in this invocation` };
      }
      if (!mayBeQuiet(deviation)) return deviation;
      if (this.#withDeployment(call, deviation)) {
        return {
          ...deviation,
          severity: 'info',
          reason: `${deviation.reason}; it came with version ${call.version}, which is not approved yet`,
        };
      }
      if (told === undefined || told.units.length < LOUD || told.units.includes(unit)) return deviation;
      // A slow theft is odd a little, often: only what most invocations now do is the new way of working
      const usual =
        deviation.kind === 'scope' || (told.times >= NEW_WAY && told.times >= 0.8 * (this.#invocations - told.from));
      if (usual && since(call, told.last) <= QUIET_FOR) {
        return {
          ...deviation,
          severity: 'info',
          reason: `${deviation.reason}; told ${LOUD} times already, and it goes on`,
        };
      }
      return deviation;
    });
  }

  /** The call was made: what was found in it has been told. */
  note(call: Call, unit: number, deviations: readonly Deviation[]): void {
    const version = this.#unapproved(call);
    if (version !== null && version.units.size <= DEPLOYMENT) version.units.add(unit);
    if (unit !== this.#lastUnit) this.#invocations++;
    this.#lastUnit = unit;
    for (const deviation of deviations) {
      if (version !== null && version.keys.size < MAX_KEYS && this.#withDeployment(call, deviation))
        version.keys.add(deviation.key);
      const time = call.time === null ? 0 : Date.parse(call.time);
      const told = this.#keys.get(deviation.key);
      this.#keys.delete(deviation.key);
      if (told === undefined || since(call, told.last) > QUIET_FOR) {
        this.#keys.set(deviation.key, { units: [unit], latest: unit, times: 1, from: this.#invocations, last: time });
        if (this.#keys.size > MAX_KEYS) this.#keys.delete(this.#keys.keys().next().value!);
        continue;
      }
      this.#keys.set(deviation.key, told);
      told.last = time;
      if (told.latest !== unit) told.times++;
      told.latest = unit;
      if (told.units.length < LOUD && !told.units.includes(unit)) told.units.push(unit);
    }
  }

  #withDeployment(call: Call, deviation: Deviation): boolean {
    if (deviation.detector !== 'action' && deviation.detector !== 'resource') return false;
    // A bucket's name says nothing of whose it is: writing into a new one may be the theft itself
    if (deviation.action === 's3:PutObject') return false;
    const version = this.#unapproved(call);
    return version !== null && (version.units.size <= DEPLOYMENT || version.keys.has(deviation.key));
  }

  #unapproved(call: Call): { units: Set<number>; keys: Set<string> } | null {
    if (call.version === null || this.#approved.size === 0 || this.#approved.has(call.version)) return null;
    let version = this.#versions.get(call.version);
    if (version === undefined) {
      version = { units: new Set(), keys: new Set() };
      this.#versions.set(call.version, version);
      if (this.#versions.size > MAX_VERSIONS) this.#versions.delete(this.#versions.keys().next().value!);
    }
    return version;
  }
}

const mayBeQuiet = ({ severity, action }: Deviation): boolean =>
  severity !== 'critical' && (action === null || !isSensitive(serviceOf(action)));

const since = (call: Call, time: number): number => (call.time === null ? 0 : Date.parse(call.time) - time);

/** So many invocations tell of one key outside the scope before it becomes a notice, */
const LOUD = 3;
/** and of what is odd only in its order or amount so many. */
const NEW_WAY = 100;
/** It stays a notice as long as it comes again within two days. */
const QUIET_FOR = 2 * 86_400_000;
/** Invocations of a new version that count as its deployment. */
const DEPLOYMENT = 20;
const MAX_KEYS = 1_000;
const MAX_VERSIONS = 16;
