import { readFileSync } from 'node:fs';
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
    const uri = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
    if (!uri) throw new SendError('there are no credentials for it');
    kept = await fromContainer(uri, env);
    return kept.credentials;
  };
}

/** Credentials are taken anew so long before they end. */
const AHEAD_MS = 300_000;

async function fromContainer(uri: string, env: Readonly<Record<string, string | undefined>>) {
  const { get } = await import('node:http');
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const token = file ? readFileSync(file, 'utf8').trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  const url = new URL(uri);
  // The SDKs' own rule: without TLS only on this machine.
  if (url.protocol !== 'http:' || !/^(localhost|127\.|169\.254\.170\.|\[::1\])/.test(url.hostname)) {
    throw new SendError('the container credentials are not on this machine');
  }
  const text = await new Promise<string>((resolve, reject) => {
    get(url, { agent: false, timeout: 2_000, headers: token ? { authorization: token } : {} }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        if (body.length < 65_536) body += part;
      });
      answer.on('end', () => resolve(answer.statusCode === 200 ? body : '{}'));
    })
      .on('timeout', function stop(this: { destroy(): void }) {
        this.destroy();
      })
      .on('error', reject);
  });
  const given = JSON.parse(text) as Record<string, unknown>;
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = given;
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') {
    throw new SendError('the container endpoint gave no credentials');
  }
  const ends = typeof Expiration === 'string' ? Date.parse(Expiration) : Number.NaN;
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      ...(typeof Token === 'string' ? { sessionToken: Token } : {}),
    },
    until: Number.isNaN(ends) ? 0 : ends - AHEAD_MS,
  };
}
