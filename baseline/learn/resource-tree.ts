import { Seen, type Sighting, unitHash } from '../model/seen.ts';
import { type ResourcePath, resourcePath } from './resource-path.ts';
import { extensionOf, isTyped, shapeOf } from './shape.ts';

/**
 * The resources of one action, learned as templates in the manner of Drain (He et al. 2017) on path segments: a tree whose children are names as
 * long as they are few, and one typed place for all names of a shape once they are many. Everything about it is a set union followed by
 * rules that only ever widen, so the tree is the same whatever the order of calls and merges. Whether a place that still has names is open
 * for a new one is not settled here but when judging (`openness.ts`), by how often new names came.
 */
export class ResourceTree {
  readonly heads = new Map<string, Head>();

  /** Names with braces in `path` are typed places; `escapeBraces` has seen to it that no real name has any. */
  add(path: ResourcePath, evidence: Seen | Sighting): void {
    const { key } = path;
    let head = this.heads.get(key);
    if (head === undefined) {
      if (!this.#makeRoom(key)) return;
      head = { head: path.head, joint: path.joint, closed: path.path === null, root: new TreeNode() };
      this.heads.set(key, head);
    }
    if (path.path === null) head.root.end(evidence);
    else {
      let node = head.root;
      for (const name of bounded(path.path)) node = childFor(node, name);
      node.end(evidence);
    }
  }

  /** Heads are closed and can only be counted: of too many, those with the smallest hash stay, whatever came first. */
  #makeRoom(key: string): boolean {
    if (this.heads.size < MAX_HEADS) return true;
    let last = '';
    let highest = -1;
    for (const other of this.heads.keys()) {
      const rank = rankOf(other);
      if (rank > highest) {
        highest = rank;
        last = other;
      }
    }
    if (rankOf(key) >= highest) return false;
    this.heads.delete(last);
    return true;
  }

  join(other: ResourceTree): void {
    for (const [template, seen] of other.templates()) this.add(resourcePath(template), seen);
  }

  /** Template text → in how many invocations it was seen. */
  *templates(): Generator<[string, Seen]> {
    for (const [key, { closed, root }] of this.heads) {
      if (closed) {
        if (root.ends !== null) yield [key, root.ends];
      } else {
        for (const [path, seen] of leaves(root)) yield [key + path, seen];
      }
    }
  }
}

export interface Head {
  readonly head: string;
  readonly joint: string;
  readonly closed: boolean;
  readonly root: TreeNode;
}

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
  all(): Seen {
    const seen = this.ends?.copy() ?? new Seen();
    for (const child of this.children.values()) seen.join(child.all());
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

/** Names of one shape that a place keeps before they become one typed place. */
const MAX_NAMES_OF_A_SHAPE = 12;
/** Plain words with one extension that a place keeps, by its depth: folders of tenants and the like. Below many folders there is room for few each. */
const MAX_WORDS = [48, 24, 12] as const;
const MAX_WORDS_BELOW = 6;
/** Different shapes at one place; with more, and with more extensions, there is no form to learn. Of random names one in twenty looks like a word with a number. */
const MAX_SHAPES = 24;
const MAX_DEPTH = 12;
export const MAX_HEADS = 256;

export const ANY = '{any}';
/** Any name without an extension. */
const MIXED = '{mixed}';
export const REST = '{rest}';

/** The path as the tree takes it: what lies deeper than the cap is one place. */
export function bounded(path: readonly string[]): readonly string[] {
  return path.length > MAX_DEPTH ? [...path.slice(0, MAX_DEPTH - 1), REST] : path;
}

/** A real name never has braces: those are ours. */
export const escapeBraces = (arn: string): string =>
  arn.includes('{') || arn.includes('}') ? arn.replaceAll('{', '%7B').replaceAll('}', '%7D') : arn;

function childFor(node: TreeNode, name: string): TreeNode {
  const place = placeOf(node, name);
  const known = node.children.get(place);
  if (known !== undefined) return known;
  const child = new TreeNode(node.depth + 1);
  node.children.set(place, child);
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
  return kind.includes('{date}') || node.children.has(kind) ? kind : name;
}

/** The typed place that names like this one become when they are many: their shape, or for plain words `{name}` with their extension. */
export function classOf(name: string): string {
  const shape = name.includes('{') ? name : shapeOf(name);
  if (isTyped(shape)) return shape;
  return `{name}${extensionOf(name)}`;
}

/** `{any}.json`, or where there is no extension any name that has none. */
function mixedOf(name: string): string {
  const extension = extensionOf(name);
  return extension === '' ? MIXED : ANY + extension;
}

const isMixed = (name: string): boolean => name === MIXED || name.startsWith(`${ANY}.`);

/** Applies the caps. They count what only grows under union, so the result does not depend on the order of what came. */
function widen(node: TreeNode): boolean {
  if (node.children.size <= MAX_WORDS_BELOW && !hasPlace(node)) return false;
  const byClass = groupedBy(node, classOf);
  let changed = false;
  if (!node.mixed && (byClass.size > MAX_SHAPES || [...node.children.keys()].some(isMixed))) {
    for (const [place, names] of groupedBy(node, mixedOf)) fold(node, place, names);
    node.mixed = true;
    changed = true;
  }
  if ((node.mixed && node.children.size > MAX_SHAPES) || (node.children.has(ANY) && node.children.size > 1)) {
    fold(node, ANY, [...node.children.keys()]);
    return true;
  }
  if (node.mixed) return changed;
  for (const [kind, names] of byClass) {
    const cap = kind.startsWith('{name}') ? (MAX_WORDS[node.depth] ?? MAX_WORDS_BELOW) : MAX_NAMES_OF_A_SHAPE;
    if (names.length > cap || (names.length > 1 && names.includes(kind))) {
      fold(node, kind, names);
      changed = true;
    }
  }
  return changed;
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

function* leaves(node: TreeNode, path: string | null = null): Generator<[string, Seen]> {
  if (node.ends !== null) yield [path ?? '', node.ends];
  for (const [name, child] of node.children) yield* leaves(child, path === null ? name : `${path}/${name}`);
}

/** Any fixed order would do; a hash favours no service and no letter. */
const rankOf = unitHash;
