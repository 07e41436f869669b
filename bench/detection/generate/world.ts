import type { Random } from './random.ts';
import { type Known, TRAINING_DAYS, type World } from './sample.ts';

/** Made anew for each seed, so that no rule can be fitted to a name. */
export function worldOf(random: Random): World {
  const late = () => random.int(TRAINING_DAYS + 1, 2 * TRAINING_DAYS - 3);
  const all = (count: number, since: number, name: (i: number) => string): Known[] =>
    Array.from({ length: count }, (_, i) => ({ name: name(i), from: i < since ? 0 : late() }));
  return {
    tenants: all(14, 12, () => `${random.word()}-${random.word()}`),
    // Half of them were there from the start, the others came day by day, and go on coming
    hosts: Array.from({ length: 34 }, (_, i) => ({
      name: `hooks.${random.word()}${random.word()}.${random.pick(['com', 'io', 'net', 'de'])}`,
      from: i < 16 ? 0 : Math.round(((i - 16) * 2 * TRAINING_DAYS) / 18),
    })),
    partners: all(6, 5, () => random.word()),
    numbers: all(45, 40, () => `customer-${String(random.int(1, 99_999)).padStart(5, '0')}`),
    ids: all(30, 27, () => random.id(6)),
    keys: [random.uuid(), random.uuid()],
    role: 'arn:aws:iam::333344445555:role/partner-drop',
  };
}
