import { Buffer } from 'node:buffer';
import { room } from '../slab.ts';

export const joined = (parts: readonly Buffer[]): Buffer =>
  parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);

/** The same of pieces some of which are texts of octets: each is written once, where it is to stand. */
export function written(pieces: readonly (Buffer | string)[]): Buffer {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  const all = room(length);
  let at = 0;
  for (const piece of pieces) at += typeof piece === 'string' ? all.write(piece, at, 'latin1') : piece.copy(all, at);
  return all;
}
