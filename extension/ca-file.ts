import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes the CA certificate, or what holds it, where the function's process finds it: whole or not at all (a reader never sees half a file), readable by all, since it
 * is public. Throws the file system's error. An older file is replaced: /tmp outlives a restart of the environment.
 */
export function writeCaFile(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  try {
    writeFileSync(temporary, content, { mode: 0o644 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
