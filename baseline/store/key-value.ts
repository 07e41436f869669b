/** What a baseline store needs of a service: values under keys, written only where nobody else has written since. One file a service. */
export interface KeyValue {
  /** As in ROLEFENCE_BASELINE, for people. */
  readonly name: string;
  /** Null where there is nothing. Rejects with a StoreError. `fresh`: what was written last, also where that costs twice; else what was there a moment ago will do. */
  get(key: Key, fresh?: boolean): Promise<Value | null>;
  /** Values of several keys, in their order, as they were a moment ago, in one request. Missing where the service has no such request. */
  getAll?(keys: readonly Key[]): Promise<readonly (Value | null)[]>;
  /** Each value is a request over the network, and there is none for several: what sensors ask for first is worth a copy in one value (cold-start.ts). */
  readonly oneByOne?: boolean;
  /** Largest value of a slot or a candidate in bytes, which are divided along what is in them; null where there is no limit that they reach. */
  readonly largest: number | null;
  /** `tag`: of the value that this one replaces, null where there was none. False where that has changed. */
  put(key: Key, bytes: Uint8Array, tag: string | null): Promise<boolean>;
  /** False where it has changed since `tag`. */
  remove(key: Key, tag: string): Promise<boolean>;
  /** Keys of one kind, in no order. */
  list(kind: Kind): AsyncIterable<Key>;
}

/**
 * approved: what sensors judge by; only operators write it. history: everything that was ever approved, by serial. candidate: what was learned, for people to approve;
 * only the aggregation writes it. learned: what environments hand in, in a few slots for each function. break-glass: one for the fleet, which turns block mode into alert mode.
 * isolation: one for a function that is to reach nothing any more. cold-start: a copy of what is approved that is there only while no switch holds.
 */
export type Kind = 'approved' | 'history' | 'candidate' | 'learned' | 'break-glass' | 'isolation' | 'cold-start';

export interface Key {
  readonly kind: Kind;
  /** As `Call.function` has it. */
  readonly function: string;
  /** Of `learned` its slot, of `history` the serial, of a `candidate` that is too large for one value the number of a further part; else null. */
  readonly part: string | null;
}

export interface Value {
  readonly bytes: Uint8Array;
  /** Opaque: changes with every write. */
  readonly tag: string;
}

/** The store did not do what it was asked. The message is one sentence with the service's error code, and nothing of an answer. */
export class StoreError extends Error {
  readonly code = 'baseline-store';
  /** False where the store is there, or where that is not known. */
  readonly isMissing: boolean;
  /** Nothing answered at all. */
  readonly isUnreachable: boolean;

  constructor(name: string, what: string, cause: string) {
    super(`the baseline store ${name} ${what} (${cause})`);
    this.name = 'StoreError';
    this.isMissing = cause.startsWith(NO_SUCH);
    this.isUnreachable = what === UNREACHABLE;
  }
}

const NO_SUCH = 'there is no ';
const UNREACHABLE = 'cannot be reached';

/** The usual cause is another region than the one that was meant. */
export const noSuch = (what: 'table' | 'bucket', name: string, region: string | null): string =>
  `${NO_SUCH}${what} ${name}${region === null ? '' : ` in ${region}`}`;

/** `send` whose failures are the store's. */
export function reaching(name: string, send: Send): Send {
  return async (request) => {
    try {
      return await send(request);
    } catch (error) {
      throw new StoreError(name, UNREACHABLE, error instanceof Error ? error.message : 'unknown error');
    }
  };
}

/** How a store reaches its service: one signed HTTP request. */
export type Send = (request: StoreRequest) => Promise<StoreAnswer>;

export interface StoreRequest {
  readonly service: 's3' | 'dynamodb' | 'kms' | 'lambda';
  /** Host label before the region: `s3`, `bucket.s3`, `dynamodb`, `kms`. */
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

/** Slots of a function, a hexadecimal digit each: enough that environments that end at once seldom meet, few enough that a role can be allowed each by name. */
export const SLOTS = 16;

export const slotKey = (fn: string, slot: number): Key => ({
  kind: 'learned',
  function: fn,
  part: (slot % SLOTS).toString(16),
});

export const keyText = ({ kind, function: name, part }: Key): string =>
  part === null ? `${kind}#${name}` : `${kind}#${name}#${part}`;

/** Null for a text that is no key of ours. */
export function keyOf(text: string): Key | null {
  const found =
    /^(approved|history|candidate|learned|break-glass|isolation|cold-start)#(.+?)(?:#([0-9a-f]{1,20}))?$/s.exec(text);
  return found === null ? null : keyFrom(found[1]!, found[2]!, found[3] ?? null);
}

/** Null where a kind has no such part. */
export function keyFrom(kind: string, fn: string, part: string | null): Key | null {
  const parts = Object.hasOwn(PARTS, kind) ? PARTS[kind as Kind] : null;
  return parts?.test(part ?? '') ? { kind: kind as Kind, function: fn, part } : null;
}

const PARTS: Readonly<Record<Kind, RegExp>> = {
  approved: /^$/,
  history: /^\d{1,16}$/,
  candidate: /^[1-9a-f]?$/,
  learned: /^[0-9a-f]$/,
  'break-glass': /^$/,
  isolation: /^$/,
  'cold-start': /^$/,
};
