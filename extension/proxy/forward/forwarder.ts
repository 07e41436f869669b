import type { Duplex } from 'node:stream';
import type { AnswerHead } from '../http1/head.ts';

/** Where a request goes. One pool of connections for each. */
export interface Target {
  readonly scheme: 'http' | 'https';
  /** Lower case: as in CONNECT, in the server name, or in an absolute target. */
  readonly host: string;
  readonly port: number;
  /** Server name to send and to verify; null sends none and verifies `host`. */
  readonly serverName: string | null;
}

export interface ForwardedRequest {
  readonly target: Target;
  readonly method: string;
  /** Head as it goes upstream, and what of the body came with it. */
  readonly head: Buffer;
  /** True where nothing follows the head. */
  readonly bodiless: boolean;
  /** A connection of its own that is not used again. */
  readonly isolate: boolean;
}

/**
 * Carries one request at a time of a client's connection upstream and its answer back. Body bytes are in the transfer coding that the
 * head names, in both directions: nothing is coded anew.
 */
export interface Forwarder {
  forward(request: ForwardedRequest, answer: AnswerReceiver): RequestWriter;
}

export interface RequestWriter {
  /** `bytes` are lent: whoever keeps them copies them. False: wait for `drained`. */
  write(bytes: Buffer): boolean;
  /** The whole request has been written. */
  end(): void;
  /** The client sends nothing more but still listens. */
  halfClose(): void;
  /** The client is gone. */
  abort(): void;
  pause(): void;
  resume(): void;
}

/**
 * What came stands in `bytes` from `from` to `to`: a piece cut out for each part of an answer costs more than reading it. `bytes` are lent: what is still needed after
 * `flush` is to be copied.
 */
export interface AnswerReceiver {
  /** An interim answer (1xx but 101), as it came. */
  interim(head: AnswerHead, bytes: Buffer, from: number, to: number): void;
  /** `closing`: the body ends with the connection. */
  head(head: AnswerHead, bytes: Buffer, from: number, to: number, closing: boolean): void;
  /** Body as on the wire. */
  data(bytes: Buffer, from: number, to: number): void;
  /** The same without transfer coding; called first, while `wantsContent`. */
  content(bytes: Buffer): void;
  readonly wantsContent: boolean;
  /** What came in one packet has been handed over; `whole`: `end` follows. */
  flush(whole?: boolean): void;
  end(): void;
  /** 101: from now on bytes both ways. */
  upgraded(upstream: Duplex, head: AnswerHead, raw: Buffer, rest: Buffer): void;
  drained(): void;
  failed(failure: ForwardFailure): void;
}

export interface ForwardFailure {
  /** Stable. */
  readonly code: 'upstream-unreachable' | 'upstream-certificate' | 'upstream-reset' | 'upstream-answer';
  /** The platform's own code (`ECONNREFUSED`), never a text. */
  readonly cause: string;
}
