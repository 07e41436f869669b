import { extensionOf, isTyped, shapeOf } from '../names/shape.ts';
import { jsonBytes } from '../names/shortened.ts';
import { Seen, type Sighting } from './seen.ts';

export class TreeNode {
  /** 0 below the head. */
  readonly depth: number;
  /** Names (no braces) and typed places (with braces). */
  readonly children = new Map<string, TreeNode>();
  /** Invocations of the resources that end here; null where none does. */
  ends: Seen | null = null;
  /** Its names were of too many shapes: they are told apart by their extension only. */
  mixed = false;

  constructor(depth = 0) {
    this.depth = depth;
  }

  end(evidence: Seen | Sighting): void {
    this.ends ??= new Seen();
    if (evidence instanceof Seen) this.ends.join(evidence);
    else this.ends.add(evidence);
  }

  /** Invocations of everything at or below this node. */
  all(of: EvidenceOf = everything): Seen {
    const seen = this.ends?.copy() ?? new Seen();
    for (const child of this.children.values()) seen.join(of(child));
    return seen;
  }

  absorb(other: TreeNode): void {
    if (other.ends !== null) this.end(other.ends);
    for (const [name, child] of other.children) {
      const mine = this.children.get(name);
      if (mine === undefined) this.children.set(name, child);
      else mine.absorb(child);
    }
    widen(this);
  }
}

/** Invocations of everything at or below a node. */
export type EvidenceOf = (node: TreeNode) => Seen;

export const everything: EvidenceOf = (node) => node.all();

/** The same of trees that do not change any more, asked of each node once. */
export function evidenceOnce(): EvidenceOf {
  const known = new Map<TreeNode, Seen>();
  const of: EvidenceOf = (node) => {
    const seen = known.get(node) ?? node.all(of);
    known.set(node, seen);
    return seen;
  };
  return of;
}

/** How much of the names at its places a tree keeps apart. */
export interface Caps {
  /** Names of one shape that a place keeps before they become one typed place. */
  readonly names: number;
  /** Plain words with one extension that a place keeps, by its depth: folders of tenants and the like. Below many folders there is room for few each. */
  readonly words: readonly [number, number, number, below: number];
  /** Different shapes at one place; with more, and with more extensions, there is no form to learn. Of random names one in twenty looks like a word with a number. */
  readonly shapes: number;
  /** What lies deeper is one place. */
  readonly depth: number;
}

/** The usual ones first. Where there is no room for that (`fit.ts`) the next ones: names that vary by nature are folded first, then what lies deep, folders near the root last. */
export const CAPS: readonly [Caps, ...Caps[]] = [
  { names: 12, words: [48, 24, 12, 6], shapes: 24, depth: 12 },
  { names: 4, words: [48, 24, 12, 6], shapes: 24, depth: 12 },
  { names: 2, words: [48, 24, 6, 3], shapes: 16, depth: 12 },
  { names: 1, words: [48, 12, 3, 1], shapes: 12, depth: 8 },
  { names: 0, words: [32, 6, 1, 0], shapes: 8, depth: 6 },
  { names: 0, words: [16, 3, 0, 0], shapes: 6, depth: 4 },
  { names: 0, words: [12, 1, 0, 0], shapes: 4, depth: 2 },
  { names: 0, words: [6, 0, 0, 0], shapes: 3, depth: 1 },
  { names: 0, words: [0, 0, 0, 0], shapes: 0, depth: 0 },
];
const [USUAL] = CAPS;
const MAX_DEPTH = USUAL.depth;
const FEW = USUAL.words[3];

export const wordsAt = ({ words }: Caps, depth: number): number => words[Math.min(depth, words.length - 1)]!;

export const ANY = '{any}';
/** Any name without an extension. */
const MIXED = '{mixed}';
export const REST = '{rest}';

/** The path as the tree takes it: what lies deeper than the cap is one place. */
export function bounded(path: readonly string[]): readonly string[] {
  return path.length > MAX_DEPTH ? [...path.slice(0, MAX_DEPTH - 1), REST] : path;
}

export function childFor(node: TreeNode, name: string): TreeNode {
  const known = placed(node, name);
  if (known !== undefined) return known;
  const child = new TreeNode(node.depth + 1);
  node.children.set(placeOf(node, name), child);
  if (!widen(node)) return child;
  return node.children.get(placeOf(node, name))!;
}

/** Under which key a name is kept at this node: its own, or that of the typed place that has taken its like. */
export function placeOf(node: TreeNode, name: string): string {
  if (node.children.has(ANY)) return ANY;
  if (node.mixed) return mixedOf(name);
  // A typed place has taken all names of its kind: where the name is there, no such place is.
  if (node.children.has(name)) return name;
  const kind = classOf(name);
  return kind.includes('{date}') || node.children.has(kind) || isLong(name) ? kind : name;
}

