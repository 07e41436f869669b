import { functionName } from '../../baseline/model/entry-for.ts';
import type { Sensor } from '../../extension/sensor.ts';
import { type BaselineSource, storeSource } from '../../extension/startup.ts';
import { UsageError } from '../errors.ts';
import type { Settings } from './settings.ts';

/** The store that ROLEFENCE_BASELINE names, as a function in Lambda would use it. */
export interface SharedStore {
  readonly source: BaselineSource;
  /** Hands in what this run has learned. Rejects with one sentence. */
  handIn(sensor: Sensor): Promise<void>;
}

const TIMEOUT_MS = 5_000;

/** Null where the baseline is a file or none. */
export async function sharedStore(
  { config, function: name, baseline: given }: Settings,
  env: NodeJS.ProcessEnv,
): Promise<SharedStore | null> {
  const { baseline } = config;
  if (baseline === null || baseline.kind === 'file' || given !== undefined) return null;
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (!region && baseline.kind !== 'folder')
    throw new UsageError('ROLEFENCE_BASELINE names a store, which needs AWS_REGION');
  const [{ openFleet }, { outgoing }, { endpointOf }] = await Promise.all([
    import('../../extension/fleet/open.ts'),
    import('../../extension/outgoing.ts'),
    import('../aws-endpoints.ts'),
  ]);
  const direct = outgoing(config);
  const fleet = openFleet(baseline, { region: region ?? '', env, direct, timeoutMs: TIMEOUT_MS, endpointOf });
  return {
    source: storeSource(fleet, functionName(name), env.ROLEFENCE_BASELINE ?? '', config),
    async handIn({ learner, environment }) {
      if (config.mode !== 'learn' || learner === null) return;
      await fleet.contribute({
        function: name,
        environment,
        version: null,
        aliases: [],
        learned: learner.document(),
        last: true,
      });
    },
  };
}
