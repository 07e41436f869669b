import { type KeyValue, StoreError } from './key-value.ts';

/** Others may write in between: that often it is tried again. */
const ATTEMPTS = 6;

/** What the first attempt resolves to that no other writer came before; `attempt` resolves to null where one did. StoreError where that never ends. */
export async function settling<T>(store: KeyValue, attempt: () => Promise<T | null>): Promise<T> {
  for (let n = 1; n <= ATTEMPTS; n++) {
    const settled = await attempt();
    if (settled !== null) return settled;
  }
  throw new StoreError(store.name, 'is written by others all the time', 'conflict');
}
