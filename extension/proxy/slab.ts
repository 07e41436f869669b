import { Buffer } from 'node:buffer';

const SLAB = 64 * 1024;

let slab = Buffer.alloc(0);
let used = 0;

/** Memory that lasts, to be filled. Small pieces share it: one block of its own for each would cost more than what it holds. Large ones have their own. */
export function room(length: number): Buffer {
  if (length > SLAB / 4) return Buffer.allocUnsafeSlow(length);
  if (used + length > slab.length) {
    slab = Buffer.allocUnsafeSlow(SLAB);
    used = 0;
  }
  const from = used;
  used += length;
  return slab.subarray(from, used);
}

/** A copy that lasts. */
export function lasting(bytes: Uint8Array): Buffer {
  const copy = room(bytes.length);
  copy.set(bytes);
  return copy;
}
