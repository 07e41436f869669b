import type { Form } from '../body/form.ts';
import type { ServiceRow } from '../catalog/index.ts';
import type { Operation } from '../catalog/service.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Fields } from '../fields.ts';
import type { Target } from '../host.ts';
import type { Parameters } from '../query-string.ts';
import type { Protocol, RequestHead } from '../request.ts';
import type { Signature } from '../signature.ts';

/** What the search for an operation starts from. */
export interface Place {
  readonly head: RequestHead;
  readonly fields: Fields;
  readonly target: Target;
  readonly parameters: Parameters;
  readonly endpoint: Endpoint | null;
  readonly signature: Signature;
  /** Services that the request can be for. */
  readonly rows: readonly ServiceRow[];
}

export interface SpokenOperation {
  readonly kind: 'operation';
  readonly operation: Operation;
  readonly protocol: Protocol;
  /** Labels of the path, percent-decoded once. */
  readonly labels: ReadonlyMap<string, string>;
}

/** An operation in the protocol that the client speaks, or a form whose body names it. */
export type Spoken =
  | SpokenOperation
  | {
      readonly kind: 'form';
      readonly protocol: Protocol;
      /** Where the form stands; the other place must then be empty. */
      readonly from: 'query' | 'body';
      /** Bytes of body to hold at most; 0 where the request can have none. */
      readonly cap: number;
      find(form: Form): SpokenOperation;
    };

export const NO_LABELS: ReadonlyMap<string, string> = new Map();
