import type { Ask } from '../ask.ts';
import { kindOf } from '../profile.ts';
import { inTier, type Scenario, type Scene } from '../scenario.ts';

export const SLOW = { tier: 'mimic', spread: [45, 60], dense: true } as const;

export const single = inTier('mimic');
export const slow = (
  name: string,
  technique: string,
  attack: Scenario['attack'],
  how: Partial<Scenario> = {},
): Scenario => single(name, `T1030+${technique}`, attack, { ...SLOW, ...how });

/** A kind that the function makes once in nearly every invocation, and that runs often enough to hide fifty calls in a day or two. */
export const steady = ({ profile }: Scene, kinds: readonly string[], once = 0.75): string | null =>
  profile.invocations < 600 ? null : (kinds.find((kind) => profile.perInvocation(kind).once >= once) ?? null);

export const onceMore =
  (kinds: readonly string[], change: (ask: Ask) => Ask = (ask) => ask, once?: number) =>
  (scene: Scene): Ask[] | null => {
    const kind = steady(scene, kinds, once);
    return kind === null ? null : [change(scene.profile.own(kind)!)];
  };

/** The victim's own call, larger. */
export const grown =
  (kinds: readonly string[], change: (ask: Ask) => Ask) =>
  (scene: Scene): Ask[] | null => {
    const kind = steady(scene, kinds);
    const ask = scene.victim.made.find((it) => it.attack === null && kindOf(it.ask) === kind)?.ask;
    return ask === undefined ? null : [change(ask)];
  };
