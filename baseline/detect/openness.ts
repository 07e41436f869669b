import { Seen } from '../model/seen.ts';
import {
  bounded,
  classOf,
  type EvidenceOf,
  everything,
  placed,
  REST,
  restBelow,
  type TreeNode,
} from '../model/tree-node.ts';
import { fits, withoutLength } from '../names/shape.ts';

/**
 * Whether a path is covered by what was learned below a head. A name that was seen is; a name of a typed place is; and a new name is where its place
 * is open: where, by Good and Turing's estimate, new names of its shape kept coming to the end of learning (names seen in one invocation only
 * ÷ invocations). What was learned of sibling folders counts too: that `raw/ios/` and `raw/web/` hold ever new pictures says the same of `raw/tv/`
 * once that folder is known.
 */
export function covers(root: TreeNode, path: readonly string[], of = everything): boolean {
  return endOf(root, path) !== undefined || matches([root], [root], bounded(path), 0, of);
}

/** Where a path ends that is known as it stands, by its names or typed places: nearly always it is. */
export function endOf(root: TreeNode, path: readonly string[]): TreeNode | undefined {
  const names = bounded(path);
  let node: TreeNode | undefined = root;
  for (let i = 0; i < names.length && node !== undefined; i++) node = placed(node, names[i]!);
  return node === undefined || node.ends === null ? undefined : node;
}

/** How far a path is known: the number of its first segments that some learned resource shares. */
export function knownDepth(root: TreeNode, path: readonly string[]): number {
  let nodes: readonly TreeNode[] = [root];
  for (let depth = 0; depth < path.length; depth++) {
    nodes = nodes.flatMap((node) => step(node, path[depth]!));
    if (nodes.length === 0) return depth;
  }
  return path.length;
}

/** What is known at the end of a path. */
export const nodesAt = (root: TreeNode, path: readonly string[]): readonly TreeNode[] =>
  path.reduce((nodes: readonly TreeNode[], name) => nodes.flatMap((node) => step(node, name)), [root]);

/** Whether what remains of a path is covered below one of these folders. */
export const coversBelow = (folders: readonly TreeNode[], rest: readonly string[]): boolean =>
  matches(folders, folders, rest, 0, everything);

/**
 * True where the path leaves what is known at a folder whose siblings are many, and what lies below it would be covered in them: one more of a kind
 * (`raw/tv/…` beside `raw/ios/…` and `raw/web/…`), with nothing else new about it.
 */
export function isKinFolder(root: TreeNode, path: readonly string[]): boolean {
  const depth = knownDepth(root, path);
  if (depth >= path.length - 1 || !PLAIN.test(path[depth]!)) return false;
  const siblings = nodesAt(root, path.slice(0, depth)).flatMap((node) => [...node.children.values()]);
  const folders = siblings.filter((sibling) => sibling.children.size > 0);
  return (
    folders.length >= KIN_FOLDERS &&
    folders.length * 3 >= siblings.length * 2 &&
    coversBelow(folders, path.slice(depth + 1))
  );
}

const KIN_FOLDERS = 3;
/** No way up, nothing hidden. */
const PLAIN = /^[A-Za-z0-9][\w=.~+-]*$/;

/** `own`: the nodes whose path matched so far. `kin`: these and their siblings, whose evidence counts for openness. */
function matches(
  own: readonly TreeNode[],
  kin: readonly TreeNode[],
  path: readonly string[],
  at: number,
  of: EvidenceOf,
): boolean {
  if (at === path.length) return own.some((node) => node.ends !== null);
  const name = path[at]!;
  const next: TreeNode[] = [];
  for (const node of own) {
    if (node.children.has(REST) && (at === path.length - 1 || restBelow(node) !== undefined)) return true;
    next.push(...step(node, name));
  }
  const nextKin = kin.flatMap((node) => [...node.children.values()]);
  if (next.length > 0 && matches(next, nextKin, path, at + 1, of)) return true;
  const last = at === path.length - 1;
  if (last && own !== kin && isCommon(kin, name)) return true;
  const alike = open(own, name, last, of) ?? (own === kin ? null : open(kin, name, last, of)) ?? hours(kin, path, at);
  return alike !== null && matches(alike, alike, path, at + 1, of);
}

/** The folders by the hour below those of days: a day goes on as a date does, so one hour of one day says that there are others. */
function hours(nodes: readonly TreeNode[], path: readonly string[], at: number): TreeNode[] | null {
  const mark = HOUR.exec(path[at]!)?.[1];
  if (mark === undefined || !isDay(path, at)) return null;
  const folders = nodes.flatMap((node) => [...node.children]);
  return folders.length > 0 && folders.every(([name]) => HOUR.exec(name)?.[1] === mark)
    ? folders.map(([, below]) => below)
    : null;
}

