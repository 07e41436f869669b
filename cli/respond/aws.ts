import { own } from '../../baseline/own.ts';
import { UsageError } from '../errors.ts';

/** What AWS said, as one sentence that names no credential. Our own errors pass as they are. */
export function awsProblem(what: string, error: unknown): Error {
  if (!(error instanceof Error) || OURS.has(error.name)) return error as Error;
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const known = own(SENTENCES, error.name);
  if (known !== undefined) return new UsageError(`${what}: ${known}`, { cause: error });
  if (/^Region is missing/.test(error.message))
    return new UsageError(`${what}: no AWS region is set (AWS_REGION)`, { cause: error });
  if (UNREACHABLE.test((error as { code?: string }).code ?? ''))
    return new UsageError(`${what}: AWS cannot be reached (${(error as { code?: string }).code})`, { cause: error });
  const other = noAnswerOfAws(error);
  if (other !== null) return new UsageError(`${what}: ${other}`, { cause: error });
  if (status === undefined && !/^[A-Z]\w+(?:Exception|Error|Fault)?$/.test(error.name)) return error;
  const text = error.message.split('\n')[0]!.slice(0, 200);
  return new UsageError(`${what}: AWS says ${error.name}${text === '' ? '' : ` (${text})`}`, { cause: error });
}

/** A proxy's sign-in page, say: then the SDK's error is its parser's, and means nothing to a person. */
function noAnswerOfAws(error: Error): string | null {
  const { $response: response } = error as { $response?: { statusCode?: number; headers?: Record<string, string> } };
  if (
    response === undefined ||
    !(error instanceof SyntaxError || [error.name, error.message].some((one) => /^Unknown(?:Error)?$/.test(one)))
  )
    return null;
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(response.headers?.['content-type'] ?? '')?.[0] ?? 'of no type';
  return `the endpoint answered with something that is no AWS answer (HTTP ${response.statusCode}, ${type})`;
}

const UNREACHABLE = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRESET|EHOSTUNREACH)$/;

const OURS: ReadonlySet<string> = new Set(['UsageError', 'InputError']);

const SENTENCES: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'there are no AWS credentials (set AWS_PROFILE, or sign in)',
  NoSuchEntityException: 'there is none of that name in this account',
  NoSuchEntity: 'there is none of that name in this account',
  ResourceNotFoundException: 'there is none of that name in this account and region',
  ExpiredToken: 'the AWS credentials have expired',
  ExpiredTokenException: 'the AWS credentials have expired',
  InvalidClientTokenId: 'AWS does not know these credentials',
  ResourceConflictException: 'another change of it is still going on',
  PreconditionFailedException: 'somebody has changed it in the meantime',
  AccessDenied: 'these credentials are not allowed to',
  AccessDeniedException: 'these credentials are not allowed to',
};

/** True where AWS says that there is no such thing. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && /^(?:NoSuchEntity(?:Exception)?|ResourceNotFoundException)$/.test(error.name);

/** AWS_DEFAULT_REGION, which the AWS CLI knows and the SDK does not. */
export function takeDefaultRegion(): void {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  if (!AWS_REGION && AWS_DEFAULT_REGION) process.env.AWS_REGION = AWS_DEFAULT_REGION;
}
