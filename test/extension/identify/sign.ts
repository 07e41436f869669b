import { identify } from '../../../extension/identify/identify.ts';
import type { NamedRequest, RequestHead } from '../../../extension/identify/request.ts';

export type Header = readonly [name: string, value: string];

/** A key of account 111122223333. */
export const KEY = 'ASIARTX3GSDSQFBXZO2F';
export const ACCOUNT = '111122223333';

/** The Authorization field of a SigV4 request. */
export const signed = (service: string, region = 'us-east-1', key = KEY): Header => [
  'Authorization',
  `AWS4-HMAC-SHA256 Credential=${key}/20261125/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
];

export const json = (target: string, version = '1.0'): Header[] => [
  ['Content-Type', `application/x-amz-json-${version}`],
  ['X-Amz-Target', target],
];

export const FORM: Header = ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'];

/** A head as it arrives by HTTP/1.1 inside TLS, through a CONNECT to the same host. */
export function head(
  method: string,
  url: string,
  headers: readonly Header[],
  changes: Partial<RequestHead> = {},
): RequestHead {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/.exec(url)!;
  const [, scheme, host, rest] = match;
  const target = rest === '' ? '/' : rest!.startsWith('/') ? rest! : `/${rest}`;
  return {
    method,
    target,
    headers: [['Host', host!], ...headers],
    scheme: scheme as 'http' | 'https',
    authority: null,
    sni: host!.replace(/:\d+$/, ''),
    connect: `${host!.replace(/:\d+$/, '')}:${/:(\d+)$/.exec(host!)?.[1] ?? 443}`,
    ...changes,
  };
}

export function nameOf(
  request: RequestHead,
  body: string | Uint8Array = '',
  account: string | null = null,
): NamedRequest {
  const found = identify(request, { account });
  if (found.kind === 'named') return found.named;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return found.name(bytes.subarray(0, found.cap), bytes.length > found.cap);
}

/** `action resource` for each of a request's accesses, the short form in which tests expect them. */
export const needs = ({ access }: NamedRequest): string[] =>
  access.flatMap(({ action, resources }) => resources.map((resource) => `${action} ${resource}`));
