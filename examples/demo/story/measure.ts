import { startExecutionEnvironment } from '../lambda/lambda-host.ts';
import { METADATA_TABLE, PICTURES, type World } from './world.ts';

export interface Cost {
  /** What was called, and how often each way. */
  readonly call: string;
  readonly calls: number;
  /** Medians in milliseconds, as the handler itself measured them around the SDK's call. */
  readonly directMs: number;
  readonly sensorMs: number;
  readonly addedMs: number;
  /** Between which differences the middle half of the pairs lies: what of it is noise. */
  readonly middleMs: readonly [from: number, to: number];
}

const CALLS = 300;
const WARM_UP = 40;

/** The same function twice, without the sensor and under it in block mode, one GetItem an invocation, in turns. */
export async function measure(world: World, layer: string, baselineFile: string): Promise<Cost> {
  const settings = { ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE: `file:${baselineFile}` };
  const environments = [
    await startExecutionEnvironment(world.resizer(null)),
    await startExecutionEnvironment(world.resizer(layer, settings)),
  ] as const;
  try {
    const times: [number[], number[]] = [[], []];
    for (let i = -WARM_UP; i < CALLS; i++) {
      // Who goes first changes: neither always finds the other's warm caches.
      for (const which of i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const { body } = await environments[which].invoke({ status: PICTURES[Math.abs(i) % PICTURES.length] });
        if (i >= 0) times[which].push((body as { lookUpMs: number }).lookUpMs);
      }
    }
    const [directMs, sensorMs] = [median(times[0]), median(times[1])];
    const added = times[1].map((ms, i) => ms - times[0][i]!).sort((a, b) => a - b);
    const round = (ms: number) => Math.round(ms * 1_000) / 1_000;
    return {
      call: `dynamodb:GetItem on ${METADATA_TABLE}`,
      calls: CALLS,
      directMs: round(directMs),
      sensorMs: round(sensorMs),
      addedMs: round(sensorMs - directMs),
      middleMs: [round(added[CALLS / 4]!), round(added[(3 * CALLS) / 4]!)],
    };
  } finally {
    await Promise.all(environments.map((environment) => environment.shutdown()));
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
