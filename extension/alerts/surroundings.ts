import type { CredentialSource } from './transport/credentials.ts';
import type { DirectOptions } from './transport/direct.ts';

/** What the sinks need of the world around them. */
export interface Surroundings {
  /** One line to the function's log. */
  readonly write: (line: string) => void;
  /** What a sink could not do: one sentence for people. */
  readonly report: (problem: string) => void;
  /** AWS_REGION. */
  readonly region: string | null;
  readonly functionName: string | null;
  /** Known after `register`. */
  readonly account: () => string | null;
  /** The role's own keys; undefined takes them from `env`. */
  readonly credentials?: CredentialSource;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly direct: DirectOptions;
  readonly clock?: () => number;
}
