import { LONGEST_HEAD, type ResourcePath, resourcePath } from '../names/resource-path.ts';
import { jsonBytes } from '../names/shortened.ts';
import { unitHash } from '../names/unit-hash.ts';
import { firstBeyond } from './capped.ts';
import { Cut } from './cut.ts';
import { CUT, type Cuttable } from './cuts.ts';
import type { Part } from './fit.ts';
import { EVIDENCE, shareOf } from './fit.ts';
import type { Seen, Sighting } from './seen.ts';
import { bounded, CAPS, childFor, coarsen, REST, restBelow, TreeNode } from './tree-node.ts';
import { weightOf } from './tree-weight.ts';

/**
 * The resources of one action, learned as templates in the manner of Drain (He et al. 2017) on path segments: a tree whose children are names as
 * long as they are few, and one typed place for all names of a shape once they are many. Everything about it is a set union followed by
 * rules that only ever widen, so the tree is the same whatever the order of calls and merges. Whether a place that still has names is open
 * for a new one is not settled here but when judging (`openness.ts`), by how often new names came.
 */
export class ResourceTree implements Cuttable {
  /** They are closed and can only be counted: of too many, those with the smallest hash stay, whatever came first. */
  readonly heads = new Map<string, Head>();
  #cut: Cut | null = null;
  #beyond = Number.POSITIVE_INFINITY;

  /** Names with braces in `path` are typed places; `escapeBraces` has seen to it that no real name has any. */
  add(path: ResourcePath, evidence: Seen | Sighting): void {
    const { key } = path;
    let head = this.heads.get(key);
    if (head === undefined) {
      if (!this.#makeRoom(key)) return;
      head = { head: path.head, joint: path.joint, closed: path.path === null, root: new TreeNode() };
      this.heads.set(key, head);
    }
    let node = head.root;
    for (const name of path.path === null ? [] : bounded(path.path)) {
      const rest = restBelow(node);
      if (rest !== undefined) {
        node = rest;
        break;
      }
      node = childFor(node, name);
    }
    node.end(evidence);
  }

  #makeRoom(key: string): boolean {
    if (unitHash(key) >= this.#beyond) return false;
    if (this.heads.size < MAX_HEADS) {
      this.#cut = null;
      return true;
    }
    this.#cut ??= new Cut(this.heads.keys());
    const goes = this.#cut.admit(key);
    if (goes !== undefined) this.heads.delete(goes);
    return goes !== undefined;
  }

  /** Heads with this hash or a higher one are not kept. */
  get beyond(): number {
    return this.#beyond;
  }

  keepBelow(hash: number): void {
    if (hash >= this.#beyond) return;
    this.#beyond = hash;
    for (const key of [...this.heads.keys()]) if (unitHash(key) >= hash) this.heads.delete(key);
  }

  /** Some heads may have had to go: which is not known. */
  get full(): boolean {
    return this.#beyond !== Number.POSITIVE_INFINITY || this.heads.size >= MAX_HEADS;
  }

  join(other: ResourceTree): void {
    this.keepBelow(other.#beyond);
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

  /** `kept`: heads that stay in any case. */
  part(kept = 0): Part {
    const trees = this.#trees();
    return {
      weight: this.full ? Number.POSITIVE_INFINITY : trees.reduce((sum, { weight }) => sum + weight, 0),
      least: kept * LARGEST_HEAD + CUT,
      fold: (most) => {
        // Of heads that had to go nothing is known: as many as can be, each as large as can be
        const share = this.full ? most / MAX_HEADS - LARGEST_HEAD : shareOf(trees, most - CUT);
        for (const tree of trees) if (tree.weight > share) tree.fold(Math.max(share, tree.least));
        this.keepBelow(firstBeyond(this.heads.keys(), () => HEAD, most - CUT));
      },
    };
  }

  #trees(): Part[] {
    return [...this.heads].map(([key, { root }]) => {
      const own = jsonBytes(key) + HEAD;
      return {
        weight: weightOf(root, CAPS[0], own),
        least: own,
        fold: (most: number) => {
          for (const caps of CAPS) {
            if (caps !== CAPS[0]) coarsen(root, caps);
            if (weightOf(root, caps, own) <= most) return;
          }
        },
      };
    });
  }
}

export interface Head {
  readonly head: string;
  readonly joint: string;
  readonly closed: boolean;
  readonly root: TreeNode;
}

export const MAX_HEADS = 256;

/** Bytes of a head with one place below it, besides its text: its evidence, `{rest}`. */
const HEAD = EVIDENCE + REST.length + 2;
const LARGEST_HEAD = LONGEST_HEAD + HEAD;

function* leaves(node: TreeNode, path: string | null = null): Generator<[string, Seen]> {
  if (node.ends !== null) yield [path ?? '', node.ends];
  for (const [name, child] of node.children) yield* leaves(child, path === null ? name : `${path}/${name}`);
}
