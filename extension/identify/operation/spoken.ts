import type { Form } from '../body/form.ts';
import type { ServiceRow } from '../catalog/index.ts';
import type { Operation } from '../catalog/service.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Fields } from '../fields.ts';
import type { Target } from '../host.ts';
import type { Parameters } from '../query-string.ts';
import type { Access } from '../reading.ts';
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

/** A form with a file in it, whose fields say what it is for and who signed it. */
export interface SpokenUpload {
  readonly kind: 'upload';
  readonly protocol: Protocol;
  /** Bytes of body to hold: the fields come before the file. */
  readonly cap: number;
  read(body: Uint8Array): {
    readonly operation: Operation;
    /** Parameters of a signature, as a query would have them. */
    readonly credential: Parameters;
    access(partition: string): readonly Access[];
  };
}

/** An operation in the protocol that the client speaks, or a form whose body names it. */
export type Spoken =
  | SpokenOperation
  | SpokenUpload
  | {
      readonly kind: 'form';
      readonly protocol: Protocol;
      /** Where the form stands; the other place must then be empty. */
      readonly from: 'query' | 'body';
      /** Bytes of body to hold at most. */
      readonly cap: number;
      find(form: Form): SpokenOperation;
    };

export const NO_LABELS: ReadonlyMap<string, string> = new Map();
