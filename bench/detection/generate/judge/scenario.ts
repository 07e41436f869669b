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

export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** The same call on something else. */
export const on = (ask: Ask, resource: string, host = ask.host): Ask => ({
  ...ask,
  host,
  access: ask.access.map(({ action }) => ({ action, resources: [resource] })),
});
