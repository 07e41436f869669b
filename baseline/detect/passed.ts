import type { Call } from '../call.ts';
import type { Lineage } from '../learn/credential.ts';
import { resourcePath } from '../learn/resource-path.ts';

/**
 * Kinds of calls whose request showed nothing, so that the next of the kind need not be looked at: a baseline does not change while it is judged by. Of one kind are calls that are
 * equal in all that is looked at before a call leaves (`LOOKED_AT`; the sensor gives the same list of access again where a call needs the same).
 */
export class Passed {
  readonly #kinds = new Map<Call['access'], Call>();

  has(call: Call): boolean {
    const known = this.#kinds.get(call.access);
    if (known === undefined) return false;
    for (const field of LOOKED_AT) if (call[field] !== known[field]) return false;
    return true;
  }

  /** A key that was issued is forgotten when many others came, and what it then is cannot be told from the call; objects with names of their own would only take the room. */
  note(call: Call, lineage: Lineage): void {
    if (lineage === 'foreign' || lineage === 'issued' || call.certainty !== 'exact') return;
    const [only] = call.access;
    if (only === undefined || call.access.length > 1 || only.resources.length !== 1) return;
    if (resourcePath(only.resources[0]!).path !== null) return;
    if (this.#kinds.size >= MOST) this.#kinds.clear();
    this.#kinds.set(call.access, call);
  }
}

/** All that a detector reads which judges before the call leaves. */
export const LOOKED_AT = [
  'service',
  'operation',
  'certainty',
  'region',
  'account',
  'prefix',
  'host',
  'accessKeyId',
  'ownAccessKeyId',
] as const;

const MOST = 256;
