import { cleanup, exporter, partner, perTenant, shipper } from './functions/data.ts';
import { heldOut } from './functions/held-out.ts';
import { chat, devices, importer, tasks, transcode } from './functions/platform.ts';
import { randomFunctions } from './functions/random.ts';
import { digest, scoring, storefront, tokens, webhooks } from './functions/shop.ts';
import { unseen } from './functions/unseen.ts';
import type { Random } from './random.ts';
import type { SampleFunction } from './sample.ts';

/**
 * Two halves: detectors are made looking at the first; the second is looked at rarely, and nothing is tuned on it. Functions that nobody wrote: drawn from the
 * seed. And functions and attacks of other shapes that were written before any detector was run on them.
 */
export type Half = 'open' | 'held-out' | 'random' | 'unseen';

export function functionsOf(half: Half, random: Random): readonly SampleFunction[] {
  if (half === 'random') return randomFunctions(random, 14);
  // Which functions an attack finds first is left to chance
  return half === 'unseen' ? random.shuffled(unseen) : functions[half];
}

const functions: Readonly<Record<Exclude<Half, 'random' | 'unseen'>, readonly SampleFunction[]>> = {
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
