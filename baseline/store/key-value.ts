/** What a baseline store needs of a service: values under keys, written only where nobody else has written since. One file a service. */
export interface KeyValue {
  /** As in ROLEFENCE_BASELINE, for people. */
  readonly name: string;
  /** Null where there is nothing. Rejects with a StoreError. */
  get(key: Key): Promise<Value | null>;
  /** `tag`: of the value that this one replaces, null where there was none. False where that has changed. */
  put(key: Key, bytes: Uint8Array, tag: string | null): Promise<boolean>;
  /** False where it has changed since `tag`. */
  remove(key: Key, tag: string): Promise<boolean>;
  /** Keys of one kind, in no order. */
  list(kind: Kind): AsyncIterable<Key>;
}

/**
 * approved: what sensors judge by; only operators write it. candidate: what was learned, for people to approve; only the aggregation writes it. learned: what
 * environments hand in, in a few slots for each function.
 */
export type Kind = 'approved' | 'candidate' | 'learned';

export interface Key {
  readonly kind: Kind;
  /** As `Call.function` has it. */
  readonly function: string;
  /** Of `learned`; null for the others. */
  readonly slot: number | null;
}

export interface Value {
  readonly bytes: Uint8Array;
  /** Opaque: changes with every write. */
  readonly tag: string;
}

/** The store did not do what it was asked. The message is one sentence with the service's error code, and nothing of an answer. */
export class StoreError extends Error {
  readonly code = 'baseline-store';

  constructor(name: string, what: string, cause: string) {
    super(`the baseline store ${name} ${what} (${cause})`);
    this.name = 'StoreError';
  }
}

/** `send` whose failures are the store's. */
export function reaching(name: string, send: Send): Send {
  return async (request) => {
    try {
      return await send(request);
    } catch (error) {
      throw new StoreError(name, 'cannot be reached', error instanceof Error ? error.message : 'unknown error');
    }
  };
}

/** How a store reaches its service: one signed HTTP request. */
export type Send = (request: StoreRequest) => Promise<StoreAnswer>;

export interface StoreRequest {
  readonly service: 's3' | 'dynamodb';
  /** Host label before the region: `s3`, `bucket.s3`, `dynamodb`. */
  readonly endpoint: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface StoreAnswer {
  readonly status: number;
  /** Lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Slots of a function: enough that environments that end at once seldom meet, few enough that a role can be allowed each by name. */
export const SLOTS = 16;

export const keyText = ({ kind, function: name, slot }: Key): string =>
  slot === null ? `${kind}#${name}` : `${kind}#${name}#${slot.toString(16)}`;

/** Null for a text that is no key of ours. */
export function keyOf(text: string): Key | null {
  const found = /^(approved|candidate|learned)#(.+?)(?:#([0-9a-f]))?$/s.exec(text);
  if (found === null || (found[1] === 'learned') !== (found[3] !== undefined)) return null;
  return {
    kind: found[1] as Kind,
    function: found[2]!,
    slot: found[3] === undefined ? null : Number.parseInt(found[3], 16),
  };
}
