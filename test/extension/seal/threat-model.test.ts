import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/threat-model.md'), 'utf8');
const rows = page
  .slice(page.indexOf('claims -->'), page.indexOf('end of claims -->'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| claim'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, claim = '', shown = '']) => ({
    claim,
    shown: shown.split(';').map((one) => /^`([^`]+)`(?:: \*(.+)\*)?$/.exec(one.trim())),
  }));

describe('the threat model', () => {
  it('has its claims', () => expect(rows.length).toBeGreaterThan(20));

  it.each(rows)('names tests that exist: $claim', ({ shown }) => {
    for (const found of shown) {
      expect(found).not.toBeNull();
      const [, path = '', title] = found!;
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      if (title === undefined) continue;
      // As it stands in the source: a title may be broken over a line, and its quotes be escaped.
      const source = readFileSync(join(ROOT, path), 'utf8').replaceAll("\\'", "'");
      expect(source, `${path} has no test with the title ${title}`).toContain(title);
    }
  });
});
