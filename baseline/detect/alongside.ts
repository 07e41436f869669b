import type { ActionModel } from '../model/function-model.ts';
import type { TreeNode } from '../model/tree-node.ts';
import { fits } from '../names/shape.ts';
import type { Normal } from './normal.ts';
import { covers, coversBelow, knownDepth, MANY_FOLDERS, nodesAt } from './openness.ts';
import { riskOfEach } from './risk.ts';

/**
 * Whether an action goes wherever another one of the same bucket goes: drafts are withdrawn of the firms whose drafts are read, and of one that has few drafts none may have been withdrawn yet; what could
 * not be read of a customer's files is laid into `wrong/`, by customers as `imports/` is. It has been in many folders, in none whose name the other has not been in, and stayed away from none in which,
 * by its share of the other's invocations, chance would have had it come: then it comes to all that are normal for the other.
 */
export function goesAlong({ model, support }: Normal, own: ActionModel, key: string, path: readonly string[]): boolean {
  const root = own.resources.heads.get(key)?.root;
  // A sweep over all folders while it was learned is an intruder's
  if (root === undefined || support.onOneDay(root.all().days)) return false;
  const depth = knownDepth(root, path);
  // Of a file nothing follows: what is read need not be written
  if (depth >= path.length - 1) return false;
  const above = path.slice(0, depth);
  const mine = foldersBelow(nodesAt(root, above));
  if (mine.size < MANY_FOLDERS || !coversBelow([...mine.values()], path.slice(depth + 1))) return false;
  for (const [, other] of model.actions.entries()) {
    const there = other.resources.heads.get(key)?.root;
    if (there === undefined) continue;
    if (other !== own && covers(there, path) && follows(mine, foldersBelow(nodesAt(there, above)))) return true;
    if (foldersAt(there, depth).some((theirs) => isIn(theirs, path[depth]!) && follows(mine, theirs))) return true;
  }
  return false;
}

type Folders = ReadonlyMap<string, TreeNode>;

function follows(mine: Folders, theirs: Folders): boolean {
  if ([...mine.keys()].some((name) => !isIn(theirs, name))) return false;
  const share = invocations(mine.values()) / invocations(theirs.values());
  return [...theirs].every(
    // Of a typed place it is not known any more which of its names were seen
    ([name, node]) =>
      name.includes('{') || mine.has(name) || Math.exp(-share * invocations([node])) > riskOfEach(theirs.size),
  );
}

/** By name, or in a typed place. */
const isIn = (folders: Folders, name: string): boolean =>
  folders.has(name) || [...folders.keys()].some((place) => place.includes('{') && fits(name, place));

const foldersBelow = (nodes: readonly TreeNode[]): Folders => new Map(nodes.flatMap((node) => [...node.children]));

/** Of each folder at this depth those in it. */
function foldersAt(root: TreeNode, depth: number): readonly Folders[] {
  let nodes: readonly TreeNode[] = [root];
  for (let at = 0; at < depth; at++) nodes = nodes.flatMap((node) => [...node.children.values()]);
  return nodes.map(({ children }) => children);
}

const invocations = (nodes: Iterable<TreeNode>): number =>
  [...nodes].reduce((sum, node) => sum + node.all().count(), 0);
