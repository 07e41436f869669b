import type { Call } from '../call.ts';

/** Whose key signed a call: lineage, not the key itself, for keys of the role change with every environment. */
export type Lineage = 'own' | 'issued' | 'unknown' | 'unsigned' | 'foreign';

/** Keys that an AssumeRole (or its like) of this environment handed out, with a cap: the oldest go first. */
export class IssuedKeys {
  readonly #keys = new Set<string>();

  add(key: string): void {
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size > 256) this.#keys.delete(this.#keys.values().next().value!);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }
}

/** Own or foreign is judged only where the role's own key is known. */
export function lineageOf(call: Call, issued: IssuedKeys): Lineage {
  if (call.accessKeyId === null) return 'unsigned';
  if (call.accessKeyId === call.ownAccessKeyId) return 'own';
  if (issued.has(call.accessKeyId)) return 'issued';
  return call.ownAccessKeyId === null ? 'unknown' : 'foreign';
}
