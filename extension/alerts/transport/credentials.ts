import { SendError } from '../courier.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Asked before each message; whoever implements it remembers what it has. */
export type CredentialSource = () => Promise<Credentials>;

/**
 * The role's own: from the environment, or, where Lambda gives no keys there (SnapStart and its like), from the container endpoint. Where neither is set it
 * rejects.
 */
export function roleCredentials(
  env: Readonly<Record<string, string | undefined>>,
  clock: () => number = Date.now,
): CredentialSource {
  let kept: { credentials: Credentials; until: number } | null = null;
  return async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
    if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) {
      return {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
      };
    }
    if (kept !== null && clock() < kept.until) return kept.credentials;
    if (!env.AWS_CONTAINER_CREDENTIALS_FULL_URI) throw new SendError('there are no credentials for it');
    kept = await fromContainer(env);
    return kept.credentials;
  };
}

/** Credentials are taken anew so long before they end. */
const AHEAD_MS = 300_000;

async function fromContainer(env: Readonly<Record<string, string | undefined>>) {
  const { credentialsEndpoint, fetchCredentials } = await import('../../credentials-endpoint.ts');
  const { credentials, expiresAt } = await fetchCredentials(credentialsEndpoint(env)!).catch((cause: Error) => {
    throw new SendError(cause.message, { cause });
  });
  const { sessionToken, ...keys } = credentials;
  return { credentials: { ...keys, ...(sessionToken === null ? {} : { sessionToken }) }, until: expiresAt - AHEAD_MS };
}
