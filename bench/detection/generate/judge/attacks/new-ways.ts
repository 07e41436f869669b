import type { Ask } from '../ask.ts';
import { kindOf } from '../profile.ts';
import { inTier, type Scenario, type Scene } from '../scenario.ts';

/** A quarter of what an intruder tries is refused. */
const tried = (ask: Ask, { chance }: Scene): Ask =>
  chance.often(0.25) ? { ...ask, status: 403, errorCode: 'AccessDenied' } : ask;

/** What the function never did; null where its work has it all. */
export const never =
  (make: (scene: Scene) => Ask[]) =>
  (scene: Scene): Ask[] | null => {
    const asks = make(scene).map((ask) => tried(ask, scene));
    const isNew = ({ service, host }: Ask) =>
      service === null && !scene.profile.all('egress:CONNECT').some((known) => known.host === host);
    return asks.some((ask) => isNew(ask) || (ask.service !== null && !scene.profile.uses(kindOf(ask)))) ? asks : null;
  };

export const to = (hosts: (scene: Scene) => string, out: number) =>
  never((scene) => [
    scene.aws.egress(hosts(scene), { out: scene.chance.about(out, 0.6), in: scene.chance.about(240) }),
  ]);

export const blatant = inTier('blatant');
export const ways = (name: string, technique: string, make: (scene: Scene) => Ask[]): Scenario =>
  blatant(name, technique, never(make));
