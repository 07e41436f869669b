import { execFile } from 'node:child_process';
import { join } from 'node:path';

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

/** Runs a program with exactly this environment, without a shell. Resolves with whatever it does, in a minute at most. */
export function program(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const options = {
    cwd: ROOT,
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...env },
    timeout: 60_000,
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
