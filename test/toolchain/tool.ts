import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** Something real that tests need and npm does not bring: where it comes from, in which version, and how it is put into a folder. */
export interface Tool {
  readonly name: string;
  /** One line for people: what is fetched or built. */
  readonly what: string;
  /** What decides its content: a change makes a new folder. */
  readonly inputs: () => readonly string[];
  /** Programs that must be on the machine, and the Debian packages that have them. */
  readonly needs: Readonly<Record<string, string>>;
  /** Debian packages that are used where they lie: CI installs them. */
  readonly packages?: readonly string[];
  /** Fills an empty folder. Throws. */
  install(folder: string, run: Run): void;
}

/** Runs a program without a shell; throws with the end of what it printed. */
export type Run = (
  program: string,
  args: readonly string[],
  options?: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
) => void;

export const ROOT = join(import.meta.dirname, '../..');
export const FIXTURES = join(import.meta.dirname, 'fixtures');
/** Outside the checkout: a fresh clone on the same machine finds it again. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rolefence');

export function folderOf(tool: Tool): string {
  const hash = createHash('sha256');
  for (const input of [process.platform, process.arch, ...tool.inputs()]) hash.update(`${input.length}:${input}`);
  return join(CACHE, `${tool.name}-${hash.digest('hex').slice(0, 16)}`);
}

/** Written last: a folder without it is the remains of an interrupted installation. */
export const isReady = (folder: string): boolean => existsSync(join(folder, '.ready'));

/** Why a tool cannot be had here at all; null where an installation may be tried. */
export function obstacle(tool: Tool): string | null {
  if (process.platform !== 'linux') return `${tool.name} is set up on Linux only`;
  const missing = Object.entries(tool.needs).filter(([program]) => !onPath(program));
  if (missing.length === 0) return null;
  const programs = missing.map(([program]) => program).join(', ');
  return `${tool.name} needs ${programs} (Debian: ${[...new Set(missing.map(([, name]) => name))].join(' ')})`;
}

export function onPath(program: string): boolean {
  if (isAbsolute(program)) return existsSync(program);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)));
}

/** The interpreter that virtual environments are made of: they break when it changes. */
export function pythonVersion(): string {
  try {
    return execFileSync('python3', ['-c', 'import sys; print(sys.version, sys.base_prefix)'], { encoding: 'utf8' });
  } catch {
    return 'none';
  }
}

/** Of Debian packages, in the order of their names; '' for one that is not installed. */
export function packageVersions(names: readonly string[]): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own.
  const format = '${Package} ${Version}\n';
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', format, ...names], { encoding: 'utf8' });
  const found = new Map((stdout ?? '').split('\n').map((line) => line.split(' ') as [string, string]));
  return names.map((name) => found.get(name) ?? '');
}

export function missingPackages(names: readonly string[]): string[] {
  const versions = packageVersions(names);
  return names.filter((_, i) => versions[i] === '');
}
