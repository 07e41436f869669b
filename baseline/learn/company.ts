import { type Call, isEgress } from '../call.ts';
import { Joined } from './joined.ts';
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
  if (isEgress(call)) {
    const firsts = firstsOf(tally, EGRESS);
    if (firsts !== undefined && differs(firsts, 0, call.host ?? '')) several(EGRESS, null);
    return;
  }
  if (call.certainty !== 'exact') return;
  for (const { action, resources } of call.access) {
    // A batch is about many things by nature
    if (resources.length !== 1 || resources[0] === '*') continue;
    const { head, key, path } = resourcePath(resources[0]!);
    const heads = firstsOf(tally, action);
    if (heads !== undefined && differs(heads, 0, head)) several(action, action);
    if (path === null) continue;
    const place = places.of(action, key);
    const names = firstsOf(tally, place);
    if (names === undefined) continue;
    for (let depth = 0; depth < path.length - 1 && depth < MAX_DEPTH; depth++)
      if (differs(names, depth, path[depth]!)) several(slots.of(place, DEPTHS[depth]!), action);
    const file = path.at(-1)!;
    const name = file.slice(0, file.length - extensionOf(file).length);
    if (differs(names, MAX_DEPTH, name)) several(slots.of(place, 'file'), action);
  }
}

function firstsOf(tally: Tally, place: string): (string | undefined)[] | undefined {
  const firsts = tally.firsts.get(place);
  if (firsts !== undefined) return firsts.names;
  if (tally.firsts.size >= MAX_PLACES) return undefined;
  return tally.firsts.add(place, () => ({ name: place, names: [...NONE] })).names.fill(undefined);
}

function differs(firsts: (string | undefined)[], at: number, name: string): boolean {
  const first = firsts[at];
  if (first === undefined) firsts[at] = name;
  return first !== undefined && first !== name && !(isDated(first) && shapeOf(first) === shapeOf(name));
}

export const EGRESS = 'CONNECT';

/** Days go by: two dates are no two things. */
const isDated = (name: string): boolean => shapeOf(name).includes('{date}');

const places = new Joined(' ');
const slots = new Joined('#');
const MAX_DEPTH = 3;
const DEPTHS = ['0', '1', '2'];
/** By depth, and of the file. */
const NONE: readonly undefined[] = [undefined, undefined, undefined, undefined];
const MAX_PLACES = 64;
