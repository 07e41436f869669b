import { BaselineError } from '../model/baseline-error.ts';
import { type Learned, unpackSlot } from './learned.ts';

/** What stands in a slot, or why it counts for nothing. */
export type Slot =
  | { readonly learned: Learned; readonly reason: null }
  | { readonly learned: null; readonly reason: string };

export function readSlot(bytes: Uint8Array, fn: string): Slot {
  try {
    return { learned: unpackSlot(bytes, fn, 'the slot'), reason: null };
  } catch (error) {
    // Whatever it is that nobody has thought of: it must not keep others from being joined
    return { learned: null, reason: error instanceof BaselineError ? error.message : 'the slot cannot be read' };
  }
}
