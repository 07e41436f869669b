import { seventhBlatant } from './attacks/seventh-blatant.ts';
import { seventhMimic } from './attacks/seventh-mimic.ts';
import { seventhResource } from './attacks/seventh-resource.ts';
import { seventhVolume } from './attacks/seventh-volume.ts';
import { breaksOff } from './functions/breaks-off.ts';
import {
  crmSync,
  cronCleaner,
  dlqRedrive,
  logExport,
  nightlyReport,
  snapshotCopy,
  stageLoad,
  stockSync,
  toggleSync,
  uptimeProbe,
} from './functions/seventh-clock.ts';
import {
  avatarSizes,
  deliverySlot,
  orderApi,
  passwordMail,
  pdfStamp,
  returnsLabel,
  shortLinks,
  signupCheck,
  socketDoors,
  supportChat,
} from './functions/seventh-people.ts';
import {
  audiencePush,
  csvImport,
  eventsToLake,
  orderEvents,
  vanPositions,
  webhookFanout,
} from './functions/seventh-queues.ts';
import { freshly, inOwnSession } from './scenario.ts';
import type { Round } from './set.ts';
import { World } from './world.ts';

/** By a fifth mind: functions as plain teams have them, intruders as public reports know them, and some who stay within all that was ever seen. */
export const seventh: Round = {
  world: (seed, scale) =>
    new World(
      seed * 89 + 71,
      ['tannengrund', 'marlowe', 'estuario', 'northgate'][seed % 4]!,
      // Wednesdays: the last day before the test part is one on which everybody works, and a month begins in the test part.
      ['2026-03-18', '2026-04-15', '2026-07-15'][seed % 3]!,
      scale,
    ),
  functions: (world) =>
    [
      avatarSizes,
      orderApi,
      passwordMail,
      signupCheck,
      socketDoors,
      supportChat,
      deliverySlot,
      returnsLabel,
      pdfStamp,
      shortLinks,
      webhookFanout,
      csvImport,
      eventsToLake,
      vanPositions,
      orderEvents,
      audiencePush,
      nightlyReport,
      cronCleaner,
      stockSync,
      dlqRedrive,
      toggleSync,
      uptimeProbe,
      crmSync,
      stageLoad,
      snapshotCopy,
      logExport,
    ]
      .map((make) => make(world))
      .map(breaksOff(world)),
  scenarios: [...seventhBlatant, ...seventhResource, ...[...seventhVolume, ...seventhMimic].map(inOwnSession)].map(
    freshly,
  ),
  each: 3,
  plain: true,
};
