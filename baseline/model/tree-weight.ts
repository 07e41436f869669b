import { jsonBytes } from '../names/shortened.ts';
import { ANY, type Caps, LONGEST_NAME, restBelow, type TreeNode, wordsAt } from './tree-node.ts';

/**
 * Bytes of the templates of a tree under these caps, at most: what it takes, or what it may have taken before names became a typed place. So it never falls as
 * more is seen (`fit.ts`): a typed place weighs as much as the names that it may stand for, each with all that lies below the place.
 * `before`: bytes of a template besides its path.
 */
export function weightOf(node: TreeNode, caps: Caps, before: number): number {
  const ends = node.ends === null ? 0 : before;
  if (node.children.size === 0) return ends;
  if (node.depth >= caps.depth) return ends + before;
  if (restBelow(node) !== undefined) return Number.POSITIVE_INFINITY;
  if (node.mixed || node.children.has(ANY)) {
    let most = 0;
    for (const child of node.children.values()) most = Math.max(most, weightOf(child, caps, before + TYPED));
    const each = Math.max(caps.names, wordsAt(caps, node.depth)) + 1;
    return ends + (caps.shapes + 1) * each * most;
  }
  let sum = ends;
  for (const [name, child] of node.children) {
    if (isTold(name)) sum += weightOf(child, caps, before + jsonBytes(name) + 1);
    else {
      const most = name.startsWith('{name}') ? wordsAt(caps, node.depth) : caps.names;
      sum += (most + 1) * weightOf(child, caps, before + TYPED);
    }
  }
  return sum;
}

/** A name, or a place that stands for its names from the first on. */
const isTold = (name: string): boolean => !name.includes('{') || FROM_THE_FIRST.test(name);
const FROM_THE_FIRST = /\{(?:date|year|month|day|hour|rest)\}/;

/** A name, quoted or not, and a slash. */
const TYPED = LONGEST_NAME + 1;
