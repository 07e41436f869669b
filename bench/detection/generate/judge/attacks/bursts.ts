import type { Ask } from '../ask.ts';
import { inTier, type Scene, times } from '../scenario.ts';

export const crowd = (chance: Scene['chance']): number => chance.whole(45, 200);
export const volume = inTier('volume');

/** A few calls, each larger by far than any that was seen. */
export const large =
  (kinds: readonly string[], change: (ask: Ask, most: number, scene: Scene) => Ask, of: (ask: Ask) => number) =>
  (scene: Scene): Ask[] | null => {
    const { profile, chance } = scene;
    const kind = kinds.find(profile.uses);
    return kind === undefined
      ? null
      : times(chance.whole(1, 3), () => change(profile.own(kind)!, profile.most(kind, of), scene));
  };

export const bodies = (kinds: readonly string[], least: number, most: number) =>
  large(
    kinds,
    (ask, seen, { chance }) => ({
      ...ask,
      out: Math.max(chance.whole(least, most), Math.ceil(seen * chance.between(4, 9))),
    }),
    ({ out }) => out,
  );
export const answers = (kinds: readonly string[], least: number, most: number) =>
  large(
    kinds,
    (ask, seen, { chance }) => ({
      ...ask,
      in: Math.max(chance.whole(least, most), Math.ceil(seen * chance.between(4, 9))),
    }),
    (ask) => ask.in,
  );
