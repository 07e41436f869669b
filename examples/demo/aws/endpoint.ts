import type { IncomingMessage } from 'node:http';

/** What arrived at one of the local endpoints. */
export interface Arrival {
  readonly method: string;
  /** Without a port. */
  readonly host: string;
  /** Path and query as they came. */
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A small stand-in for one AWS service: it keeps what it is given and answers with it. It checks no signature and knows no IAM: everything is allowed. */
export interface Endpoint {
  /** Which hosts are this service's. */
  readonly serves: (host: string) => boolean;
  /** The operation that a request asks for, for counting. */
  operation(arrival: Arrival): string;
  /** What it is asked on, where that matters for counting. */
  resource?(arrival: Arrival): string;
  answer(arrival: Arrival, operation: string): Reply;
}

export const jsonReply = (body: unknown, status = 200, type = 'application/x-amz-json-1.1'): Reply => ({
  status,
  headers: { 'content-type': type },
  body: JSON.stringify(body),
});

/** `Service.Operation` in X-Amz-Target (awsJson). */
export const targetOperation = ({ headers }: Arrival): string => `${headers['x-amz-target']}`.replace(/^.*\./, '');
