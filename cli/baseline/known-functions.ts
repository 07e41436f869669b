import type { Fleet } from '../../baseline/store/fleet.ts';
import { StoreError } from '../../baseline/store/key-value.ts';
import { nearest } from '../../extension/nearest.ts';

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

/** The function that a name was probably meant to be; null where it is known, or like none, or the store may not be listed. */
export async function meantBy(fleet: Fleet, name: string): Promise<string | null> {
  try {
    const names = (await knownFunctions(fleet)).map((one) => one.function);
    return names.includes(name) ? null : nearest(name, names);
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

async function setOf(names: AsyncIterable<string>): Promise<ReadonlySet<string>> {
  const set = new Set<string>();
  for await (const name of names) set.add(name);
  return set;
}
