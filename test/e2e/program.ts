import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROLE } from './rie/environment.ts';

export const ROOT = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The operator's tool, from source, as `npm run rolefence` starts it. Nothing of this machine's environment gets in. Rejects unless it exits 0. */
export async function rolefence(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const ended = await program([process.execPath, join(ROOT, 'cli/main.ts'), ...args], env);
  if (ended.code !== 0) throw new Error(`rolefence ${args.join(' ')} (exit ${ended.code}): ${ended.stderr}`);
  return ended;
}

/** Runs a program with exactly this environment, without a shell. Resolves with whatever it does, a little before a test of three minutes would give up. */
export function program(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const options = {
    cwd: ROOT,
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...env },
    timeout: 150_000,
    maxBuffer: 64 * 1024 * 1024,
    encoding: 'buffer' as const,
  };
  return new Promise((resolve) => {
    execFile(command[0]!, command.slice(1), options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr: stderr.toString() });
    });
  });
}

/** Variables of a developer's machine that has nothing but the role's keys; `folder` has its home, and beside it is its cache. */
export function laptop(folder: string): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: join(folder, 'home'),
    // The tool's own code, compiled: not to be searched for what looks like a secret.
    XDG_CACHE_HOME: `${folder}-cache`,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: ROLE.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROLE.secretAccessKey,
    AWS_SESSION_TOKEN: ROLE.sessionToken,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}
