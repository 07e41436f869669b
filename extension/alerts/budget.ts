/** So many things an hour, by the clock handed in: what a storm may cost at most. */
export interface Budget {
  /** True, and one less is left, where there is one left in this hour. */
  spend(now: number): boolean;
}

const HOUR_MS = 3_600_000;

export function createBudget(perHour: number): Budget {
  let began = Number.NEGATIVE_INFINITY;
  let spent = 0;
  return {
    spend(now) {
      if (now - began >= HOUR_MS) {
        began = now;
        spent = 0;
      }
      if (spent >= perHour) return false;
      spent++;
      return true;
    },
  };
}
