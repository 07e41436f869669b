import { fourthBlatant } from './attacks/fourth-blatant.ts';
import { fourthMimic } from './attacks/fourth-mimic.ts';
import { fourthResource } from './attacks/fourth-resource.ts';
import { fourthVolume } from './attacks/fourth-volume.ts';
import {
  callTranscripts,
  identityCheck,
  knowledgeIndexer,
  malwareScan,
  readAloud,
  sitePublisher,
} from './functions/fourth-media.ts';
import { mobilePush, seatBooking, sftpLogin, shareApi, welcomeUser } from './functions/fourth-people.ts';
import { bounceHandler, driverDispatch, supplierFeeds, usageMeter } from './functions/fourth-trade.ts';
import { costWatch, queueScaler, releaseGate } from './functions/fourth-upkeep.ts';
import { freshly, inOwnSession } from './scenario.ts';
import type { Round } from './set.ts';
import { World } from './world.ts';

/** As near to the development set as the third round, of other work that companies give to Lambda, and with other attacks. */
export const fourth: Round = {
  world: (seed, scale) =>
    new World(
      seed * 71 + 29,
      ['larkfield', 'ostergate', 'brineholm', 'cardew'][seed % 4]!,
      ['2026-05-11', '2026-07-13', '2026-10-12'][seed % 3]!,
      scale,
    ),
  functions: (world) =>
    [
      shareApi,
      seatBooking,
      mobilePush,
      welcomeUser,
      sftpLogin,
      malwareScan,
      readAloud,
      callTranscripts,
      identityCheck,
      sitePublisher,
      knowledgeIndexer,
      driverDispatch,
      supplierFeeds,
      bounceHandler,
      usageMeter,
      queueScaler,
      releaseGate,
      costWatch,
    ].map((make) => make(world)),
  scenarios: [...fourthBlatant, ...fourthResource, ...[...fourthVolume, ...fourthMimic].map(inOwnSession)].map(freshly),
  each: 3,
  plain: true,
};
