/** On average one in so many milliseconds, several at once where there have been none for a while. */
export interface Pace {
  /** True, and counted, where one may be made now. */
  spend(now: number): boolean;
}

/** `burst`: how many at once, at most. */
export function createPace(apartMs: number, burst: number): Pace {
  // The generic cell rate algorithm (ITU-T I.371): when the next would be due if they came evenly.
  let due = Number.NEGATIVE_INFINITY;
  return {
    spend(now) {
      const next = Math.max(due, now) + apartMs;
      if (next - now > burst * apartMs) return false;
      due = next;
      return true;
    },
  };
}
