import type { Call } from '../call.ts';
import { resourcePath } from '../learn/resource-path.ts';
import { DAY, timeOf } from './call-time.ts';
import type { Deviation } from './deviation.ts';
import { opensWays } from './techniques.ts';

/**
 * What came with the very first invocations of a version that nobody has approved yet: the deployment brought it. At first everything is new. Later, as long as something new still came in the second half of
 * its invocations: what a deployment brings, it brings early, and on its first day. What is only unusual (an order of steps) is a notice on that day only: somebody may have let it come six times, so as to go on with it.
 * And what a deployment brings it brings to stay: what hardly came again in the next invocations was somebody else's, and is told then.
 */
export class Deployments {
  readonly #approved: ReadonlySet<string>;
  readonly #versions = new Map<string, Version>();

  constructor(approvedVersions: Iterable<string>) {
    this.#approved = new Set(approvedVersions);
  }

  /** Never what opens ways. */
  brought(call: Call, deviation: Deviation): boolean {
    if (!BROUGHT.has(deviation.detector)) return false;
    // A bucket's name says nothing of whose it is: writing into a new one may be the theft itself
    if (deviation.action === 's3:PutObject' || (deviation.action !== null && opensWays(deviation.action))) return false;
    const version = this.#unapproved(call);
    if (version === null || (deviation.kind === 'unusual' && timeOf(call) - version.since > DAY)) return false;
    return version.brought.has(broughtKey(deviation)) || stillBringing(call, version);
  }

  /** To be called for each call, before `noteBrought`. What the version has not kept up is no part of its deployment any more: each with the call that brought it. */
  note(call: Call, unit: number): readonly Deviation[] {
    const version = this.#unapproved(call);
    if (version === null) return NOTHING;
    if (version.units.size <= DEPLOYMENT) version.units.add(unit);
    if (unit === version.unit) return NOTHING;
    version.unit = unit;
    version.invocations++;
    let dropped = NOTHING;
    for (const [key, { deviation, call: first, shown, at }] of version.onTrial) {
      if (version.invocations - at <= TRIAL) break;
      version.onTrial.delete(key);
      version.brought.delete(key);
      const reason = `${deviation.reason}; it came with the first invocations of version ${first.version}, and in ${shown - 1 || 'none'} of the next ${TRIAL}`;
      dropped = [...dropped, { ...deviation, reason, call: first }];
    }
    return dropped;
  }

  noteBrought(call: Call, deviation: Deviation): void {
    const version = this.#unapproved(call);
    if (version === null || version.brought.size >= MAX_KEYS || !this.brought(call, deviation)) return;
    const key = broughtKey(deviation);
    this.#try(version, key, call, deviation);
    // An odd order is no sign that the deployment is not over yet
    if (deviation.detector !== 'order' && !version.brought.has(key)) version.latest = version.units.size;
    version.brought.add(key);
  }

  #try({ onTrial, brought, unit, invocations: at }: Version, key: string, call: Call, deviation: Deviation): void {
    const tried = onTrial.get(key);
    if (tried === undefined) {
      if (!brought.has(key) && onTrial.size < MAX_TRIED)
        onTrial.set(key, { deviation, call, shown: 1, latest: unit, at });
    } else if (tried.latest !== unit) {
      tried.latest = unit;
      if (++tried.shown >= KEPT_UP) onTrial.delete(key);
    }
  }

  #unapproved(call: Call): Version | null {
    if (call.version === null || this.#approved.size === 0 || this.#approved.has(call.version)) return null;
    let version = this.#versions.get(call.version);
    if (version === undefined) {
      version = {
        units: new Set(),
        unit: -1,
        invocations: 0,
        brought: new Set(),
        onTrial: new Map(),
        latest: 0,
        since: timeOf(call),
      };
      this.#versions.set(call.version, version);
      if (this.#versions.size > MAX_VERSIONS) this.#versions.delete(this.#versions.keys().next().value!);
    }
    return version;
  }
}

interface Version {
  /** Its first invocations. */
  readonly units: Set<number>;
  /** The last, and how many there were; those that overlap may count twice. */
  unit: number;
  invocations: number;
  readonly brought: Set<string>;
  /** Of what it brought, what has not yet shown that it stays, in order of time. */
  readonly onTrial: Map<string, Tried>;
  /** How many invocations there had been when it last brought something new. */
  latest: number;
  /** Its first call. */
  readonly since: number;
}

interface Tried {
  readonly deviation: Deviation;
  readonly call: Call;
  /** In how many invocations, and in which last. */
  shown: number;
  latest: number;
  /** The version's invocations when it came first. */
  readonly at: number;
}

const stillBringing = (call: Call, { units, latest, since }: Version): boolean =>
  timeOf(call) - since <= DAY && (units.size <= FIRST || (units.size <= DEPLOYMENT && latest * 2 >= units.size));

/** A deployment that brings a queue brings that queue, not all of them. */
const broughtKey = ({ key, variant = '', resource }: Deviation): string =>
  `${key} ${variant} ${resource === null ? '' : resourcePath(resource).head}`;

/** Invocations of a new version that count as its deployment in any case, and at most. */
const FIRST = 6;
const DEPLOYMENT = 20;
/** What a deployment can bring. */
const BROUGHT: ReadonlySet<string> = new Set(['action', 'resource', 'shape', 'order']);
/** What stays comes in so many of the version's next invocations, the first one counted. */
const KEPT_UP = 3;
const TRIAL = 50;
const NOTHING: readonly Deviation[] = [];
const MAX_KEYS = 1_000;
const MAX_TRIED = 64;
const MAX_VERSIONS = 16;
