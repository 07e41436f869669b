import { closeSync, fstatSync, readFileSync, statSync } from 'node:fs';
import type { CredentialsEndpoint } from './credentials-endpoint.ts';
import type { Credentials } from './sigv4/signer.ts';

export interface Keys {
  /** Null where the shell had none to hand over, as after a restart of the sensor: they were read once. */
  readonly credentials: Credentials | null;
  /** Where Lambda hands them out instead (SnapStart). */
  readonly endpoint: CredentialsEndpoint | null;
  /** Why they are not hidden from other processes of the same user, one sentence; null where they are. */
  readonly exposed: string | null;
}

/**
 * Takes the role's keys out of the pipe that the shell left, and puts them where this process's own AWS clients look. Setting them here changes nothing of what
 * /proc shows: that is what the process was started with.
 */
export function takeKeys(env: NodeJS.ProcessEnv): Keys {
  let exposed = exposure(env);
  const none = { credentials: null, endpoint: null };
  const descriptor = Number(env.ROLEFENCE_KEYS_FD);
  delete env.ROLEFENCE_KEYS_FD;
  if (!Number.isInteger(descriptor) || descriptor < 3) return { ...none, exposed };
  let text = '';
  try {
    // A shell that keeps them in a file leaves them to whoever opens its descriptor again.
    if (fstatSync(descriptor).isFile()) exposed ??= 'the shell that started the sensor keeps the keys in a file';
    text = readFileSync(descriptor, 'latin1');
    closeSync(descriptor);
  } catch {
    // Nobody wrote to it.
  }
  const [accessKeyId = '', secretAccessKey = '', sessionToken = '', uri = '', authorization = ''] = text.split('\n');
  if (accessKeyId === '' || secretAccessKey === '') {
    return { ...none, endpoint: uri === '' || authorization === '' ? null : { uri, authorization }, exposed };
  }
  const credentials = { accessKeyId, secretAccessKey, sessionToken: sessionToken || null };
  useKeys(env, credentials);
  return { credentials, endpoint: null, exposed };
}

/** For this process's own AWS clients. */
export function useKeys(env: NodeJS.ProcessEnv, { accessKeyId, secretAccessKey, sessionToken }: Credentials): void {
  env.AWS_ACCESS_KEY_ID = accessKeyId;
  env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
  if (sessionToken !== null) env.AWS_SESSION_TOKEN = sessionToken;
}

/** Linux gives /proc/<pid>/environ and mem of a process that runs an unreadable program to root (proc(5), PR_SET_DUMPABLE). */
function exposure(env: NodeJS.ProcessEnv): string | null {
  if (env.AWS_SECRET_ACCESS_KEY) return 'the keys stand in the environment that the sensor was started with';
  try {
    const own = process.getuid?.();
    if (own === 0) return 'the sensor runs as root, and so nothing is closed to another process of root';
    if (statSync('/proc/self/environ').uid === own) {
      return 'the Node.js that the sensor runs on is readable, so that its memory is open to the function (mode 0711, owned by root, was expected)';
    }
  } catch {
    return 'it cannot be told whether the sensor’s memory is closed to the function';
  }
  return null;
}
