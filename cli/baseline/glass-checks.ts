import type { BreakGlass } from '../../baseline/approval/break-glass.ts';
import { BaselineError } from '../../baseline/model/baseline-error.ts';
import { listed } from '../../baseline/names/listed.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { nearest } from '../../extension/nearest.ts';
import { UsageError } from '../errors.ts';
import { say } from '../output.ts';
import { knownFunctions } from './known-functions.ts';
import type { OpenStore } from './store.ts';
import { toldApprovalIn } from './told-approval.ts';

const warn = (what: string) => say(`rolefence baseline break-glass: warning: ${what}`);

/** A switch for a name that nobody has opens nothing, in the very incident. What is no slip of the finger, or cannot be looked up, is told only: the glass breaks all the same. */
export async function mustBeMeant({ fleet, store }: OpenStore, names: readonly string[]): Promise<void> {
  try {
    const approved = await Promise.all(names.map((name) => fleet.approvals.newest(name)));
    if (approved.every((text) => text !== null)) return;
    const known = (await knownFunctions(fleet)).map((one) => one.function);
    for (const name of names.filter((one) => !known.includes(one))) {
      const near = nearest(name, known);
      if (near !== null) throw new UsageError(`${store} knows no function ${name}: did you mean ${near}?`);
      warn(`${store} knows nothing of ${name}`);
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    warn(`whether it knows ${listed(names)} was not looked at: ${error.message}`);
  }
}

/** One switch lies in a store. Whom another one lets through would be refused again in the middle of an incident, and nobody would be told. */
export async function mustEndNoOther({ fleet, store }: OpenStore, turned: BreakGlass): Promise<void> {
  const held = await fleet.breakGlass.load(null).catch((error: unknown) => {
    // What is none that can be read opens nothing
    if (error instanceof BaselineError) return null;
    throw error;
  });
  if (held === null || Date.parse(held.until) <= Date.now()) return;
  const { functions } = turned;
  const reaches = functions === null || held.functions?.every((name) => functions.includes(name)) === true;
  if (reaches && Date.parse(turned.until) >= Date.parse(held.until)) return;
  throw new UsageError(
    `${store} is broken already, and this would end that: ${whatHolds(held)}; name its functions too, for as long, or take it back first (--end)`,
  );
}

/** Whether sensors ask for a signature stands in their variables, not in the store; but nobody signs what is approved for nothing. */
export async function warnUnheeded({ fleet, store }: OpenStore, names: readonly string[] | null): Promise<void> {
  try {
    for await (const name of names ?? fleet.approvals.functions()) {
      const text = await fleet.approvals.newest(name);
      if (text === null) continue;
      if (toldApprovalIn(text)?.signed === true)
        warn(
          `it is not signed, as what is approved of ${name} in ${store} is: sensors with ROLEFENCE_BASELINE_KEY do not heed it (--key PEM or --kms KEY)`,
        );
      // A fleet signs or does not
      return;
    }
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof BaselineError)) throw error;
    warn(`whether it needs a signature was not looked at: ${error.message}`);
  }
}

/** For a person. */
export const whatHolds = ({ until, by, reason, functions }: BreakGlass): string =>
  `block mode${functions === null ? '' : ` of ${functions.join(', ')}`} only alerts until ${until} (${by ?? 'nobody named'}: ${reason})`;
