import type { Fleet } from '../../baseline/store/fleet.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { nearest } from '../../extension/nearest.ts';
import { UsageError } from '../errors.ts';
import type { OpenStore } from './store.ts';

/** What a store holds of a function. */
export interface KnownFunction {
  readonly function: string;
  readonly approved: boolean;
  /** There is a candidate. */
  readonly learned: boolean;
  /** Something waits in its slots for the aggregation. */
  readonly handedIn: boolean;
}

/** Every function that a store holds anything of, by name. Whoever looks whether his sensors reach it is not to wait for the aggregation. */
export async function knownFunctions({ approvals, functions, handedIn }: Fleet): Promise<readonly KnownFunction[]> {
  const [approved, learned, waiting] = await Promise.all([approvals.functions(), functions(), handedIn()].map(setOf));
  return [...new Set([...approved!, ...learned!, ...waiting!])].sort().map((name) => ({
    function: name,
    approved: approved!.has(name),
    learned: learned!.has(name),
    handedIn: waiting!.has(name),
  }));
}

/** That a store holds none of this for a function, with the function that was probably meant where the name is none that the store knows. */
export async function holdsNone({ fleet, store }: OpenStore, what: string, name: string): Promise<UsageError> {
  const near = await meantBy(fleet, name);
  return new UsageError(`${store} holds ${what} the function ${name}${near === null ? '' : `: did you mean ${near}?`}`);
}

/** Null also where the store may not be listed. */
async function meantBy(fleet: Fleet, name: string): Promise<string | null> {
  try {
    const names = (await knownFunctions(fleet)).map((one) => one.function);
    const isolated = await setOf(fleet.isolated());
    return names.includes(name) || isolated.has(name) ? null : nearest(name, [...names, ...isolated]);
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

export async function setOf(names: AsyncIterable<string>): Promise<ReadonlySet<string>> {
  const set = new Set<string>();
  for await (const name of names) set.add(name);
  return set;
}
