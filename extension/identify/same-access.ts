import type { Access } from './reading.ts';

/** By action, then by resource: what was named before. Bounded as a whole. */
const kept = new Map<string, Map<string, readonly Access[]>>();
let count = 0;
const MOST = 512;

/**
 * One action on one thing is the same list each time it is named: what is learned and judged of it can then be found by the list, without a look into it. For things that come again (tables, queues,
 * functions); objects with names of their own would only take the room.
 */
export function sameAccess(access: readonly Access[]): readonly Access[] {
  const [only] = access;
  if (only === undefined || access.length > 1 || only.resources.length !== 1) return access;
  const resource = only.resources[0]!;
  let known = kept.get(only.action);
  const same = known?.get(resource);
  if (same !== undefined) return same;
  if (count >= MOST) {
    kept.clear();
    count = 0;
    known = undefined;
  }
  if (known === undefined) {
    known = new Map();
    kept.set(only.action, known);
  }
  known.set(resource, access);
  count++;
  return access;
}
