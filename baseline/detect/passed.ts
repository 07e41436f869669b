import type { Call } from '../call.ts';
import type { Lineage } from '../learn/credential.ts';
import { resourcePath } from '../names/resource-path.ts';

/**
 * Kinds of calls whose request showed nothing, so that the next of the kind need not be looked at: a baseline does not change while it is judged by. Of one kind are calls that need the
 * same (the sensor then gives the same list again) and are `alike`.
 */
export class Passed {
  readonly #kinds = new Map<Call['access'], Call>();

  has(call: Call): boolean {
    const known = this.#kinds.get(call.access);
    return known !== undefined && alike(call, known);
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

/** Equal in all that is looked at before a call leaves. A test holds it against what detectors read. */
const alike = (a: Call, b: Call): boolean =>
  a.operation === b.operation &&
  a.accessKeyId === b.accessKeyId &&
  a.ownAccessKeyId === b.ownAccessKeyId &&
  a.region === b.region &&
  a.prefix === b.prefix &&
  a.account === b.account &&
  a.service === b.service &&
  a.host === b.host &&
  a.certainty === b.certainty;

const MOST = 256;
