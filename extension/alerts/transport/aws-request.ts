import { type Scope, type Signable, scopeText, sha256, stringToSign } from '../../sigv4/canonical.ts';
import { Signer } from '../../sigv4/signer.ts';
import { SendError } from '../courier.ts';
import type { CredentialSource, Credentials } from './credentials.ts';
import { type Answer, type Direct, post } from './direct.ts';

/** What a sink needs to call AWS itself. */
export interface Aws {
  readonly region: string;
  readonly credentials: CredentialSource;
  readonly direct: Direct;
  /** Epoch, milliseconds. */
  readonly clock: () => number;
}

export interface AwsRequest {
  /** Endpoint prefix, `sns`. */
  readonly endpoint: string;
  /** Signing name where it differs. */
  readonly service?: string;
  readonly region: string;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * One signed POST to an AWS service: what three sinks need of three SDK clients, without loading them (docs/decisions). Rejects where the answer is no 2xx, with
 * AWS's error code.
 */
export async function awsPost(aws: Aws, request: AwsRequest, signal: AbortSignal): Promise<Answer> {
  const host = `${request.endpoint}.${request.region}.${suffixOf(request.region)}`;
  const url = new URL(request.path ?? '/', `https://${host}`);
  const credentials = await aws.credentials();
  const headers = signed(request, host, credentials, new Date(aws.clock()));
  const answer = await post(aws.direct, url, headers, request.body, signal);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new SendError(codeOf(answer) ?? `status ${answer.status}`);
}

/** AWS Signature Version 4, for a POST without a query. */
export function signed(
  { path = '/', headers, body, region, endpoint, service = endpoint }: AwsRequest,
  host: string,
  credentials: Credentials,
  now: Date,
): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const all: Record<string, string> = {
    ...headers,
    host,
    'x-amz-date': time,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  };
  const names = Object.keys(all).sort();
  const scope: Scope = { time, region, service };
  const request: Signable = {
    method: 'POST',
    path,
    query: '',
    headers: Object.entries(all),
    signed: names,
    payload: sha256(body),
  };
  const signature = new Signer(credentials.secretAccessKey).sign(scope, stringToSign(request, 'encoded', scope));
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scopeText(scope)}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

/** DNS suffix of a region's partition. */
export function suffixOf(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.com.cn';
  if (region.startsWith('us-iso-')) return 'c2s.ic.gov';
  if (region.startsWith('us-isob-')) return 'sc2s.sgov.gov';
  if (region.startsWith('eusc-')) return 'amazonaws.eu';
  return 'amazonaws.com';
}

/** The error's code in JSON or XML answers; its message could quote the request. */
function codeOf({ text }: Answer): string | undefined {
  const found = /"(?:__type|code|Code)"\s*:\s*"(?:[\w.]+#)?(\w{1,60})"|<Code>([\w.]{1,60})<\/Code>/.exec(text);
  return found?.[1] ?? found?.[2];
}
