import type { World } from '../world.ts';

/** Tables and buckets bear the company and the stage. */
export const named =
  ({ company }: World) =>
  (what: string): string =>
    `${company}-${what}-prd`;

/** How many there are on a day: so many from the start, and one more from each of these days on. */
export const since = (day: number, from: readonly number[], atFirst: number): number =>
  atFirst + from.filter((it) => it > 0 && day >= it).length;
