import type { Call } from '../call.ts';
import type { Severity } from '../finding.ts';

/** One way in which a call differs from the baseline, with a score and a reason. A value: it decides nothing. */
export interface Deviation {
  /** Name of the detector that found it. */
  readonly detector: string;
  /**
   * scope: the call lies outside what was approved by its nature (action, resource, region, account, credential, host, ambiguous, unknown):
   * block mode refuses it. unusual: statistically odd only: alerts, never refuses.
   */
  readonly kind: 'scope' | 'unusual';
  /** What a person would call the same finding. */
  readonly key: string;
  /** Set where one key stands for several things: having told of one is not having told of another. */
  readonly variant?: string;
  readonly severity: Severity;
  /** 0 to 1. */
  readonly score: number;
  readonly action: string | null;
  readonly resource: string | null;
  /** One plain sentence. */
  readonly reason: string;
  readonly techniques: readonly string[];
  /** Set for a new name beside others of its kind. */
  readonly kin?: Kin;
  /** Words in the name of a new thing that no thing known in its place has: what it may have in common with another new thing. */
  readonly names?: readonly string[];
  /** True for a new name of a kind of which the function uses many: of secrets and identities, which are no `kin`. */
  readonly alike?: boolean;
  /** True where the baseline knows little of what it judges by: told a few times, then it is taken for the function's way. */
  readonly weak?: boolean;
  /** How many times the most that is usual, where it is about an amount. */
  readonly excess?: number;
  /** Set where it is about an earlier call than the one that showed it. */
  readonly call?: Call;
  /** "function" for a deviation about a period. */
  readonly about: 'call' | 'function';
}

export interface Kin {
  /** What the names have in common: the folder that they stand in, the pattern that they follow. */
  readonly family: string;
  /** The new one. */
  readonly name: string;
}
