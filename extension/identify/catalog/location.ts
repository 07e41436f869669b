import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the catalog's text files. In a checkout it is `generated/` beside this file; a bundle has it as `catalog/` beside itself or beside
 * the folder of its chunks.
 */
export function catalogFolder(): string {
  for (const name of ['./generated/', './catalog/', '../catalog/']) {
    const folder = fileURLToPath(new URL(name, import.meta.url));
    if (existsSync(`${folder}index.txt`)) return folder;
  }
  throw new Error('the catalog of AWS operations is missing beside the program');
}

/** A service's table: a file of its own in a checkout, a part of one file in a bundle (`OFFSET,LENGTH`). */
export function readTable(folder: string, service: string, place: string): string {
  if (place === '') return readFileSync(`${folder}${service}.txt`, 'utf8');
  const [offset = 0, length = 0] = place.split(',').map(Number);
  const bytes = Buffer.alloc(length);
  const file = openSync(`${folder}services.txt`, 'r');
  try {
    readSync(file, bytes, 0, length, offset);
  } finally {
    closeSync(file);
  }
  return bytes.toString('utf8');
}
