import { Buffer } from 'node:buffer';

const SLAB = 64 * 1024;

let slab = Buffer.alloc(0);
let used = 0;

/** A copy that lasts. What is read in small pieces shares memory: one block of its own for each would cost more than what it holds. */
export function lasting(bytes: Uint8Array): Buffer {
  if (used + bytes.length > slab.length) {
    slab = Buffer.allocUnsafeSlow(Math.max(SLAB, bytes.length));
    used = 0;
  }
  const from = used;
  slab.set(bytes, from);
  used += bytes.length;
  return slab.subarray(from, used);
}
