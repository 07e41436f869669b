import { sixthBlatant } from './attacks/sixth-blatant.ts';
import { sixthMimic } from './attacks/sixth-mimic.ts';
import { sixthResource } from './attacks/sixth-resource.ts';
import { sixthVolume } from './attacks/sixth-volume.ts';
import { breaksOff } from './functions/breaks-off.ts';
import {
  burnRate,
  certificateExpiry,
  featureBuild,
  lakeGrants,
  meterFiles,
  priceFeed,
  quotaReset,
  sandboxSweep,
  tokenRefresh,
} from './functions/sixth-clock.ts';
import {
  attendanceMark,
  auctionBids,
  commentPost,
  doorBadge,
  parkingExit,
  recordRead,
  sealContract,
  taxQuote,
  voucherRedeem,
} from './functions/sixth-people.ts';
import {
  ediInbound,
  featureWriter,
  fraudRings,
  freezerReadings,
  kafkaSink,
  letterDispatch,
  liveClipper,
  stockReserve,
} from './functions/sixth-streams.ts';
import { freshly, inOwnSession } from './scenario.ts';
import type { Round } from './set.ts';
import { World } from './world.ts';

/** By a fourth mind, in the form of the third to the fifth: functions of other trades, and intruders who know them: they leave a step out, work for another customer, say a job again. */
export const sixth: Round = {
  world: (seed, scale) =>
    new World(
      seed * 97 + 53,
      ['ostermoor', 'brightwell', 'valdaine', 'kirkholm'][seed % 4]!,
      // Tuesdays: the last day before the test part is one on which everybody works.
      ['2026-03-17', '2026-06-16', '2026-09-15'][seed % 3]!,
      scale,
    ),
  functions: (world) =>
    [
      voucherRedeem,
      auctionBids,
      attendanceMark,
      sealContract,
      parkingExit,
      commentPost,
      recordRead,
      doorBadge,
      taxQuote,
      freezerReadings,
      stockReserve,
      fraudRings,
      kafkaSink,
      featureWriter,
      ediInbound,
      letterDispatch,
      liveClipper,
      burnRate,
      priceFeed,
      tokenRefresh,
      quotaReset,
      featureBuild,
      certificateExpiry,
      sandboxSweep,
      lakeGrants,
      meterFiles,
    ]
      .map((make) => make(world))
      .map(breaksOff(world)),
  scenarios: [...sixthBlatant, ...sixthResource, ...[...sixthVolume, ...sixthMimic].map(inOwnSession)].map(freshly),
  each: 3,
  plain: true,
};
