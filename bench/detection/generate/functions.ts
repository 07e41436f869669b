import { cleanup, exporter, partner, perTenant, shipper } from './functions/data.ts';
import { heldOut } from './functions/held-out.ts';
import { chat, devices, importer, tasks, transcode } from './functions/platform.ts';
import { digest, scoring, storefront, tokens, webhooks } from './functions/shop.ts';
import type { SampleFunction } from './sample.ts';

/** Two halves: detectors are made looking at the first; the second is looked at rarely, and nothing is tuned on it. */
export type Half = 'open' | 'held-out';

export const functions: Readonly<Record<Half, readonly SampleFunction[]>> = {
  open: [
    storefront,
    exporter,
    webhooks,
    scoring,
    cleanup,
    partner,
    shipper,
    digest,
    tokens,
    perTenant,
    devices,
    chat,
    transcode,
    tasks,
    importer,
  ],
  'held-out': heldOut,
};
