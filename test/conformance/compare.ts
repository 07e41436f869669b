import { identify } from '../../extension/identify/identify.ts';
import type { NamedRequest, RequestHead } from '../../extension/identify/request.ts';

/** A request as `rolefence identify` reads it. */
export interface CapturedRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly bodyBase64: string;
}

/** What the SDK that made a request meant by it. */
export interface Truth {
  readonly id: string;
  /** botocore's name of the service. */
  readonly service: string;
  readonly operation: string;
  /** Region in the credential scope; null for SigV4A, bearer tokens and unsigned requests, where the client's region counts if the host has it. */
  readonly region: string | null;
  readonly clientRegion: string;
  /** Account in the access key id; null where it holds none. */
  readonly account: string | null;
  readonly accessKeyId: string | null;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Names a request in this process, as the proxy would after TLS. */
export function nameOf(request: CapturedRequest, account: string | null = null): NamedRequest {
  const url = /^(https?):\/\/([^/?#]+)([^#]*)/.exec(request.url)!;
  const target = url[3] === '' ? '/' : url[3]!.startsWith('?') ? `/${url[3]}` : url[3]!;
  const hasHost = request.headers.some(([name]) => name.toLowerCase() === 'host');
  const head: RequestHead = {
    method: request.method,
    target,
    headers: hasHost ? request.headers : [['Host', url[2]!], ...request.headers],
    scheme: url[1] as 'http' | 'https',
    authority: null,
    sni: null,
    connect: null,
  };
  const identified = identify(head, { account });
  if (identified.kind === 'named') return identified.named;
  const body = Buffer.from(request.bodyBase64, 'base64');
  return identified.name(body.subarray(0, identified.cap), body.length > identified.cap);
}
