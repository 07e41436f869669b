/** Something that comes first; null for nothing. Never rejects. */
export type Until = Promise<void> | null;

/** Null where none of them is anything. */
export function untilAll(...all: readonly Until[]): Until {
  const some = all.filter((one) => one !== null);
  return some.length < 2 ? (some[0] ?? null) : Promise.all(some).then(() => {});
}

/** At once where nothing comes first. */
export function after(until: Until, then: () => void): void {
  if (until === null) then();
  else void until.then(then);
}

/** Until the work is done, or that many milliseconds are over: then it goes on unwatched. The work must not reject. */
export async function atMost(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
