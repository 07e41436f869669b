import { BaselineError } from '../../baseline/model/baseline-error.ts';
import type { Fleet } from '../../baseline/store/fleet.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { sentenceOf, UsageError } from '../errors.ts';
import { type Check, fail, warn } from './check.ts';
import { type FunctionConfiguration, storeOf } from './deployment.ts';

/** Whether the function is shut in through its store, which everything else about it is none the worse for. */
export async function isolatedChecks(
  configuration: FunctionConfiguration,
  open: (store: string) => Promise<Pick<Fleet, 'isolation'>>,
): Promise<Check[]> {
  const { FunctionName = '' } = configuration;
  const store = storeOf(configuration);
  if (store === null) return [];
  try {
    const held = await (await open(store)).isolation(FunctionName).load();
    if (held === null) return [];
    const { from, by, reason } = held;
    return [
      fail(
        'Isolation',
        `isolated in ${store} since ${from} (${by ?? 'nobody named'}: ${reason}): environments that started since refuse every call and connection`,
        'rolefence respond restore ends it, with the undo file that isolate wrote.',
      ),
    ];
  } catch (error) {
    // Sensors take no notice of a switch that cannot be read, and of a store that is not there another check tells
    if (error instanceof BaselineError || error instanceof UsageError) return [];
    if (!(error instanceof StoreError)) throw error;
    return error.isMissing ? [] : [warn('Isolation', `not known whether it is isolated: ${sentenceOf(error)}`, null)];
  }
}