/** What stands there for a name, as it stands: the name itself, or a typed place that has taken its like. */
export function placed(node: TreeNode, name: string): TreeNode | undefined {
  const { children } = node;
  const any = children.get(ANY);
  if (any !== undefined) return any;
  if (node.mixed) return children.get(mixedOf(name));
  return children.get(name) ?? children.get(classOf(name));
}

/** Long names are told by their form only: a tree's size is known by the number of its names. */
const isLong = (name: string): boolean =>
  name.length > LONGEST_NAME || (name.length * 6 > LONGEST_NAME && !PLAIN.test(name) && jsonBytes(name) > LONGEST_NAME);
export const LONGEST_NAME = 64;
const PLAIN = /^[ !#-[\]-~]*$/;

/** The one place below a node that was folded as a whole; undefined where it was not. At the greatest depth it stands beside names. */
export const restBelow = (node: TreeNode): TreeNode | undefined =>
  node.children.size === 1 && node.depth < MAX_DEPTH - 1 ? node.children.get(REST) : undefined;

/** The typed place that names like this one become when they are many: their shape, or for plain words `{name}` with their extension. */
export function classOf(name: string): string {
  const shape = name.includes('{') ? name : shapeOf(name);
  if (isTyped(shape) && shape.length <= LONGEST_NAME) return shape;
  return `{name}${extensionOf(name)}`;
}

/** `{any}.json`, or where there is no extension any name that has none. */
function mixedOf(name: string): string {
  const extension = extensionOf(name);
  return extension === '' ? MIXED : ANY + extension;
}

const isMixed = (name: string): boolean => name === MIXED || name.startsWith(`${ANY}.`);

/** Applies the caps. They count what only grows under union, so the result does not depend on the order of what came. */
function widen(node: TreeNode, caps = USUAL): boolean {
  if (caps === USUAL && node.children.size <= FEW && !hasPlace(node)) return false;
  if (node.depth < MAX_DEPTH - 1 && node.children.has(REST)) return foldToRest(node);
  if (node.children.has(ANY)) return foldAll(node);
  const byClass = groupedBy(node, classOf);
  if (node.mixed || byClass.size > caps.shapes || [...node.children.keys()].some(isMixed)) return mix(node, caps);
  let changed = false;
  for (const [kind, names] of byClass) {
    const cap = kind.startsWith('{name}') ? wordsAt(caps, node.depth) : caps.names;
    if (names.length > cap || (names.length > 1 && names.includes(kind))) {
      fold(node, kind, names);
      changed = true;
    }
  }
  return changed;
}

/** Names are told apart by their extension only, those too that came from a node whose names were not. */
function mix(node: TreeNode, caps: Caps): boolean {
  let changed = !node.mixed;
  node.mixed = true;
  for (const [place, names] of groupedBy(node, mixedOf)) {
    if (names.length === 1 && names[0] === place) continue;
    fold(node, place, names);
    changed = true;
  }
  return node.children.size > caps.shapes ? foldAll(node) : changed;
}

function foldAll(node: TreeNode): boolean {
  if (node.children.size === 1 && node.children.has(ANY)) return false;
  fold(node, ANY, [...node.children.keys()]);
  return true;
}

/** What lies below it is one place. */
function foldToRest(node: TreeNode): boolean {
  if (node.children.size === 1 && node.children.get(REST)?.children.size === 0) return false;
  const rest = new TreeNode(node.depth + 1);
  for (const child of node.children.values()) rest.end(child.all());
  node.children.clear();
  node.children.set(REST, rest);
  node.mixed = false;
  return true;
}

/** Folds what the caps leave no room for, from the root on: what is joined above is judged as one below. */
export function coarsen(node: TreeNode, caps: Caps): void {
  if (node.children.size === 0) return;
  if (node.depth >= caps.depth && node.depth < MAX_DEPTH - 1) {
    foldToRest(node);
    return;
  }
  widen(node, caps);
  for (const child of node.children.values()) coarsen(child, caps);
}

function groupedBy(node: TreeNode, placeOf: (name: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of node.children.keys()) {
    const place = placeOf(name);
    const names = groups.get(place);
    if (names === undefined) groups.set(place, [name]);
    else names.push(name);
  }
  return groups;
}

function hasPlace(node: TreeNode): boolean {
  for (const name of node.children.keys()) if (name.includes('{')) return true;
  return false;
}

function fold(node: TreeNode, place: string, names: readonly string[]): void {
  const folded = node.children.get(place) ?? new TreeNode(node.depth + 1);
  for (const name of names) {
    if (name === place) continue;
    const child = node.children.get(name)!;
    node.children.delete(name);
    folded.absorb(child);
  }
  node.children.set(place, folded);
}
