import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The Node preload as a file that `--require` takes, for `rolefence run`: the one that was packed beside the tool, or, in a checkout, made from the source
 * now. Null where it cannot be had: then Node programs are led by the proxy variables alone.
 */
export async function preloadFile(): Promise<string | null> {
  const self = fileURLToPath(import.meta.url);
  if (!self.endsWith('.ts')) {
    const packed = [dirname(self), dirname(dirname(self))].map((folder) => join(folder, 'preload.cjs'));
    return packed.find((path) => existsSync(path)) ?? null;
  }
  try {
    const root = join(dirname(self), '..');
    const target = join(root, 'dist/cli/preload.cjs');
    if (isCurrent(target, join(root, 'layer/preload'))) return target;
    const [{ bundlePreload }, { writeFile }] = await Promise.all([
      import('./build/bundle.ts'),
      import('./build/file.ts'),
    ]);
    for (const file of (await bundlePreload(root)).files) writeFile(target, file);
    return target;
  } catch {
    return null;
  }
}

/** The folder whose sitecustomize.py leads Python's presigners to the sensor, for `rolefence run`; null where it cannot be had. */
export function pythonFolder(): string | null {
  const own = dirname(fileURLToPath(import.meta.url));
  const places = [join(own, 'opt/rolefence/python'), join(own, 'python'), join(dirname(own), 'python')];
  return places.find((path) => existsSync(join(path, 'sitecustomize.py'))) ?? null;
}

/** Made after the last change of what it is made from. */
function isCurrent(target: string, sources: string): boolean {
  const made = statSync(target, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return readdirSync(sources).every((name) => statSync(join(sources, name)).mtimeMs < made);
}
