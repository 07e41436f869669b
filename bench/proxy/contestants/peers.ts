import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where peers that are not part of the system are looked for: `npm install` and a Python `venv` in it (bench/README.md). */
export const peersFolder =
  process.env.ROLEFENCE_BENCH_PEERS || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rolefence/bench');

export function missingPackage(name: string): string | null {
  const folder = join(peersFolder, 'node_modules', name);
  return existsSync(folder) ? null : `no npm package ${name} in ${peersFolder}`;
}
