import { parentPort, workerData } from 'node:worker_threads';
import { environmentsOf, type Scale } from './plan.ts';
import { simulate } from './simulate.ts';

/** Simulates every `of`-th function, one after the other, and tells of each. */
const { scale, at, of } = workerData as { readonly scale: Scale; readonly at: number; readonly of: number };
const counts = environmentsOf(scale);
const perEnvironment = (1.02 * scale.calls) / scale.environments;
for (let rank = at; rank < counts.length; rank += of)
  parentPort!.postMessage(await simulate(`fn-${rank}`, counts[rank]!, perEnvironment, scale.seed + 7919 * (rank + 1)));
