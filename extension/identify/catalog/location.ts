import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the catalog's text files. In a checkout it is `generated/` beside this file; a bundle has it as `catalog/` beside itself, where
 * the build copies all `*.txt` of `catalogFolder()`.
 */
export function catalogFolder(): string {
  for (const name of ['./generated/', './catalog/', '../catalog/']) {
    const folder = fileURLToPath(new URL(name, import.meta.url));
    if (existsSync(`${folder}index.txt`)) return folder;
  }
  throw new Error('the catalog of AWS operations is missing beside the program');
}
