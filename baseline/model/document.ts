/**
 * The baseline document: what functions normally do, as JSON that a person can read, review and approve. Published as
 * `baseline/schema/baseline.schema.json`. Everything in it joins as a set (see `seen.ts`), so documents merge in any order, any number of
 * times. What a person takes out of a map is no longer normal, what a person adds with a count of 0 is.
 */
export interface BaselineDocument {
  readonly format: typeof FORMAT;
  /** By function name or unqualified function ARN, as `Call.function` has it. */
  readonly functions: Readonly<Record<string, FunctionBaseline>>;
}

export const FORMAT = 'rolefence.baseline/1';

/**
 * In how many invocations something was seen; exact up to eight, an estimate above. The second member is the sketch that makes counts
 * mergeable (`Seen`), the third the days where they were three at most, else the first and `*` (`Days`). A count alone, as a person writes it, means "normal, never observed".
 */
export type Evidence = number | readonly [invocations: number, sketch: string, days?: readonly string[]];

export type EvidenceMap = Readonly<Record<string, Evidence>>;

export interface FunctionBaseline {
  /** All observed invocations. */
  readonly invocations: Evidence;
  /** Time of the first and of the last call, ISO 8601 UTC; null where nothing was observed. */
  readonly from: string | null;
  readonly to: string | null;
  /** By hour of the day (`02:00`, UTC): on which days calls came in it, as in evidence. An hour that is not here never had any. Missing in documents that do not say. */
  readonly hours?: Readonly<Record<string, readonly string[]>>;
  /** Lambda versions (`$LATEST`, `7`). */
  readonly versions: EvidenceMap;
  /** Accounts of the signing keys. */
  readonly accounts: EvidenceMap;
  /** By IAM action. */
  readonly actions: Readonly<Record<string, ActionBaseline>>;
  /** By host:port. */
  readonly egress: Readonly<Record<string, EgressBaseline>>;
  /** By host:port: connections that were tried and never made. Not allowed by this document. Missing where there were none. */
  readonly unreached?: EvidenceMap;
  readonly order: OrderBaseline;
  /** A uniform sample of the invocations: how many calls of each step they made, and of what size. */
  readonly sample: readonly string[];
  /**
   * Where invocations had more than one thing in a place in which most stay with one (`company`): tables of an action, folders of a path, egress hosts. Sketch as in
   * `order.follows`. A place that is not here never had. Missing in documents that do not say.
   */
  readonly several?: Readonly<Record<string, string>>;
  /**
   * By action and begin of a resource's name: how old the dates below it were when they were used, and on which days (`Ages`): `d0:* d1:g15` says on many days of that day itself, on one of a day or two
   * before. What is not here never bore any. Missing in documents that do not say.
   */
  readonly ages?: Readonly<Record<string, string>>;
  /**
   * By action and begin of the resource (`company`), then by depth of the folder, or `file`: whether the names there are such as their invocation had named before. A place that is not here has no such
   * habit; so has every place of a document that does not say, and of what it is merged with.
   */
  readonly repeats?: Readonly<Record<string, Readonly<Record<string, RepeatsBaseline>>>>;
  /**
   * Where names were closed and a document of 256 KiB had no room for them, by action and begin of the resource, four at most: any name of their kind passes there now. Missing where nothing was
   * opened.
   */
  readonly opened?: readonly string[];
  /**
   * Lists of names that were too long for a document of 256 KiB, with the hash (six characters, as in sketches) from which on names are not kept: `versions`, `accounts`,
   * `egress`, `unreached`, `several`, `ages`, `repeats`, `steps`. Missing where nothing was left out.
   */
  readonly cut?: Readonly<Record<string, string>>;
}

export interface ActionBaseline {
  readonly invocations: Evidence;
  /** Signing regions; `none` where a call had none. */
  readonly regions: EvidenceMap;
  /** `own`, `issued` (by an AssumeRole of this environment), `unknown` (own key not known), or a foreign access key id. */
  readonly credentials: EvidenceMap;
  /** Templates: an ARN in which `{…}` stands for names that vary by nature; `?prefix=` follows the bucket of a list call. */
  readonly resources: EvidenceMap;
  /** Templates of what AWS refused or never answered: not allowed by this document. Missing where there was nothing of the kind. */
  readonly fruitless?: EvidenceMap;
  /** AWS error codes of answers. */
  readonly errors: EvidenceMap;
  readonly size: Size;
  /** As that of the function: `regions`, `credentials`, `resources`, `fruitless`, `errors`. */
  readonly cut?: Readonly<Record<string, string>>;
}

export interface EgressBaseline {
  readonly invocations: Evidence;
  readonly size: Size;
}

/**
 * The largest values seen, each once, largest first, at most eight: what a tail is estimated from. Bytes are rounded up to three digits. After them stands what was the largest of one of `days` and is
 * smaller than all eight.
 */
export interface Size {
  /** Calls in one invocation. */
  readonly calls: readonly number[];
  /** Bytes and batch entries of one call. */
  readonly bytesOut: readonly number[];
  readonly bytesIn: readonly number[];
  readonly items: readonly number[];
  /** The sums over one invocation; left out where no invocation made more than one call, for then they are the same. */
  readonly bytesOutPerInvocation?: readonly number[];
  readonly bytesInPerInvocation?: readonly number[];
  readonly itemsPerInvocation?: readonly number[];
  /**
   * The days with the largest values, five at most, of each list in this order and with a space between: `0g0y,3g15` says that the first of the list was the largest on day `g0y` (of base 36, counted
   * from 1970-01-01), the fourth on another. Missing where no day is known.
   */
  readonly days?: string;
}

export interface RepeatsBaseline {
  /** Invocations that named there what they had named before. Missing where it is no habit. */
  readonly repeated?: Evidence;
  /** Those that named something there which they had not; sketch as in `order.follows`. Missing where none did. */
  readonly anew?: string;
}

export interface OrderBaseline {
  /** What order and company are told in: operation and closed part of its resource, or an egress host. Sorted. */
  readonly steps: readonly string[];
  /**
   * By index of a step (`start` before the first; `3!` for step 3 answered with an error): which steps came next, by index; under `again`,
   * which came once more in an invocation after others had come between (any may have where that is missing). The value is the sketch of
   * the invocations up to four, `*` above. `*` as a step: anything may follow, there was no room to tell what did.
   */
  readonly follows: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
