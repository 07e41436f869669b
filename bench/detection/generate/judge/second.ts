import { secondBlatant } from './attacks/second-blatant.ts';
import { secondMimic, secondVolume } from './attacks/second-quiet.ts';
import { secondResource } from './attacks/second-resource.ts';
import { drawFunctions } from './functions/drawn.ts';
import type { Round } from './set.ts';
import { World } from './world.ts';

/** Functions drawn from building blocks, and attacks that the first round did not have. */
export const second: Round = {
  world: (seed, scale) =>
    new World(
      seed * 31 + 5,
      ['aldern', 'brightwell', 'corvid', 'duneside'][seed % 4]!,
      ['2026-02-19', '2026-07-09'][seed % 2]!,
      scale,
    ),
  functions: (world) => drawFunctions(world, 18),
  scenarios: [...secondBlatant, ...secondResource, ...secondVolume, ...secondMimic],
  each: 3,
};
