import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RequestHead } from '../identify/request.ts';
import type { Credentials } from '../sigv4/signer.ts';

/**
 * A signature that is made in the function and used elsewhere: a presigned URL, a database's or a cluster's login token. The function's SDK has made it with the
 * placeholder; the sensor verifies it, judges it as the call that it permits, and signs it anew.
 */
export interface OfflineSignature {
  readonly method: string;
  /** As it was given, up to the path. */
  readonly origin: string;
  /** Raw. */
  readonly path: string;
  readonly head: RequestHead;
  /** Of the query, decoded; each name once, and each in the one form that every reader of it takes. */
  readonly parameters: ReadonlyMap<string, string>;
  /** The placeholder's. */
  readonly accessKeyId: string;
  /** Signing name, of the one credential scope that there is. */
  readonly service: string;
}

export class NotPresigned extends Error {
  readonly code = 'not-presigned';
}

const URL_PARTS = /^([a-z][a-z0-9+.-]{0,15}:\/\/)([A-Za-z0-9._-]{1,255}(?::\d{1,5})?)(\/[^?#\s]*)?\?([^?#\s]+)$/;
const SCOPE =
  /^(?<accessKeyId>[A-Z0-9]{16,128})\/(?<day>\d{8})\/(?:(?<region>[^/]+)\/)?(?<service>[^/]+)\/aws4_request$/;
const LONGEST = 32 * 1024;

interface CredentialScope {
  readonly accessKeyId: string;
  readonly day: string;
  /** SigV4A has none. */
  readonly region: string | undefined;
  readonly service: string;
}

export const readScope = (credential: string): CredentialScope | null =>
  (SCOPE.exec(credential)?.groups as unknown as CredentialScope | undefined) ?? null;

/** `{"method","url","headers"}`: headers are those that the signature covers besides the host. Throws NotPresigned. */
export function readOffline(given: { method?: unknown; url?: unknown; headers?: unknown }): OfflineSignature {
  const { method = 'GET', url, headers = {} } = given;
  const found = typeof url === 'string' && url.length <= LONGEST ? URL_PARTS.exec(url) : null;
  if (found === null) throw new NotPresigned('url is not a presigned URL');
  if (typeof method !== 'string' || !/^(?:GET|PUT|HEAD|POST|DELETE)$/.test(method)) {
    throw new NotPresigned('method is not GET, PUT, HEAD, POST or DELETE');
  }
  const [, scheme = '', authority = '', path = '/', query = ''] = found;
  const parameters = parametersOf(query);
  const scope = readScope(parameters.get('X-Amz-Credential') ?? '');
  if (scope === null) throw new NotPresigned('url has no credential of SigV4 in its query');
  const signed = (parameters.get('X-Amz-SignedHeaders') ?? '').split(';');
  const host = authority.replace(scheme === 'https://' ? /:443$/ : /$^/, '');
  return {
    method,
    origin: `${scheme}${authority}`,
    path,
    parameters,
    accessKeyId: scope.accessKeyId,
    service: scope.service,
    head: {
      method,
      target: `${path}?${query}`,
      headers: [['host', host], ...covered(headers, signed)],
      scheme: 'https',
      authority: null,
      sni: host.replace(/:\d+$/, '').toLowerCase(),
      connect: null,
    },
  };
}

/** Parameters that make a URL a presigned one, as AWS and all presigners spell them. */
export const OF_THE_SIGNATURE: ReadonlySet<string> = new Set(
  ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Security-Token', 'Signature', 'Content-Sha256'].map(
    (name) => `X-Amz-${name}`,
  ),
);
const SPELLED = new Map([...OF_THE_SIGNATURE].map((name) => [name.toLowerCase(), name]));

/** What two readers could take for two things (a name twice, or in another spelling, a plus for a space) is nothing that a presigner writes. */
function parametersOf(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const seen = new Set<string>();
  for (const pair of query.split('&')) {
    const [raw = '', value = ''] = pair.split(/=(.*)/s);
    let name: string;
    let text: string;
    try {
      [name, text] = [decodeURIComponent(raw), decodeURIComponent(value)];
    } catch {
      throw new NotPresigned('url has a query that is not percent-encoded');
    }
    const lower = name.toLowerCase();
    const misspelled = SPELLED.has(lower) && SPELLED.get(lower) !== raw;
    if (name === '' || pair.includes('+') || misspelled || seen.has(lower)) {
      throw new NotPresigned('url has a query that can be read in two ways');
    }
    seen.add(lower);
    parameters.set(name, text);
  }
  return parameters;
}

function covered(headers: unknown, signed: readonly string[]): [string, string][] {
  if (typeof headers !== 'object' || headers === null) throw new NotPresigned('headers is not an object');
  const fields = new Map<string, string>();
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase();
    if (name === 'host') continue;
    if (
      typeof value !== 'string' ||
      !/^[\w-]{1,128}$/.test(name) ||
      !/^[\t\x20-\x7e]*$/.test(value) ||
      fields.has(name)
    ) {
      throw new NotPresigned('headers has a field that is none, or one twice');
    }
    if (!signed.includes(name)) throw new NotPresigned('headers has a field that the signature does not cover');
    fields.set(name, value);
  }
  return [...fields];
}

/** SHA-256 of nothing, and S3's word for a body that is not signed. */
const NO_BODY = new Set([
  undefined,
  'UNSIGNED-PAYLOAD',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]);

/** True where whoever uses the signature can add no body that says more than its head. */
export function isBodiless({ method, head, parameters }: OfflineSignature): boolean {
  const field = head.headers.find(([name]) => name === 'x-amz-content-sha256')?.[1];
  return (
    /^(?:GET|HEAD|DELETE)$/.test(method) && NO_BODY.has(field) && NO_BODY.has(parameters.get('X-Amz-Content-Sha256'))
  );
}

/** The field that shows that the caller holds the placeholder's secret: hex HMAC-SHA256 of the body with it. No browser or SSRF makes it. */
export const PROOF_FIELD = 'x-rolefence-proof';

export function proves(proof: string | null, body: Uint8Array, { secretAccessKey }: Credentials): boolean {
  if (proof === null || !/^[0-9a-f]{64}$/.test(proof)) return false;
  return timingSafeEqual(createHmac('sha256', secretAccessKey).update(body).digest(), Buffer.from(proof, 'hex'));
}
