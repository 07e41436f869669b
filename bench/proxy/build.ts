import { join } from 'node:path';
import { bundleCli, bundlePreload, bundleSensor, eagerSize } from '../../layer/build/bundle.ts';
import { writeTree } from '../../layer/build/file.ts';

const root = join(import.meta.dirname, '../..');
const out = join(root, 'dist/bench');

/** What is measured: the operator's tool and the extension as they are shipped, built from the source as it stands. */
export const TOOL = join(out, 'cli/rolefence.mjs');
export const EXTENSION = join(out, 'extension/main.mjs');

/** Budgets of what is loaded (DESIGN), bytes. The zip's stands in layer/build.ts, which fails over it. */
export const BEFORE_REGISTER = 150 * 1024;

/** Returns the bytes that Node reads before the extension's first line runs. */
export async function build(): Promise<number> {
  const [cli, sensor, preload] = await Promise.all([bundleCli(root), bundleSensor(root), bundlePreload(root)]);
  writeTree([...cli.files, ...preload.files], join(out, 'cli'));
  writeTree(sensor.files, join(out, 'extension'));
  return eagerSize(sensor.metafile, 'extension/main.ts');
}
