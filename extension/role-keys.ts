import { writeCaFile } from './ca-file.ts';
import { takeKeys } from './keys.ts';
import { describe, type Log } from './log.ts';
import type { OwnKeys } from './own-keys.ts';
import type { Sealer } from './seal/sealer.ts';

/** Seals the role's keys, and leaves the placeholders at `path` for the wrapper; null where there are no keys: then the function has none either. */
export async function seal(env: NodeJS.ProcessEnv, path: string, log: Log): Promise<Sealer | null> {
  const keys = takeKeys(env);
  if (keys.exposed !== null) log.error(`sealed credentials: ${keys.exposed}`);
  const { openSealer } = await import('./open-sealer.ts');
  const sealer = await openSealer(keys, env, (problem) => log.error(`sealed credentials: ${problem}`));
  if (sealer === null) return null;
  const { accessKeyId, secretAccessKey, sessionToken } = sealer.placeholder;
  try {
    writeCaFile(path, `${accessKeyId}\n${secretAccessKey}\n${sessionToken}\n`);
  } catch (error) {
    log.error(
      `${path} cannot be written (${describe(error)}): the function has no credentials, and its AWS calls fail`,
    );
  }
  return sealer;
}

/** The role's own keys where they are handed out at an endpoint; null where there is none. */
export async function handedOut(env: NodeJS.ProcessEnv, log: Log): Promise<OwnKeys | null> {
  if (!env.AWS_CONTAINER_CREDENTIALS_FULL_URI) return null;
  const [{ credentialsEndpoint, fetchCredentials }, { createOwnKeys }] = await Promise.all([
    import('./credentials-endpoint.ts'),
    import('./own-keys.ts'),
  ]);
  try {
    const endpoint = credentialsEndpoint(env);
    return endpoint === null ? null : createOwnKeys(() => fetchCredentials(endpoint));
  } catch (error) {
    log.error(
      `the token for the role's keys cannot be read (${describe(error)}): own and foreign keys are not told apart`,
    );
    return null;
  }
}
