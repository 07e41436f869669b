/** Whose calls these are: stamped on every Call record. What is not known yet is null and follows when Lambda tells it. */
export interface Identity {
  /** Unqualified function ARN, or a name. */
  readonly function: string | null;
  readonly version: string | null;
  readonly environment: string;
  /** Twelve digits: for keys that do not encode their account. */
  readonly account: string | null;
  /** The role's own access key id; null: own or foreign is not judged. */
  readonly ownAccessKeyId: string | null;
  /** The invocation that runs now; null between them, and where they overlap. */
  readonly invocation: string | null;
  /** True where several run at a time (Managed Instances): then a call's trace id tells which one it belongs to. */
  readonly overlapping?: boolean;
}
