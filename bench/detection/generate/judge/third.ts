import { thirdBlatant } from './attacks/third-blatant.ts';
import { thirdMimic } from './attacks/third-mimic.ts';
import { thirdResource } from './attacks/third-resource.ts';
import { thirdVolume } from './attacks/third-volume.ts';
import { deviceTelemetry, inboundMail, reminders, socketBroadcast } from './functions/third-devices.ts';
import { promptGateway, riskScore, searchApi, videoStarter } from './functions/third-models.ts';
import { callbackDispatcher, crmLookup, fileGateway, tenantStatements } from './functions/third-partners.ts';
import {
  lakeCompactor,
  logForwarder,
  personEraser,
  ratesImport,
  secretRotator,
  warehouseChecks,
} from './functions/third-upkeep.ts';
import { freshly, inOwnSession } from './scenario.ts';
import type { Round } from './set.ts';
import { World } from './world.ts';

/**
 * As near to the development set as a set can be that shares neither function nor scenario with it. Measured there and kept here: sizes of heads and
 * bodies (log-normal about 600 and 700 bytes), the day's rhythm, one call in three hundred throttled, a canary at half past nine, the kinds of
 * novelty and how often they come, attacks of one block of calls 60 ms apart, 45 to 200 calls to a burst, and slow ones in fifty invocations that nearly
 * follow each other.
 */
export const third: Round = {
  world: (seed, scale) =>
    new World(
      seed * 53 + 11,
      ['ravensea', 'polarwind', 'oakmere', 'finchley'][seed % 4]!,
      ['2026-04-06', '2026-06-01', '2026-09-07'][seed % 3]!,
      scale,
    ),
  functions: (world) =>
    [
      callbackDispatcher,
      tenantStatements,
      fileGateway,
      crmLookup,
      deviceTelemetry,
      socketBroadcast,
      inboundMail,
      reminders,
      promptGateway,
      riskScore,
      videoStarter,
      searchApi,
      lakeCompactor,
      warehouseChecks,
      ratesImport,
      logForwarder,
      secretRotator,
      personEraser,
    ].map((make) => make(world)),
  scenarios: [...thirdBlatant, ...thirdResource, ...[...thirdVolume, ...thirdMimic].map(inOwnSession)].map(freshly),
  each: 3,
  plain: true,
};
