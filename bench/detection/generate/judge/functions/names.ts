import type { World } from '../world.ts';

/** Tables and buckets bear the company and the stage. */
export const named =
  ({ company }: World) =>
  (what: string): string =>
    `${company}-${what}-prd`;

/** Nearly always one; in one invocation of ten the batch, the family, the second try: up to five. */
export const mostlyOne = ({ chance }: World): number => (chance.often(0.1) ? chance.whole(2, 5) : 1);

/** How many there are on a day: so many from the start, and one more from each of these days on. */
export const since = (day: number, from: readonly number[], atFirst: number): number =>
  atFirst + from.filter((it) => it > 0 && day >= it).length;
