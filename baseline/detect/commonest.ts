import { Seen } from '../model/seen.ts';
import type { TreeNode } from '../model/tree-node.ts';
import { extensionOf } from '../names/shape.ts';

/** Invocations that named something else than the commonest name at a place of the paths below a head: a folder at this depth, or a file where it is null. */
export function besideCommonest(root: TreeNode, depth: number | null): number {
  const names = new Map<string, Seen>();
  collect(root, depth, names);
  let all = 0;
  let commonest = 0;
  for (const [name, seen] of names) {
    all += seen.count();
    // Of a typed place all names are different ones
    if (!name.includes('{')) commonest = Math.max(commonest, seen.count());
  }
  return all - commonest;
}

function collect(node: TreeNode, depth: number | null, names: Map<string, Seen>): void {
  for (const [name, child] of node.children) {
    if (depth === 0) {
      if (child.children.size > 0) add(name, child.all(), names);
    } else {
      if (depth === null && child.ends !== null)
        add(name.slice(0, name.length - extensionOf(name).length), child.ends, names);
      collect(child, depth === null ? null : depth - 1, names);
    }
  }
}

function add(name: string, seen: Seen, names: Map<string, Seen>): void {
  const known = names.get(name) ?? new Seen();
  known.join(seen);
  names.set(name, known);
}
