import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

interface Row {
  readonly fault: string;
  readonly shown: readonly { readonly file: string; readonly title: string }[];
}

/** Rows of docs/faults.md: a file, and titles in it. */
function rows(): Row[] {
  return readFileSync(join(ROOT, 'docs/faults.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (fault|fault or feature) \|/.test(line))
    .map((line) => {
      const cells = line.slice(2, -2).split(' | ');
      let file = '';
      const shown: { file: string; title: string }[] = [];
      for (const [, path, title] of (cells.at(-1) ?? '').matchAll(/`([^`]+)`|\*([^*]+)\*/g)) {
        if (path !== undefined) file = path;
        else shown.push({ file, title: title ?? '' });
      }
      return { fault: cells[0] ?? '', shown };
    });
}

describe('docs/faults.md', () => {
  const all = rows();
  it('has a row for every kind of fault', () => {
    expect(all.length).toBeGreaterThan(35);
  });
  it.each(all.map((row) => [row.fault, row] as const))('%s: names tests that exist', (_fault, { shown }) => {
    expect(shown.length).toBeGreaterThan(0);
    for (const { file, title } of shown) {
      expect(existsSync(join(ROOT, file)), file).toBe(true);
      expect(readFileSync(join(ROOT, file), 'utf8'), `${file} has no "${title}"`).toContain(title);
    }
  });
});
