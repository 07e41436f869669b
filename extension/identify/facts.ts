import { accountOfKey } from './access-key.ts';
import type { Endpoint } from './endpoint.ts';
import type { Fields } from './fields.ts';
import type { Target } from './host.ts';
import type { Parameters } from './query-string.ts';
import type { Protocol, RequestHead } from './request.ts';
import type { Signature } from './signature.ts';

/** What the sensor knows and the request may not say. */
export interface Context {
  /** The function's own account. */
  readonly account: string | null;
}

/** Who and where, known before the operation is. */
export interface Facts {
  service: string;
  host: string;
  region: string | null;
  account: string | null;
  accessKeyId: string | null;
  /** Null until the operation is known. */
  protocol: Protocol | null;
}

/** The request once its head has been read. */
export interface Request {
  readonly head: RequestHead;
  readonly fields: Fields;
  readonly target: Target;
  readonly endpoint: Endpoint | null;
  readonly signature: Signature;
  readonly parameters: Parameters;
  readonly facts: Facts;
}

/** A key that does not tell its account is taken for one of the function's own account. */
export const accountOf = (accessKeyId: string | null, context: Context): string | null =>
  accessKeyId === null ? null : (accountOfKey(accessKeyId) ?? context.account);
