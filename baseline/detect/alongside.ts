import type { ActionModel } from '../model/function-model.ts';
import type { TreeNode } from '../model/tree-node.ts';
import type { Normal } from './normal.ts';
import { covers, coversBelow, knownDepth, MANY_FOLDERS, nodesAt } from './openness.ts';
import { riskOfEach } from './risk.ts';

/**
 * Whether an action goes wherever another one of the same bucket goes: drafts are withdrawn of the firms whose drafts are read, and of one that has few drafts none may have been withdrawn yet. It has been
 * in many folders, in none where the other has not been, and stayed away from none in which, by its share of the other's invocations, chance would have had it come: then it comes
 * to all that are normal for the other.
 */
export function goesAlong({ model, support }: Normal, own: ActionModel, key: string, path: readonly string[]): boolean {
  const root = own.resources.heads.get(key)?.root;
  // A sweep over all folders while it was learned is an intruder's
  if (root === undefined || support.onOneDay(root.all().days)) return false;
  const depth = knownDepth(root, path);
  // Of a file nothing follows: what is read need not be written
  if (depth >= path.length - 1) return false;
  const above = path.slice(0, depth);
  const known = foldersAt(root, above);
  if (known.size < MANY_FOLDERS || !coversBelow([...known.values()], path.slice(depth + 1))) return false;
  for (const [, other] of model.actions.entries()) {
    const there = other === own ? undefined : other.resources.heads.get(key)?.root;
    if (there !== undefined && covers(there, path) && follows(root, there, above)) return true;
  }
  return false;
}

function follows(own: TreeNode, other: TreeNode, above: readonly string[]): boolean {
  const [mine, theirs] = [foldersAt(own, above), foldersAt(other, above)];
  const isIn = (root: TreeNode, name: string): boolean => nodesAt(root, [...above, name]).length > 0;
  if ([...mine.keys()].some((name) => !isIn(other, name))) return false;
  const share = invocations(mine.values()) / invocations(theirs.values());
  return [...theirs].every(
    // Of a typed place it is not known any more which of its names were seen
    ([name, node]) =>
      name.includes('{') || isIn(own, name) || Math.exp(-share * invocations([node])) > riskOfEach(theirs.size),
  );
}

const foldersAt = (root: TreeNode, above: readonly string[]): ReadonlyMap<string, TreeNode> =>
  new Map(nodesAt(root, above).flatMap((node) => [...node.children]));

const invocations = (nodes: Iterable<TreeNode>): number =>
  [...nodes].reduce((sum, node) => sum + node.all().count(), 0);
