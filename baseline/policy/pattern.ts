import { covers } from '../detect/openness.ts';
import { resourcePath } from '../learn/resource-path.ts';
import type { ResourceTree } from '../learn/resource-tree.ts';
import { classOf, type TreeNode } from '../learn/tree-node.ts';
import { literal } from './glob.ts';

/** A learned template as a policy says it. */
export interface ResourcePattern {
  readonly arn: string;
  /** What a list call asked below the bucket, as a pattern; null where any prefix is normal. */
  readonly prefix: string | null;
}

/**
 * `*` stands only where the place is open: where learning has put a typed place, or where names that were seen so far keep changing in such a
 * way that the sensor would let a new one through.
 */
export function patternOf(template: string, resources: ResourceTree): ResourcePattern {
  const { head, joint, path } = resourcePath(template);
  if (path === null) return { arn: escaped(head), prefix: null };
  const root = resources.heads.get(head + joint)?.root;
  const open = path.map((name, i) =>
    root !== undefined && isOpenAt(root, path, i) ? wild(classOf(name)) : wild(name),
  );
  const text = open.join('/');
  if (joint.length > 1) return { arn: escaped(head), prefix: text };
  return { arn: escaped(head) + joint + text, prefix: null };
}

/** Another name of the same kind in this place would be let through as well. */
function isOpenAt(root: TreeNode, path: readonly string[], at: number): boolean {
  const name = path[at]!;
  if (name.includes('{')) return false; // Already a typed place: `wild` writes it
  const other = anotherLike(name);
  return other !== name && covers(root, path.with(at, other));
}

/** A name that nobody has seen but is of the same kind: what varies in it moves on to the next of its like, the rest stays. */
function anotherLike(name: string): string {
  const kind = classOf(name);
  if (!kind.startsWith('{name}'))
    return name.replace(/[0-9A-Za-z]+/g, (token) => (isFixed(token) ? token : moved(token)));
  const extension = kind.slice('{name}'.length);
  const stem = name.slice(0, name.length - extension.length);
  return letters(moved(stem)) + extension;
}

const isFixed = (token: string): boolean => classOf(token).startsWith('{name}');

/** `thumb320`: only the number varies. In ids letters do too. */
const moved = (token: string): string =>
  /^[A-Za-z]*\d+[A-Za-z]*$/.test(token) && classOf(token).includes('{n}') ? digits(token) : letters(digits(token));

const digits = (text: string): string => text.replace(/[0-9]/g, (digit) => String((Number(digit) + 3) % 10));

/** Hexadecimal letters stay hexadecimal. */
const letters = (text: string): string =>
  text
    .replace(/[a-f]/g, (letter) => next(letter, 'abcdef'))
    .replace(/[A-F]/g, (letter) => next(letter, 'ABCDEF'))
    .replace(/[g-z]/g, (letter) => next(letter, 'ghijklmnopqrstuvwxyz'))
    .replace(/[G-Z]/g, (letter) => next(letter, 'GHIJKLMNOPQRSTUVWXYZ'));

const next = (letter: string, ring: string): string => ring[(ring.indexOf(letter) + 1) % ring.length]!;

/** `INV-{n}.pdf` → `INV-*.pdf`; neighbouring places are one `*`. */
const wild = (name: string): string =>
  name
    .split(/\{\w*\}/)
    .map(plain)
    .join('*');

const plain = (text: string): string => literal(text.replaceAll('%7B', '{').replaceAll('%7D', '}'));

/** `*` in a closed part is what a request did not name: it stays. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own escapes, not ours
const escaped = (arn: string): string => plain(arn).replaceAll('${*}', '*');
