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

export interface Comparison {
  readonly requests: number;
  readonly operations: number;
  readonly regions: number;
  readonly accounts: number;
  readonly keys: number;
  /** `service.Operation: what it was taken for`, for each wrong one. */
  readonly wrong: readonly string[];
  /** Twins among the requests: named as the other one, which no request can tell apart. */
  readonly twins: readonly string[];
}

/** How many of some requests are named right. `prefixes` gives the IAM prefixes that botocore's service may have. */
export function compare(
  conversations: readonly { readonly request: CapturedRequest; readonly truth: Truth }[],
  prefixes: (service: string) => readonly string[],
  twinOf: ReadonlyMap<string, string>,
): Comparison {
  const wrong: string[] = [];
  const twins: string[] = [];
  let [operations, regions, accounts, keys] = [0, 0, 0, 0];
  for (const { request, truth } of conversations) {
    const named = nameOf(request);
    const name = `${truth.service}.${truth.operation}`;
    const rightService = prefixes(truth.service).includes(named.service);
    if (rightService && named.operation === truth.operation) operations++;
    else if (rightService && named.operation !== null && twinOf.get(name) === named.operation) twins.push(name);
    else
      wrong.push(
        `${request.id} ${name}: ${named.certainty} ${named.service}:${named.operation} (${named.reason}) ${request.url}`,
      );
    if (truth.region === null || named.region === truth.region) regions++;
    if (named.account === truth.account) accounts++;
    if (named.accessKeyId === truth.accessKeyId) keys++;
  }
  return { requests: conversations.length, operations, regions, accounts, keys, wrong, twins };
}
