import { readFileSync } from 'node:fs';
import type { BuiltFile } from './file.ts';

/**
 * The catalog of AWS operations as it stands beside a bundle, where `catalogFolder()` looks for it: the index, and all services' tables in one
 * file, each row of the index with its place in it. As 448 files they would take half as much again of the zip.
 */
export function catalogFiles(root: string): BuiltFile[] {
  const folder = `${root}/extension/identify/catalog/generated`;
  const tables: Buffer[] = [];
  let offset = 0;
  const rows = readFileSync(`${folder}/index.txt`, 'utf8')
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => {
      const table = readFileSync(`${folder}/${row.slice(0, row.indexOf('\t'))}.txt`);
      tables.push(table);
      const fields = row.split('\t');
      while (fields.length < PLACE) fields.push('');
      fields[PLACE] = `${offset},${table.length}`;
      offset += table.length;
      return fields.join('\t');
    });
  return [
    { path: 'catalog/index.txt', mode: 0o644, content: Buffer.from(`${rows.join('\n')}\n`) },
    { path: 'catalog/services.txt', mode: 0o644, content: Buffer.concat(tables) },
  ];
}

/** Column of the index that is the bundle's own. */
const PLACE = 9;
