import { createRandom, type Random } from '../fleet/random.ts';

/** Where what looks random is cut out of: to draw each letter takes longer than all the rest. Far longer than what gzip looks back to. */
const pool = (alphabet: string): string => {
  const random = createRandom(1);
  return Array.from({ length: 2 ** 20 }, () => alphabet[random.below(alphabet.length)]).join('');
};
const LETTERS = pool('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
const HEX = pool('0123456789abcdef');

const cut = (from: string, r: Random, length: number): string => {
  const at = r.below(from.length - length);
  return from.slice(at, at + length);
};

export const letters = (r: Random, length: number): string => cut(LETTERS, r, length);

export const hex = (r: Random, length: number): string => cut(HEX, r, length);

export const uuid = (r: Random): string => `${hex(r, 8)}-${hex(r, 4)}-4${hex(r, 3)}-8${hex(r, 3)}-${hex(r, 12)}`;
