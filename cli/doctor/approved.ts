import { BaselineError } from '../../baseline/model/baseline-error.ts';
import type { Fleet } from '../../baseline/store/fleet.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { demandOf } from '../../extension/config.ts';
import { sentenceOf, UsageError } from '../errors.ts';
import { type Check, fail, ok, warn } from './check.ts';
import { deployedConfig, type FunctionConfiguration, storeOf } from './deployment.ts';

/** Whether the store that the function names has what its sensors would judge by. `open` is null where AWS is not to be asked. */
export async function approvedChecks(
  configuration: FunctionConfiguration,
  open: ((store: string) => Promise<Pick<Fleet, 'approved'>>) | null,
): Promise<Check[]> {
  const { FunctionName = '', Environment } = configuration;
  const { config } = deployedConfig(configuration);
  const { mode, onFailure } = config;
  const store = storeOf(configuration);
  if (mode === 'learn' || store === null) return [];
  if (open === null)
    return [
      warn('Baseline', `in ${store}, which was not asked`, `rolefence doctor --function ${FunctionName} looks there.`),
    ];
  const then =
    mode === 'block' && onFailure === 'closed' ? 'all calls of the function are refused' : 'its calls go unjudged';
  try {
    const document = await (await open(store)).approved(FunctionName, demandOf(config));
    const unseen = Environment?.Variables?.ROLEFENCE_BASELINE_KEY?.startsWith('file:') === true;
    if (document !== null && unseen)
      return [
        warn(
          'Baseline',
          `approved in ${store}, but not known whether its signature holds: the key is a file of the function`,
          `Look with that file: rolefence baseline pull ${store} --function ${FunctionName} --approved --out FILE, then baseline verify FILE --key PEM.`,
        ),
      ];
    if (document !== null) return [ok('Baseline', `approved in ${store}`)];
    return [
      fail(
        'Baseline',
        `nothing is approved in ${store}: in mode ${mode} ${then}`,
        `Put it there (rolefence baseline approve, then publish), or set ROLEFENCE_MODE=learn until there is something.`,
      ),
    ];
  } catch (error) {
    if (error instanceof BaselineError || (error instanceof StoreError && error.isMissing))
      return [
        fail('Baseline', `${sentenceOf(error)}: in mode ${mode} ${then}`, 'Mend ROLEFENCE_BASELINE, or what it names.'),
      ];
    // These are the operator's rights: the function's may be others
    if (error instanceof StoreError || error instanceof UsageError)
      return [
        warn(
          'Baseline',
          `not known whether anything is approved: ${sentenceOf(error)}`,
          'Ask again with credentials that may read the store (in S3 s3:ListBucket, too: without it what is missing looks forbidden).',
        ),
      ];
    throw error;
  }
}
