import { type Call, isEgress } from '../call.ts';
import { resourcePath } from './resource-path.ts';
import { extensionOf, shapeOf } from './shape.ts';
import type { Tally } from './tally.ts';

/**
 * Where an invocation usually stays with one thing: one tenant's folder, one table of many, one customer's host. A slot is such a place: the resources of
 * an action, the folders of its paths by depth, the name of the file without what varies with it, all egress hosts. Fixed by the form of the call alone, never by what was
 * learned, so that slots are the same whatever the order of merges.
 *
 * Calls back for each slot in which this call's value is not the first one of its invocation.
 */
export function company(call: Call, tally: Tally, several: (slot: string, action: string | null) => void): void {
  const look = (slot: string, value: string, action: string | null) => {
    const first = tally.firsts.get(slot);
    if (first === undefined) {
      if (tally.firsts.size < MAX_SLOTS) tally.firsts.set(slot, value);
    } else if (first !== value) several(slot, action);
  };
  if (isEgress(call)) {
    look(EGRESS, call.host ?? '', null);
    return;
  }
  if (call.certainty !== 'exact') return;
  for (const { action, resources } of call.access) {
    // A batch is about many things by nature
    if (resources.length !== 1) continue;
    const { head, joint, path } = resourcePath(resources[0]!);
    if (head === '*') continue;
    look(action, head, action);
    if (path === null) continue;
    const place = `${action} ${head}${joint}`;
    for (let depth = 0; depth < path.length - 1 && depth < MAX_DEPTH; depth++) {
      const folder = undated(path[depth]!);
      look(`${place}#${depth}`, folder, action);
    }
    const file = path.at(-1)!;
    look(`${place}#file`, undated(file.slice(0, file.length - extensionOf(file).length)), action);
  }
}

export const EGRESS = 'CONNECT';

/** Days go by: two dates are no two things. */
const undated = (name: string): string => {
  const shape = shapeOf(name);
  return shape.includes('{date}') ? shape : name;
};

const MAX_DEPTH = 3;
const MAX_SLOTS = 64;
