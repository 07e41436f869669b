import { fifthBlatant } from './attacks/fifth-blatant.ts';
import { fifthMimic } from './attacks/fifth-mimic.ts';
import { fifthResource } from './attacks/fifth-resource.ts';
import { fifthVolume } from './attacks/fifth-volume.ts';
import { dashboardEmbed, flagPublisher, mapTiles, photoBook } from './functions/fifth-content.ts';
import {
  bankStatements,
  changesApply,
  loanTask,
  newsletterBatch,
  playCounter,
  shopConnector,
} from './functions/fifth-flows.ts';
import {
  callerLookup,
  claimsBot,
  matchMaker,
  otpChallenge,
  playbackToken,
  recommendations,
} from './functions/fifth-people.ts';
import { imagePrune, restoreCheck, shadowSync, stackHooks, tableQuality, tagRule } from './functions/fifth-upkeep.ts';
import { freshly, inOwnSession } from './scenario.ts';
import type { Round } from './set.ts';
import { World } from './world.ts';

/** By a third mind, as near to the development set as the third and the fourth: functions that something else in AWS or at a partner calls for, and other attacks. */
export const fifth: Round = {
  world: (seed, scale) =>
    new World(
      seed * 83 + 37,
      ['harrowgate', 'silberbach', 'pinecrest', 'lumenna'][seed % 4]!,
      ['2026-02-09', '2026-08-10', '2026-11-09'][seed % 3]!,
      scale,
    ),
  functions: (world) =>
    [
      otpChallenge,
      claimsBot,
      matchMaker,
      playbackToken,
      callerLookup,
      recommendations,
      loanTask,
      playCounter,
      changesApply,
      shopConnector,
      bankStatements,
      newsletterBatch,
      photoBook,
      mapTiles,
      dashboardEmbed,
      flagPublisher,
      stackHooks,
      shadowSync,
      tagRule,
      restoreCheck,
      tableQuality,
      imagePrune,
    ].map((make) => make(world)),
  scenarios: [...fifthBlatant, ...fifthResource, ...[...fifthVolume, ...fifthMimic].map(inOwnSession)].map(freshly),
  each: 3,
  plain: true,
};
