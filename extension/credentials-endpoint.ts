import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import type { ExpiringCredentials } from './seal/renewal.ts';

/** Where a container's credentials are handed out: Lambda with SnapStart gives no keys in variables (AWS_CONTAINER_CREDENTIALS_FULL_URI). */
export interface CredentialsEndpoint {
  readonly uri: string;
  /** The value of its Authorization field. */
  readonly authorization: string;
}

/** Null where there is none. Throws the file system's error where the token is in a file that cannot be read. */
export function credentialsEndpoint(env: Readonly<Record<string, string | undefined>>): CredentialsEndpoint | null {
  const uri = env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  if (!uri) return null;
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const authorization = file ? readFileSync(file, 'utf8').trim() : (env.AWS_CONTAINER_AUTHORIZATION_TOKEN ?? '');
  return { uri, authorization };
}

const TIMEOUT_MS = 1_000;
const ATTEMPTS = 3;
const LARGEST = 16 * 1024;

/** Rejects with an error that quotes nothing of what was answered. */
export async function fetchCredentials(endpoint: CredentialsEndpoint): Promise<ExpiringCredentials> {
  for (let attempt = 1; ; attempt++) {
    try {
      return parsed(await get(endpoint));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function get({ uri, authorization }: CredentialsEndpoint): Promise<string> {
  const url = new URL(uri);
  // It bears the token that opens everything: it goes nowhere but where containers and Lambda have it.
  if (
    url.protocol !== 'http:' ||
    !/^(?:127(?:\.\d+){3}|169\.254(?:\.\d+){2}|localhost|\[::1\]|\[fd00:ec2::23\])$/.test(url.hostname)
  ) {
    throw new Error('the credentials endpoint is not a local one');
  }
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, headers: { authorization }, timeout: TIMEOUT_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > LARGEST) asked.destroy(new Error('the credentials endpoint answered too much'));
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`the credentials endpoint answered ${response.statusCode}`));
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('the credentials endpoint did not answer')));
    asked.on('error', reject);
    asked.end();
  });
}

function parsed(text: string): ExpiringCredentials {
  let given: Partial<Record<'AccessKeyId' | 'SecretAccessKey' | 'Token' | 'Expiration', unknown>>;
  try {
    given = JSON.parse(text);
  } catch {
    throw new Error('the credentials endpoint answered no JSON');
  }
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = given;
  const expiresAt = Date.parse(String(Expiration));
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string' || typeof Token !== 'string') {
    throw new Error('the credentials endpoint answered without credentials');
  }
  return {
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token },
    expiresAt: Number.isNaN(expiresAt) ? Number.POSITIVE_INFINITY : expiresAt,
  };
}
