import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes the CA certificate, or what holds it, where the function's process finds it: whole or not at all (a reader never sees half a file), readable by all, since it
 * is public. Throws the file system's error. An older file is replaced: /tmp outlives a restart of the environment.
 */
export function writeCaFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  makeFolder(dirname(path));
  try {
    writeFileSync(temporary, content, { mode: 0o644 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Not `recursive`: where a file system knows no new folders (/proc) Node's own loop over the missing ones never ends. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o755 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
