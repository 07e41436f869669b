import { classOf, type EvidenceOf, everything, type TreeNode } from '../model/tree-node.ts';
import { covers, endOf } from './openness.ts';

/** True where the path's place is open: with another name of the same kind for one of its own it would be covered as well. What varies by nature is then no sign of something new. */
export const isOpen = (root: TreeNode, path: readonly string[], of = everything): boolean =>
  path.some((name, at) => name.includes('{') || isOpenAt(root, path, at, of));

/** A name of the same kind that nobody has seen in this place would be let through as well. A typed place (`{n}`) says so itself. */
export function isOpenAt(root: TreeNode, path: readonly string[], at: number, of: EvidenceOf = everything): boolean {
  const name = path[at]!;
  if (name.includes('{')) return false;
  let other = anotherLike(name);
  if (other === name) return false;
  // Of `batch-0` to `batch-7` the next of its like is known, too, and says nothing of an eleventh
  for (let turn = 1; turn < 10 && endOf(root, path.with(at, other)) !== undefined; turn++) other = anotherLike(other);
  const isKnown = endOf(root, path.with(at, other)) !== undefined;
  return covers(root, path.with(at, isKnown ? name.replace(/\d+/, '$&47') : other), of);
}

/** A name that is of the same kind: what varies in it moves on to the next of its like, the rest stays. */
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
