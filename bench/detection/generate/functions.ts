import { cleanup, exporter, partner, perTenant, shipper } from './functions/data.ts';
import { heldOut } from './functions/held-out.ts';
import { chat, devices, importer, tasks, transcode } from './functions/platform.ts';
import { randomFunctions } from './functions/random.ts';
import { digest, scoring, storefront, tokens, webhooks } from './functions/shop.ts';
import type { Random } from './random.ts';
import type { SampleFunction } from './sample.ts';

/**
 * Two halves: detectors are made looking at the first; the second is looked at rarely, and nothing is tuned on it. And functions that nobody wrote: drawn from the
 * seed.
 */
export type Half = 'open' | 'held-out' | 'random';

export const functionsOf = (half: Half, random: Random): readonly SampleFunction[] =>
  half === 'random' ? randomFunctions(random, 14) : functions[half];

const functions: Readonly<Record<Exclude<Half, 'random'>, readonly SampleFunction[]>> = {
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
