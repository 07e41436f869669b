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
    if (error instanceof BaselineError) return { learned: null, reason: error.message };
    throw error;
  }
}
