import { ISOLATION, type Isolation } from '../../baseline/approval/isolation.ts';
import { isLine } from '../../baseline/approval/switch.ts';
import { BaselineError } from '../../baseline/model/baseline-error.ts';
import type { IsolationSwitch } from '../../baseline/store/isolation.ts';
import type { FunctionState } from '../attach/support.ts';
import { userName } from '../baseline/approve.ts';
import { fleetAt } from '../baseline/store.ts';
import { UsageError } from '../errors.ts';
import type { Change, ConfigurationChange, Configured, IsolationChange } from './change.ts';

type At = Pick<IsolationChange, 'store' | 'function'>;

const switchAt = async ({ store, function: name }: At): Promise<IsolationSwitch> =>
  (await fleetAt(store)).isolation(name);

/** What sensors that start now would heed. */
export async function isolationOf(at: At): Promise<Isolation | null> {
  try {
    return await (await switchAt(at)).load();
  } catch (error) {
    if (error instanceof BaselineError) return null;
    throw error;
  }
}

export async function turnIsolation(change: IsolationChange): Promise<void> {
  const one = await switchAt(change);
  if (change.after === null) await one.end();
  else await one.turn(change.after);
}

const same = (store: string | undefined): string | undefined => store?.replace(/\/+$/, '');

/** Held against what the function's sensors really read: an isolation that nobody heeds would be worse than none. */
export function isolationChange(state: FunctionState, store: string, reason: string, now: Date): IsolationChange {
  const theirs = state.variables.ROLEFENCE_BASELINE;
  if (!state.unreadable && same(theirs) !== same(store))
    throw new UsageError(
      `sensors of ${state.name} would not heed it: its ROLEFENCE_BASELINE is ${theirs === undefined ? 'not set' : theirs}, not ${store}`,
    );
  const by = userName();
  if (!isLine(reason)) throw new UsageError('--reason must be one line of at most 200 characters');
  return {
    kind: 'isolation',
    store,
    function: state.name,
    before: null,
    after: { format: ISOLATION, function: state.name, from: now.toISOString(), by: isLine(by) ? by : null, reason },
  };
}

/** Nothing reads this variable: that it changes gives the function new environments. */
const RENEWED = 'ROLEFENCE_RENEWED';

/** Null where its environments were renewed since the isolation that holds already. */
export function renewal(state: FunctionState, held: Isolation | null, now: Date): ConfigurationChange | null {
  const { arn, layers, variables } = state;
  if (held !== null && Date.parse(variables[RENEWED] ?? '') >= Date.parse(held.from)) return null;
  return renewing(arn, { layers, variables }, now);
}

export const isRenewal = (change: Change): change is ConfigurationChange =>
  change.kind === 'configuration' && Object.keys(change.after.variables).join() === RENEWED;

export function renewing(arn: string, { layers, variables }: Configured, time: Date): ConfigurationChange {
  return {
    kind: 'configuration',
    function: arn,
    before: { layers, variables: { [RENEWED]: variables[RENEWED] ?? null } },
    after: { layers, variables: { [RENEWED]: time.toISOString() } },
  };
}

/** What becomes of environments that run already, and what is not reached at all. `versions`: those published, where environments are renewed; else null. */
export function consequences({ unreadable, snapStart }: FunctionState, versions: readonly string[] | null): string[] {
  const notes =
    versions === null
      ? [
          'Environments that run already go on unhindered until Lambda ends them, which may take hours: --renew gives the function new ones.',
        ]
      : [
          'Invocations that are running end as they would have; the next one finds a new environment, whose sensor refuses everything.',
        ];
  if (versions !== null && versions.length > 0)
    notes.push(
      `Environments of published versions (${versions.length > 5 ? `${versions.length} of them` : versions.join(', ')}) are not renewed: those that run go on unhindered until Lambda ends them, which may take hours.`,
    );
  if (snapStart)
    notes.push(
      'SnapStart: environments that are made from a snapshot have read the store when it was taken, and do not heed this: isolate without --store, or publish a new version.',
    );
  notes.push(
    'Only what goes through the sensor is refused: with shared credentials, code that goes around it still has the role’s keys (respond revoke, or --deny-role).',
  );
  if (unreadable)
    notes.push(
      'The variables of the function cannot be read (KMS), so it is not known whether its sensors read this store.',
    );
  return notes;
}
