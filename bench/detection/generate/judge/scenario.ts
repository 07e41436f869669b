import type { Ask, Aws } from './ask.ts';
import type { Chance } from './chance.ts';
import type { Profile } from './profile.ts';
import type { Ran } from './traffic.ts';
import type { World } from './world.ts';

/** Where an intruder stands: inside one invocation of one function, with what the function has. */
export interface Scene {
  readonly world: World;
  readonly aws: Aws;
  readonly chance: Chance;
  readonly function: string;
  readonly profile: Profile;
  readonly victim: Ran;
}

/** One way to abuse a function. */
export interface Scenario {
  readonly name: string;
  /** MITRE ATT&CK. */
  readonly technique: string;
  readonly tier: 'blatant' | 'resource' | 'volume' | 'mimic';
  /** In how many invocations; one where it is not said. */
  readonly spread?: readonly [number, number];
  /** One after the other, but for a few in between, instead of here and there over days. */
  readonly dense?: boolean;
  /** Before, amid or after the function's own calls; anywhere where it is not said. */
  readonly place?: 'start' | 'end';
  /** The function's own calls stay away: the event itself was the attack. */
  readonly alone?: boolean;
  /** A whole invocation at a time at which there is none, made of the victim's own calls. */
  readonly at?: (scene: Scene) => number | null;
  /** Changes the victim's own calls in place of making some. */
  readonly alters?: boolean;
  /** The calls; null where this function does not offer itself. */
  attack(scene: Scene): Ask[] | null;
}

/** Makes scenarios of one tier. `how`: what else is to be said of one. */
export const inTier =
  (tier: Scenario['tier']) =>
  (name: string, technique: string, attack: Scenario['attack'], how: Partial<Scenario> = {}): Scenario => ({
    name,
    technique,
    tier,
    ...how,
    attack,
  });

export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** An intruder has the session that the environment has: one from days ago has ended, and a key from elsewhere would give the call away. */
export const inOwnSession = (scenario: Scenario): Scenario => ({
  ...scenario,
  attack(scene) {
    const asks = scenario.attack(scene);
    const issued = new Set(asks?.map(({ issues }) => issues));
    const stale = ({ as }: Ask) => as !== undefined && !issued.has(as.accessKeyId);
    if (asks === null || !asks.some(stale)) return asks;
    const as = scene.victim.made.find(({ ask }) => ask.as !== undefined)?.ask.as;
    return as === undefined ? null : asks.map((ask) => (stale(ask) ? { ...ask, as } : ask));
  },
});

/** No two calls of a program are of one size, nor come at one pace; what it names is of today, and new, but where it repeats a call of the victim. */
export const freshly = (scenario: Scenario): Scenario => ({
  ...scenario,
  attack(scene) {
    const { chance, victim } = scene;
    const today = new Date(victim.started).toISOString().slice(0, 10);
    const fresh = (name: string): string =>
      name
        .replace(/\d{4}-\d\d-\d\d/, today)
        .replace(/(?<=\/)20\d{6}(?=_)/, today.replaceAll('-', ''))
        .replace(/(?<=\/hh=)\d\d/, new Date(victim.started).toISOString().slice(11, 13))
        .replace(UUID, chance.uuid)
        .replace(/01[0-9A-Z]{24}/, chance.ulid)
        .replace(/[0-9a-f]{40}/, () => chance.hex(40));
    const asks = scenario.attack(scene);
    if (asks === null || scenario.alters) return asks;
    return asks.map((ask) => ({
      ...ask,
      ms: Math.max(ask.ms, chance.about(50, 0.45)),
      out: chance.about(ask.out, 0.2),
      in: chance.about(ask.in, 0.2),
      ...(ask.prefix === undefined ? {} : { prefix: fresh(ask.prefix) }),
      ...(ask.service === 's3' && scenario.tier !== 'resource' && !victim.made.some((it) => it.ask === ask)
        ? { access: ask.access.map((it) => ({ ...it, resources: it.resources.map(fresh) })) }
        : {}),
    }));
  },
});

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** Ever the same call: far more of it than the function ever made in one invocation. */
export const flood =
  (
    kinds: readonly string[],
    change: (ask: Ask, scene: Scene) => Ask = (ask) => ask,
    least: (chance: Chance) => number = () => 25,
  ) =>
  (scene: Scene): Ask[] | null => {
    const { profile, chance } = scene;
    const kind = kinds.find(profile.uses);
    if (kind === undefined) return null;
    const beyond = profile.perInvocation(kind).most * chance.between(2.5, 5);
    return times(Math.ceil(Math.max(least(chance), beyond)), () => change(profile.own(kind)!, scene));
  };

/** The function's own action on something that `elsewhere` names. */
export const other =
  (kind: string, elsewhere: (scene: Scene, ask: Ask) => string, most = 4) =>
  (scene: Scene): Ask[] | null => {
    const ask = scene.profile.own(kind);
    if (ask === null || ask.as !== undefined) return null;
    const resource = elsewhere(scene, ask);
    const host =
      ask.service === 's3'
        ? `${resource.slice('arn:aws:s3:::'.length).split('/')[0]}.s3.${ask.region}.amazonaws.com`
        : ask.host;
    return times(scene.chance.whole(1, most), () => on(ask, resource, host));
  };

export const foreign = ({ chance }: Scene): string => `7${chance.digits(11)}`;

/** The same call on something else. */
export const on = (ask: Ask, resource: string, host = ask.host): Ask => ({
  ...ask,
  host,
  access: ask.access.map(({ action }) => ({ action, resources: [resource] })),
});
