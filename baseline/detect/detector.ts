import type { Call } from '../call.ts';
import type { Lineage } from '../learn/credential.ts';
import type { JudgedTally } from '../learn/tally.ts';
import type { Deviation } from './deviation.ts';
import type { Drift } from './drift.ts';
import type { Ended } from './endings.ts';
import type { Normal } from './normal.ts';

/** One way in which a call can differ from what is normal. Pure: same call, baseline and invocation so far, same answer. */
export interface Detector {
  readonly name: string;
  /** before: what the request alone shows. after: what needs the answer, or the invocation so far with this call in it. end: what only the whole invocation shows; the call is its last. */
  readonly when: 'before' | 'after' | 'end';
  /** Empty where the call is normal, or where the baseline knows too little to say. */
  inspect(call: Call, normal: Normal, seen: Context): readonly Deviation[];
}

/** What a detector may know besides the call. */
export interface Context {
  /** The invocation so far; without this call before, with it after. */
  readonly tally: JudgedTally;
  /** Slots of `company` in which this call's thing is not the first of the invocation. Empty before. */
  readonly several: readonly Several[];
  /** What the call named that its invocation had not named before, though it had named others. Empty before. */
  readonly anew: readonly NamedAnew[];
  /** What this call brought over its threshold. Empty before. */
  readonly drifts: readonly Drift[];
  /** How the invocation ended, where too many end so. Null but at the end. */
  readonly ended: Ended | null;
  /** False where the call that should have come before it may have been counted with the invocation before. */
  readonly sure: boolean;
  /** Whose key signed the call. */
  readonly lineage: Lineage;
  /** What was outside the scope of the call that issued its key; null where nothing was, or nobody here issued it. */
  readonly issuer: Deviation | null;
}

export interface Several {
  readonly slot: string;
  readonly action: string | null;
  readonly name: string;
  /** What the invocation had named there before. */
  readonly first: string;
}

export interface NamedAnew {
  /** Of `company`. */
  readonly place: string;
  readonly at: number;
  readonly name: string;
}

export const NONE: readonly Deviation[] = [];
