import { jsonBytes } from '../names/shortened.ts';
import { evidence } from './evidence.ts';
import type { FunctionModel } from './function-model.ts';
import { CAPS, coarsen, type TreeNode } from './tree-node.ts';

/**
 * Folds the trees that made a document large, one after the other and each no further than is needed, so that what is closed in others stays closed as long as they fit by themselves. First those most of
 * whose names came in one invocation only: who may choose names (an upload that is answered with 404 is enough) makes many of them, each once, and what a function does by itself it does again. Of
 * these and of the others the one with the most names comes first. `excess`: bytes that have no room. It hangs on what was seen alone.
 */
export function foldNames({ actions }: FunctionModel, excess: number): void {
  if (excess <= 0) return;
  const trees: Tree[] = [];
  for (const [action, { resources, fruitless }] of actions.entries())
    for (const [kind, { heads }] of [resources, fruitless].entries())
      for (const [key, { root }] of heads)
        trees.push({
          key: `${action} ${key} ${kind}`,
          root,
          own: jsonBytes(key) + AROUND,
          ...namesOf(root, jsonBytes(key) + AROUND),
        });
  let left = excess;
  for (const { root, own, bytes } of trees.filter(({ all }) => all > FEW).sort(inTurn)) {
    let now = bytes;
    for (const caps of CAPS.slice(1)) {
      if (left <= 0) return;
      coarsen(root, caps);
      const folded = namesOf(root, own).bytes;
      left -= now - folded;
      now = folded;
    }
  }
}

interface Tree extends Names {
  readonly key: string;
  readonly root: TreeNode;
  /** Bytes of a name besides its path and evidence. */
  readonly own: number;
}

const inTurn = (a: Tree, b: Tree): number =>
  Number(isSeldom(b)) - Number(isSeldom(a)) || b.all - a.all || (a.key < b.key ? -1 : 1);

const isSeldom = ({ all, once }: Names): boolean => once * 2 > all;

/** Two quotes, a colon and a comma. */
const AROUND = 4;
/** Fewer names than this make no document large. */
const FEW = 24;

interface Names {
  readonly all: number;
  /** In one invocation only. */
  readonly once: number;
  /** That they take in a document. */
  readonly bytes: number;
}

function namesOf(node: TreeNode, before: number): Names {
  let all = 0;
  let once = 0;
  let bytes = 0;
  if (node.ends !== null) {
    all = 1;
    once = node.ends.count() === 1 ? 1 : 0;
    bytes = before + JSON.stringify(evidence(node.ends)).length;
  }
  for (const [name, child] of node.children) {
    const below = namesOf(child, before + jsonBytes(name) + 1);
    all += below.all;
    once += below.once;
    bytes += below.bytes;
  }
  return { all, once, bytes };
}

/** By action and head: how many names are told as they are. */
export function toldNames({ actions }: FunctionModel): Map<string, number> {
  const found = new Map<string, number>();
  for (const [action, { resources }] of actions.entries())
    for (const [key, { closed, root }] of resources.heads) if (!closed) found.set(`${action} ${key}`, namesBelow(root));
  return found;
}

function namesBelow(node: TreeNode): number {
  let count = 0;
  for (const [name, child] of node.children) count += (name.includes('{') ? 0 : 1) + namesBelow(child);
  return count;
}
