import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** What Lambda unpacks under /opt. */
export interface Layer {
  readonly folder: string;
  remove(): void;
}

/**
 * Builds the layer and takes a copy of its tree: other tests build into the same place. `slim` is for nodejs runtimes, `universal` brings its own Node.
 */
export function buildLayer(kind: 'slim' | 'universal'): Layer {
  const only = kind === 'slim' ? ['--slim'] : ['--arch', process.arch === 'arm64' ? 'arm64' : 'x86_64'];
  const command = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'layer/build.ts', ...only];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
  // A layer above its budget is told by the build's own tests, and works.
  if (status !== 0 && !stdout.includes('TOO LARGE')) throw new Error(`the layer cannot be built: ${stdout}${stderr}`);
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-layer-'));
  cpSync(join(ROOT, `dist/layer-${kind}`), folder, { recursive: true });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
