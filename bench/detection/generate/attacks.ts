import type { SampleAttack } from './attacks/attack.ts';
import { blatant } from './attacks/blatant.ts';
import { mimic } from './attacks/mimic.ts';
import { resource } from './attacks/resource.ts';
import { unseenAttacks } from './attacks/unseen.ts';
import { volume } from './attacks/volume.ts';

export const attacks: readonly SampleAttack[] = [...blatant, ...resource, ...volume, ...mimic, ...unseenAttacks];
