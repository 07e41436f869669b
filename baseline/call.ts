/**
 * The Call record: one outbound AWS API request or one egress connection. It is the language between all parts of
 * Rolefence and the only thing that remains of a call. Published as `baseline/schema/call.schema.json`.
 */
export interface Call {
  /** Opaque; a finding repeats it as `callId`. */
  readonly id: string | null;
  /** ISO 8601, UTC, milliseconds: when the request's head had arrived. Null in `rolefence identify`. */
  readonly time: string | null;
  /** Function name, or unqualified function ARN. */
  readonly function: string | null;
  /** `$LATEST` or a published version number. */
  readonly version: string | null;
  /** Identifies one execution environment. */
  readonly environment: string | null;
  /** Lambda's request id; null outside an invocation. */
  readonly invocation: string | null;
  /** IAM action prefix (`s3`, `dynamodb`); null for egress. */
  readonly service: string | null;
  /** API operation name; "CONNECT" for egress; null where `certainty` is not exact. */
  readonly operation: string | null;
  readonly certainty: Certainty;
  /** What was decided; null where nobody decided. */
  readonly verdict: Verdict | null;
  /** Every IAM action that the call needs, with the ARNs it needs it on. Empty for egress. */
  readonly access: readonly Access[];
  /** Signing region; null where the call has none (SigV4A, unsigned). */
  readonly region: string | null;
  /** Twelve digits: the account of the signing key. */
  readonly account: string | null;
  /** The key that signed the call. */
  readonly accessKeyId: string | null;
  /** The role's own key in the environment at that time. */
  readonly ownAccessKeyId: string | null;
  /** The key in the answer of an AssumeRole and its like. */
  readonly issuedAccessKeyId: string | null;
  /** The prefix parameter of a list call; of DynamoDB items the kind that the partition key names (`USER#` of `USER#4711`). */
  readonly prefix: string | null;
  /** Host of the request; host:port for egress. */
  readonly host: string | null;
  /** Entries of a batch, or recipients; 1 where the call is about one thing. */
  readonly items: number | null;
  /** Head and body of the request, inside TLS, in bytes. */
  readonly bytesOut: number | null;
  /** Head and body of the answer, inside TLS, in bytes. */
  readonly bytesIn: number | null;
  /** HTTP status; null where there was no answer, and for a refused call. */
  readonly status: number | null;
  /** AWS error code of the answer (`AccessDenied`), null where it succeeded. */
  readonly errorCode: string | null;
  /** From the request's head to the end of the answer, in milliseconds. */
  readonly durationMs: number | null;
}

/** exact: one reading only. ambiguous: could be read in two ways. unknown: not in the catalog. */
export type Certainty = 'exact' | 'ambiguous' | 'unknown';

export type Verdict = 'allow' | 'alert' | 'block';

export interface Access {
  /** IAM action, `s3:GetObject`. */
  readonly action: string;
  /** ARNs; a part that the request does not name exactly is `*`. */
  readonly resources: readonly string[];
}

/** True for a connection to a host that is no AWS endpoint. */
export const isEgress = (call: Call): boolean => call.service === null && call.operation === 'CONNECT';
