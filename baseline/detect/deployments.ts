import type { Call } from '../call.ts';
import { resourcePath } from '../names/resource-path.ts';
import { DAY, timeOf } from './call-time.ts';
import type { Deviation } from './deviation.ts';
import { remember } from './remember.ts';
import { opensWays } from './techniques.ts';

/**
 * What came with the very first invocations of a version that nobody has approved yet: the deployment brought it. At first everything is new. Later, as long as something new still came in the second half of
 * its invocations: what a deployment brings, it brings early, and on its first day. What is only unusual (an order of steps) is a notice on that day only: somebody may have let it come six times, so as to go on with it.
 * And what a deployment brings it brings to stay: what hardly came again in the next invocations was somebody else's, and is told then. A version that is replaced before has handed it on to the next, so
 * those of later versions count as well.
 */
export class Deployments {
  readonly #approved: ReadonlySet<string>;
  readonly #versions = new Map<string, Version>();
  /** Of what they brought, what has not yet shown that it stays. */
  readonly #onTrial = new Map<string, Tried>();
  #latest: Version | null = null;

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
    return (
      version.brought.has(broughtKey(deviation)) || (this.#onTrial.size < MAX_TRIED && stillBringing(call, version))
    );
  }

  /** To be called for each call, before `noteBrought`. What was not kept up is no part of a deployment any more: each with the call that brought it. */
  note(call: Call, unit: number): readonly Deviation[] {
    const version = this.#unapproved(call);
    if (version === null) return NOTHING;
    if (version.recent.has(unit)) return NOTHING;
    version.recent.add(unit);
    if (version.recent.size > OVERLAP) version.recent.delete(version.recent.keys().next().value!);
    version.invocations++;
    let dropped = NOTHING;
    for (const [key, tried] of this.#onTrial) {
      // A canary's: the version that it is to replace does not have it
      if (tried.since > version.since || ++tried.next <= TRIAL) continue;
      this.#onTrial.delete(key);
      for (const { brought } of this.#versions.values()) brought.delete(key);
      const { deviation, call: first, shown } = tried;
      const reason = `${deviation.reason}; it came with the first invocations of version ${first.version}, and in ${shown.size - 1 || 'none'} of the next ${TRIAL}`;
      dropped = [...dropped, { ...deviation, reason, call: first }];
    }
    return dropped;
  }

  noteBrought(call: Call, unit: number, deviation: Deviation): void {
    const version = this.#unapproved(call);
    if (version === null) return;
    const key = broughtKey(deviation);
    const tried = this.#onTrial.get(key);
    if (tried !== undefined && tried.shown.add(unit).size >= KEPT_UP) this.#onTrial.delete(key);
    if (version.brought.size >= MAX_KEYS || !this.brought(call, deviation)) return;
    if (tried === undefined && !version.brought.has(key))
      this.#onTrial.set(key, { deviation, call, since: version.since, shown: new Set([unit]), next: 0 });
    // An odd order is no sign that the deployment is not over yet
    if (deviation.detector !== 'order' && !version.brought.has(key)) version.latest = version.invocations;
    version.brought.add(key);
  }

  #unapproved(call: Call): Version | null {
    if (call.version === null || this.#approved.size === 0 || this.#approved.has(call.version)) return null;
    if (this.#latest?.name === call.version) return this.#latest;
    const version = this.#versions.get(call.version) ?? {
      name: call.version,
      recent: new Set(),
      invocations: 0,
      brought: new Set(),
      latest: 0,
      since: timeOf(call),
    };
    remember(this.#versions, version.name, version);
    this.#latest = version;
    return version;
  }
}

interface Version {
  readonly name: string;
  /** Its last invocations, and how many there were: several may overlap. */
  readonly recent: Set<number>;
  invocations: number;
  readonly brought: Set<string>;
  /** How many invocations there had been when it last brought something new. */
  latest: number;
  /** Its first call. */
  readonly since: number;
}

interface Tried {
  readonly deviation: Deviation;
  readonly call: Call;
  /** The invocations that it came in. */
  readonly shown: Set<number>;
  /** The first call of the version that brought it. */
  readonly since: number;
  /** Invocations of this version and later ones since then. */
  next: number;
}

const stillBringing = (call: Call, { invocations, latest, since }: Version): boolean =>
  timeOf(call) - since <= DAY && (invocations <= FIRST || (invocations <= DEPLOYMENT && latest * 2 >= invocations));

/** A deployment that brings a queue brings that queue, not all of them. */
const broughtKey = ({ key, variant = '', resource }: Deviation): string =>
  `${key} ${variant} ${resource === null ? '' : resourcePath(resource).head}`;

/** Invocations of a new version that count as its deployment in any case, and at most. */
const FIRST = 6;
const DEPLOYMENT = 20;
/** What a deployment can bring. */
const BROUGHT: ReadonlySet<string> = new Set(['action', 'resource', 'shape', 'order', 'omission']);
/** What stays comes in so many of the next invocations, the first one counted. */
const KEPT_UP = 3;
const TRIAL = 50;
const NOTHING: readonly Deviation[] = [];
const MAX_KEYS = 1_000;
/** Where so much is on trial, the rest is no deployment's. */
const MAX_TRIED = 64;
/** Invocations between whose calls those of one may come. */
const OVERLAP = 256;
