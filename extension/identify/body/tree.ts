import { doubt } from '../doubt.ts';

/** What the body parsers make of a body: only what was wanted of it. Objects have no prototype, so that no key can reach one. */
export type Tree = string | number | boolean | null | Tree[] | { [key: string]: Tree };

/** What is wanted of a body: members by name, each with what is wanted of it (or of its elements, for lists). `*` stands for any member. */
export type Want = Map<string, Want>;

export const object = (): { [key: string]: Tree } => new Bare() as { [key: string]: Tree };

/** What `Object.create(null)` makes is a hash table from the beginning, at three times the price. */
function BareObject() {}
BareObject.prototype = Object.freeze(Object.create(null));
const Bare = BareObject as unknown as new () => object;

/** A want from paths (`Entries[].EventBusName`, `RequestItems.*`). */
export function want(...paths: readonly string[]): Want {
  const root: Want = new Map();
  for (const path of paths) {
    let node = root;
    for (const step of path.split('.')) {
      const name = step.endsWith('[]') ? step.slice(0, -2) : step;
      let next = node.get(name);
      if (next === undefined) {
        next = new Map();
        node.set(name, next);
      }
      node = next;
    }
  }
  return root;
}

/** How deep bodies may nest: the services' own limits are lower. */
export const MAX_DEPTH = 128;

/** How many values, keys and elements are made of one body at most. AWS's own limits are 25 to 1,000 entries; stepping over the rest makes none. */
export const MAX_NODES = 50_000;

/** Counts what is made of one body, so that a small one cannot become a large tree. */
export class Nodes {
  #left: number;

  constructor(most = MAX_NODES) {
    this.#left = most;
  }

  count(): void {
    if (--this.#left < 0) doubt('a body with more in it than any service takes');
  }
}

/** Stands for each object of which nothing is wanted: it is there, and that is all. */
export const EMPTY: Tree = Object.freeze(object());

/** The scalars at a path, lists opened. Query protocols write lists as numbered members (`Name.1`, `Name.member.1`). */
export function scalarsAt(tree: Tree | undefined, path: string): string[] {
  let nodes: Tree[] = tree === undefined ? [] : [tree];
  for (const step of path.split('.')) {
    const list = step.endsWith('[]');
    const name = list ? step.slice(0, -2) : step;
    const next: Tree[] = [];
    for (const node of nodes) {
      if (node === null || typeof node !== 'object' || Array.isArray(node)) continue;
      if (name === '*') for (const value of Object.values(node)) next.push(value);
      else {
        const value = node[name];
        if (value === undefined || value === null) continue;
        if (list) for (const element of elements(value)) next.push(element);
        else next.push(value);
      }
    }
    nodes = next;
  }
  const leaves = path.endsWith('[]') ? nodes.map(onlyChild) : nodes;
  return leaves.flatMap((node) => (Array.isArray(node) ? node.flatMap(scalar) : scalar(node)));
}

/** XML wraps even one scalar of a list: `<Ids><Id>a</Id></Ids>`. */
function onlyChild(node: Tree): Tree {
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return node;
  const children = Object.values(node);
  return children.length === 1 ? children[0]! : node;
}

const scalar = (node: Tree): string[] =>
  typeof node === 'string' ? [node] : typeof node === 'number' || typeof node === 'boolean' ? [`${node}`] : [];

/** The elements of a list, however the protocol writes it. */
export function elements(value: Tree | undefined): Tree[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object') return [value];
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) return Object.values(value);
  if (keys.length === 1 && typeof value[keys[0]!] === 'object') return elements(value[keys[0]!]);
  return [value];
}

/** A member by name; undefined where there is none. */
export function at(tree: Tree | undefined, name: string): Tree | undefined {
  return tree !== null && typeof tree === 'object' && !Array.isArray(tree) ? tree[name] : undefined;
}

export function text(tree: Tree | undefined): string | null {
  return typeof tree === 'string' ? tree : null;
}
