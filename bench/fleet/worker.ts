import { parentPort, workerData } from 'node:worker_threads';
import { environmentsOf, type Scale } from './plan.ts';
import { simulate } from './simulate.ts';

/** Simulates the functions that it is asked for, by rank, one after the other. */
const scale = workerData as Scale;
const counts = environmentsOf(scale);
const perEnvironment = (1.05 * scale.calls) / scale.environments;

parentPort!.on('message', (rank: number) => {
  void simulate(`fn-${rank}`, counts[rank]!, perEnvironment, scale.seed + 7919 * (rank + 1)).then((result) =>
    parentPort!.postMessage(result),
  );
});
