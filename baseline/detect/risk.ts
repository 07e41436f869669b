/**
 * How often all detectors together may be wrong about one function, in false stories per invocation: the only parameter of what is told for being unusual. Each detector asks
 * the function's own training how often it would have been wrong: by leaving one out (`conformal.ts`), by the tail of what is largest (`tail.ts`), by the rate of a sum (`drift.ts`).
 */
const RISK = 0.001;

/** Those that tell of a known step done in an unusual way. */
const OF_STEPS: ReadonlySet<string> = new Set(['volume', 'order', 'company', 'drift', 'omission']);

export const isOfStep = ({ detector }: { readonly detector: string }): boolean => OF_STEPS.has(detector);

/** With `hours`; what lies outside the scope is a fact, and no chance has a part in it. */
const DETECTORS = OF_STEPS.size + 1;

/** What one of so many things that a detector watches may take of it: however they hang together, their sum stays below the whole (Bonferroni). */
export const riskOfEach = (watched = 1): number => RISK / DETECTORS / Math.max(1, watched);
