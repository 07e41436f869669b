import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** A file that the build makes, in memory until it is written or zipped. */
export interface BuiltFile {
  /** Relative to /opt (or to the folder it is written to), with slashes. */
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
}

/** The files below `folder` with their modes reduced to executable or not, since checkouts differ in the rest. */
export function readTree(folder: string): BuiltFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const source = join(entry.parentPath, entry.name);
      const mode = statSync(source).mode & 0o100 ? 0o755 : 0o644;
      return { path: source.slice(folder.length + 1), mode, content: readFileSync(source) };
    });
}

/** By path, so that nothing depends on the order in which files were made. */
export function sorted(files: readonly BuiltFile[]): BuiltFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Makes `folder` hold exactly these files. What is there already and right is not touched, and each file is replaced whole: tests that run side by side
 * build into the same folder while others run from it.
 */
export function writeTree(files: readonly BuiltFile[], folder: string): void {
  for (const file of files) writeFile(join(folder, file.path), file);
  const wanted = new Set(files.map((file) => file.path));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !wanted.has(path.slice(folder.length + 1))) rmSync(path, { force: true });
  }
}

export function writeFile(target: string, file: Pick<BuiltFile, 'content' | 'mode'>): void {
  if (isSame(target, file)) return;
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, file.content);
  chmodSync(temporary, file.mode);
  renameSync(temporary, target);
}

function isSame(target: string, file: Pick<BuiltFile, 'content' | 'mode'>): boolean {
  if (!existsSync(target)) return false;
  const { size, mode } = statSync(target);
  return size === file.content.length && (mode & 0o777) === file.mode && readFileSync(target).equals(file.content);
}
