import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './tool.ts';
import type { ToolName } from './tools.ts';

const WAIT_S = 1_800;

/**
 * Installs one tool under the kernel's lock on a file, which is gone with whoever held it: of two processes one installs and the other waits. Returns the exit
 * code. flock is util-linux's, as is unshare.
 */
export function locked(name: ToolName, stdout: 'inherit' | 'ignore', ...flags: readonly string[]): number {
  mkdirSync(CACHE, { recursive: true });
  const program = [process.execPath, join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(import.meta.dirname, 'main.ts')];
  const lock = ['-w', `${WAIT_S}`, join(CACHE, `${name}.lock`)];
  const { status, error } = spawnSync('flock', [...lock, ...program, '--locked', ...flags, name], {
    stdio: ['ignore', stdout, 'inherit'],
  });
  if (error !== undefined) process.stderr.write(`toolchain: flock cannot be run (Debian: util-linux)\n`);
  return status ?? 1;
}
