import type { RequestHead } from '../identify/request.ts';
import type { Until } from '../patience.ts';

/**
 * What the proxy asks of the rest of the sensor. The proxy owns sockets and bytes and knows nothing of AWS, baselines or findings; the sensor
 * composes identify, guard, learner and alerts behind this interface.
 */
export interface Inspector {
  /** Connections that come before this is fulfilled wait for it; null once requests can be named. Must not reject. */
  ready?(): Promise<void> | null;
  /** True for hosts whose TLS is to be opened (AWS endpoints). `host` is lower case, without port. */
  intercepts(host: string): boolean;
  /** True where a connection may be made for a request that is still to come, and to be judged: nothing of it is sent. Where absent, none may. */
  dialsAhead?(): boolean;
  /** A request's head has arrived on an intercepted connection (or as plain HTTP through the proxy). Must not throw. */
  request(head: RequestHead): Inspection;
  /** A connection to a host that is not intercepted is about to be dialled. Must not throw. */
  egress(target: EgressTarget): EgressDecision;
  /**
   * A client sent what has no single reading (two body lengths, a bare line feed). It was answered 400 and closed in every mode; `reason` is one
   * phrase that quotes nothing of it. Must not throw.
   */
  malformed?(request: { readonly host: string; readonly reason: string }): void;
  /** A request for the sensor itself, on the plain listener; where absent there is no such thing and it is malformed. Must not throw. */
  local?(request: LocalRequest): Refusal & { readonly until?: Until };
  /** What the proxy could not do: one line for people, no content of a call. */
  fault(fault: ProxyFault): void;
}

export type Inspection =
  | Settled
  /** Something that must be known first is on its way: asked again when it is known, or was waited for long enough. `until` never rejects. */
  | { readonly kind: 'later'; readonly until: Promise<void>; again(): Settled };

export type Settled =
  | { readonly kind: 'decided'; readonly decision: Decision }
  /** The body decides. The proxy holds up to `cap` bytes and calls `decide` once with them. */
  | { readonly kind: 'body'; readonly cap: number; decide(body: Uint8Array, truncated: boolean): Decision };

export type Decision =
  /** Answer with this and send nothing upstream; `until`: not before. */
  | { readonly kind: 'refuse'; readonly answer: Refusal; readonly until?: Until; ended(): void }
  | {
      readonly kind: 'forward';
      /** The request does not leave before. */
      readonly until?: Until;
      /**
       * Where there is one, `ended` comes before the client gets the end of its answer, and then this is asked once: until then the end is kept back. Only what came in
       * the last packet: the rest streams as it comes.
       */
      readonly last?: (() => Until) | null;
      /** Bytes of the answer's body to keep for `ended`: for errors (status >= 400) and for all answers. 0 keeps none. */
      readonly keepOfErrors: number;
      readonly keepOfAll: number;
      /**
       * True for what neither forwarder recognises with certainty (`ambiguous`): it goes out on a connection of its own that is not used again.
       */
      readonly isolate: boolean;
      /** Null or absent: request and answer go as they came. */
      readonly rewriting?: Rewriting | null;
      /** Exactly once, when the answer has ended or failed. Must not throw. */
      ended(outcome: Outcome): void;
    };

/** How a request leaves otherwise than it came, and what must not come back as it is (sealed credentials). */
export interface Rewriting {
  /** Origin-form. */
  readonly target: string;
  /** In order, hop-by-hop fields among them: those are left out as always. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Null where the body goes as it came. */
  readonly body: BodyRewriter | null;
  /** The content of an answer, whatever its status, without transfer coding → what the client gets, without content coding; null: it gets a 502. Null where answers go as they came. */
  readonly answer: ((content: Buffer, coding: string | null) => Buffer | null) | null;
}

/** Takes a body piece by piece, as on the wire (its length is known from Content-Length or HTTP/2, never chunked). Throws where it must not go on. */
export interface BodyRewriter {
  /** What it returns is its own again at the next call. */
  take(bytes: Buffer): Buffer;
  end(): void;
}

/** A complete HTTP answer in the form of the client's protocol. The proxy adds framing (content-length, connection) and, for HEAD, leaves the body out. */
export interface Refusal {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** A whole request that names a path of the sensor's own. */
export interface LocalRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What became of a forwarded request. */
export interface Outcome {
  /** Final status; null where no answer came. */
  readonly status: number | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** First bytes of the answer's body, as many as the decision asked for; transfer coding removed, content coding as it came. */
  readonly body: Uint8Array;
  /** Head and body, inside TLS. */
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** From the end of the request's head to the end of the answer, milliseconds, monotonic. */
  readonly durationMs: number;
  /** Null, or which side ended it early. */
  readonly aborted: 'client' | 'upstream' | null;
}

export interface EgressTarget {
  /** Lower case. */
  readonly host: string;
  readonly port: number;
  /** Server name in the client's hello; null where the first bytes are no TLS. */
  readonly sni: string | null;
}

export type EgressDecision =
  | {
      readonly kind: 'refuse';
      /** One sentence for the 403 answer. */
      readonly reason: string;
      readonly until?: Until;
      ended(): void;
    }
  | { readonly kind: 'tunnel'; readonly until?: Until; ended(outcome: EgressOutcome): void };

export interface EgressOutcome {
  /** True once the upstream connection stood. */
  readonly connected: boolean;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly durationMs: number;
}

export interface ProxyFault {
  /** Stable: `upstream-unreachable`, `client-tls`, `listener`, … */
  readonly code: string;
  /** One sentence. */
  readonly message: string;
}
