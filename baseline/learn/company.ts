import { type Call, isEgress } from '../call.ts';
import { PLACE_NAMES } from '../model/repeats.ts';
import { Joined } from '../names/joined.ts';
import { prefixFor } from '../names/prefix.ts';
import { resourcePath, withPrefix } from '../names/resource-path.ts';
import { extensionOf, shapeOf } from '../names/shape.ts';
import type { Firsts, Tally } from './tally.ts';

/**
 * Where an invocation usually stays with one thing: one tenant's folder, one table of many, one customer's host. A slot is such a place: the resources of
 * an action, the folders of its paths by depth, the name of the file without what varies with it, all egress hosts. Fixed by the form of the call alone, never by what was
 * learned, so that slots are the same whatever the order of merges.
 */
export function company(call: Call, tally: Tally, notes: CompanyNotes): void {
  if (isEgress(call)) {
    const firsts = firstsOf(tally, EGRESS);
    const host = call.host ?? '';
    if (firsts !== undefined && isAnother(firsts, 0, host)) notes.several(EGRESS, null, host, firsts[0]!);
    return;
  }
  if (call.certainty !== 'exact') return;
  for (const { action, resources } of call.access) {
    // A batch is about many things by nature
    if (resources.length !== 1 || resources[0] === '*') continue;
    const { head, key, path } = resourcePath(resources[0]!);
    const heads = firstsOf(tally, action);
    if (heads !== undefined && isAnother(heads, 0, head)) notes.several(action, action, head, heads[0]!);
    if (path !== null) look(path, tally, notes, places.of(action, key), action);
    else if (call.prefix !== null) lookAtPrefix(call, tally, notes, action, resources[0]!);
  }
}

export interface CompanyNotes {
  /** The call named something else in this slot than its invocation had named there first. */
  several(slot: string, action: string | null, name: string, first: string): void;
  /** The call named something at a place where its invocation had not named it yet, though it had named others elsewhere: whether this was one of them. */
  named(place: string, at: number, name: string, isRepeated: boolean): void;
}

function look(path: readonly string[], tally: Tally, notes: CompanyNotes, place: string, action: string): void {
  const firsts = firstsOf(tally, place);
  if (firsts === undefined) return;
  const known = tally.names.size;
  for (let at = 0; at <= MAX_DEPTH; at++) {
    const name = nameAt(path, at);
    if (name === undefined || name === firsts[at]) continue;
    if (isAnother(firsts, at, name)) notes.several(slotOf(place, at), action, name, firsts[at]!);
    repeats(tally, notes, place, at, name, known);
  }
}

/** A listing is no thing that an invocation has one of, but what it lists is named by it. */
function lookAtPrefix(call: Call, tally: Tally, notes: CompanyNotes, action: string, resource: string): void {
  const { key, path } = resourcePath(withPrefix(resource, prefixFor(action, call)));
  if (path === null) return;
  const known = tally.names.size;
  for (let at = 0; at < path.length - 1 && at < MAX_DEPTH; at++)
    repeats(tally, notes, places.of(action, key), at, path[at]!, known);
}

/** Folders by depth, then the file without its extension. */
function nameAt(path: readonly string[], at: number): string | undefined {
  if (at < MAX_DEPTH) return at < path.length - 1 ? path[at] : undefined;
  const file = path.at(-1)!;
  return file.slice(0, file.length - extensionOf(file).length);
}

/** `known`: how many names there were before the call. */
function repeats({ names }: Tally, notes: CompanyNotes, place: string, at: number, name: string, known: number): void {
  // What names so many things is about many
  if (names.size >= MAX_NAMES) return;
  const before = names.get(name);
  if (before === undefined) {
    const fresh = names.add(name, () => ({ name, place, at }));
    fresh.place = place;
    fresh.at = at;
  }
  if (known === 0 || before?.place === place || name === '') return;
  // Days are the same for all
  if (!name.includes('{') && !isDated(name)) notes.named(place, at, name, before !== undefined);
}

function firstsOf(tally: Tally, place: string): (string | undefined)[] | undefined {
  const firsts = tally.firsts.get(place);
  if (firsts !== undefined) return firsts.names;
  if (tally.firsts.size >= MAX_PLACES) return undefined;
  const { names } = tally.firsts.add(place, noFirsts);
  // `fill` takes longer for four
  for (let at = 0; at < names.length; at++) names[at] = undefined;
  return names;
}

function isAnother(firsts: (string | undefined)[], at: number, name: string): boolean {
  const first = firsts[at];
  if (first === undefined) firsts[at] = name;
  return first !== undefined && first !== name && !(isDated(first) && shapeOf(first) === shapeOf(name));
}

export const slotOf = (place: string, at: number): string => slots.of(place, PLACE_NAMES[at]!);

export const EGRESS = 'CONNECT';

/** Days go by: two dates are no two things. */
const isDated = (name: string): boolean => CENTURY.test(name) && shapeOf(name).includes('{date}');
const CENTURY = /19|20/;

const places = new Joined(' ');
const slots = new Joined('#');
/** Of folders that are looked at; in its place stands the file. */
export const MAX_DEPTH = PLACE_NAMES.length - 1;
const noFirsts = (): Firsts => ({ name: '', names: PLACE_NAMES.map(() => undefined) });
const MAX_PLACES = 64;
const MAX_NAMES = 32;
