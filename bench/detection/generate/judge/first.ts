import { firstBlatant } from './attacks/first-blatant.ts';
import { firstMimic, firstVolume } from './attacks/first-quiet.ts';
import { firstResource } from './attacks/first-resource.ts';
import {
  archiveCopy,
  clickstream,
  configSync,
  lakeConductor,
  nightlyFigures,
  searchIndexer,
} from './functions/data.ts';
import { licenceCheck, paymentWebhook, payoutRun, sessionAuthorizer } from './functions/payments.ts';
import { notifier, tenantExport } from './functions/tenants.ts';
import { documentIntake, leaverCleanup, opsBot, shipmentWorker } from './functions/work.ts';
import type { Round } from './set.ts';
import { World } from './world.ts';

/** Functions of a company that sells to companies, written out one by one. */
export const first: Round = {
  world: (seed, scale) =>
    new World(
      seed,
      ['meridian', 'kestrel', 'tramonto'][seed % 3]!,
      seed % 2 === 1 ? '2026-05-14' : '2026-08-20',
      scale,
    ),
  functions: (world) =>
    [
      paymentWebhook,
      payoutRun,
      sessionAuthorizer,
      licenceCheck,
      tenantExport,
      notifier,
      searchIndexer,
      nightlyFigures,
      clickstream,
      archiveCopy,
      lakeConductor,
      configSync,
      documentIntake,
      opsBot,
      shipmentWorker,
      leaverCleanup,
    ].map((make) => make(world)),
  scenarios: [...firstBlatant, ...firstResource, ...firstVolume, ...firstMimic],
  each: 3,
};
