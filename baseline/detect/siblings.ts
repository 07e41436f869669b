import { placed, type TreeNode } from '../model/tree-node.ts';

/** Whether both folders are known beside each other at this depth below a node: two of one kind, as tenants are. */
export function areSiblings(node: TreeNode, depth: number, one: string, other: string): boolean {
  if (depth === 0) return placed(node, one) !== undefined && placed(node, other) !== undefined;
  for (const child of node.children.values()) if (areSiblings(child, depth - 1, one, other)) return true;
  return false;
}
