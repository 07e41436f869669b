import type { Ask } from '../ask.ts';
import { kindOf } from '../profile.ts';
import type { Scene } from '../scenario.ts';

/** The calls of an ordinary run of a function that has run often enough; null where this one was anything else. */
export const ordinary = ({ profile, victim }: Scene, least = 2, runs = 250): Ask[] | null => {
  const asks = victim.made.map(({ ask }) => ask);
  const isOrdinary =
    victim.made.every(({ novelty }) => novelty === null) &&
    asks.every(({ status = 200 }) => status < 300) &&
    asks.every((ask) => profile.uses(kindOf(ask)));
  return profile.invocations > runs && isOrdinary && asks.length >= least ? asks : null;
};

/** The same as a whole run of its own: in an environment that is new, what a cold start needs is there too. */
export const anew = (scene: Scene, runs?: number): Ask[] | null => {
  const asks = ordinary(scene, 2, runs);
  const has = (kind: string) => asks?.some((ask) => kindOf(ask) === kind);
  return scene.profile.kinds.every((kind) => has(kind) || !scene.profile.coldOnly(kind)) ? asks : null;
};

/** Nothing where the call is egress. */
export const target = ({ access }: Ask): string => access[0]?.resources[0] ?? '';

/** An ordinary run that leaves out what most of them have. */
export const without =
  (isLeftOut: (ask: Ask) => boolean, least = 0.6) =>
  (scene: Scene): Ask[] | null => {
    const asks = ordinary(scene);
    const step = asks?.find(isLeftOut);
    const isUsual = step !== undefined && scene.profile.perInvocation(kindOf(step)).share > least;
    return isUsual ? asks!.filter((ask) => !isLeftOut(ask)) : null;
  };