const HOUR = /^((?:h|hh|hour)=|)(?:[01]\d|2[0-3])$/;
/** `2026-03-24`, or `2026`, `03` and `24` in three folders. */
const isDay = (path: readonly string[], at: number): boolean =>
  at > 0 &&
  (/\{date\}$/.test(classOf(path[at - 1]!)) ||
    /(?:^|\/)(?:\w+=)?20\d\d\/(?:\w+=)?[01]\d\/(?:\w+=)?[0-3]\d$/.test(path.slice(0, at).join('/')));

/** True for a name that most of the folders beside hold too: `city/noon` where `sea/noon` and `garden/noon` are known, and so is `city/`. */
function isCommon(kin: readonly TreeNode[], name: string): boolean {
  const holding = kin.filter((node) => (node.children.get(name)?.ends ?? null) !== null).length;
  return holding >= 2 && holding * 2 >= kin.length;
}

/** Children that stand for the name itself: its own, or a typed place that it fits. */
function step(node: TreeNode, name: string): TreeNode[] {
  const place = placed(node, name);
  if (place !== undefined) return [place];
  const fitting: TreeNode[] = [];
  for (const [child, below] of node.children) if (child.includes('{') && fits(name, child)) fitting.push(below);
  return fitting;
}

/** The children whose kind of name is still open for new ones, if the name is of that kind; null where the place is closed to it. */
function open(nodes: readonly TreeNode[], name: string, last: boolean, of: EvidenceOf): TreeNode[] | null {
  const kind = classOf(name);
  const typed = !kind.startsWith('{name}') || SHORT_HEX.test(name);
  const alike: TreeNode[] = [];
  const units = new Seen();
  const loners = new Seen();
  let once = 0;
  for (const node of nodes) {
    for (const [child, below] of node.children) {
      if (!isAlike(name, kind, child)) continue;
      alike.push(below);
      // A typed place already: many names of the kind were seen
      if (child.includes('{')) return alike;
      const seen = of(below);
      units.join(seen);
      if (seen.count() === 1) {
        once++;
        loners.join(seen);
      }
    }
  }
  if (typed && last && alike.length > 0 && UNIQUE.test(kind)) return alike;
  const need = NEEDED[typed ? 'typed' : 'words'][last ? 'last' : 'folder'];
  const invocations = units.count();
  if (alike.length < need.names || once < need.names / 2 || once / invocations < need.rate) return null;
  if (loners.count() < Math.min(2, need.names) && !(typed && last && alike.length >= 3)) return null;
  return alike;
}

/**
 * Names of one kind: of the same shape but for lengths, or one may stand in the other's place. Of random names some always look like a word with a
 * number, or like a number.
 */
function isAlike(name: string, kind: string, child: string): boolean {
  const other = classOf(child);
  if (other === kind) return true;
  if (SHORT_HEX.test(name) && (SHORT_HEX.test(child) ? child.length === name.length : SHORT_PLACE.test(child)))
    return true;
  const typed = !other.startsWith('{name}');
  if (typed && fits(name, other)) return true;
  if (kind.startsWith('{name}')) return false;
  return typed ? withoutLength(other) === withoutLength(kind) || fits(child, kind) : fits(child, kind);
}

/** `0c`, `fa`, `33`: the first digits of a hash as a folder, of which some look like a word and some like a number. */
const SHORT_HEX = /^[0-9a-f]{2,4}$/;
const SHORT_PLACE = /^(?:[a-f]{0,3}\{n\}[a-f]{0,3})$/;

/** Made to be unique: one such name of a file says that there are others. */
const UNIQUE = /\{(?:uuid|date)\}/;

export const MANY_FOLDERS = 8;
/**
 * How many names, and what rate of new ones, open a place. Names that vary by nature (ids, dates, numbers) as file names open early; plain words, and
 * folders above others, need more: a second folder may be a second tenant.
 */
const NEEDED = {
  typed: { last: { names: 2, rate: 0.1 }, folder: { names: 3, rate: 0.1 } },
  words: { last: { names: 3, rate: 0.3 }, folder: { names: MANY_FOLDERS, rate: 0.3 } },
} as const;

/** Evidence of everything that has the path's form: names of the same kinds in all its places. */
export function kin(root: TreeNode, path: readonly string[]): Seen {
  let nodes: readonly TreeNode[] = [root];
  for (const name of path.slice(0, -1)) {
    const kind = classOf(name);
    nodes = nodes.flatMap((node) =>
      [...node.children].filter(([child]) => isAlike(name, kind, child)).map(([, below]) => below),
    );
  }
  const name = path.at(-1)!;
  const kind = classOf(name);
  const seen = new Seen();
  for (const node of nodes) {
    for (const [child, below] of node.children) if (isAlike(name, kind, child)) seen.join(below.all());
  }
  return seen;
}
