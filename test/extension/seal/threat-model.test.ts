import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/threat-model.md'), 'utf8');

/** Cells of a table's rows, by how its head begins. */
function table(head: string): string[][] {
  const lines = page.slice(page.indexOf(head)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const claims = table('| | claim | shown by |').map(([number = '', claim = '', shown = '']) => ({
  number,
  claim,
  shown: shown.split(';').map((one) => /^`([^`]+)`(?:: \*(.+)\*)?$/.exec(one.trim())),
}));
const deeds = table('| what he does |').map((cells) => ({ deed: cells[0], claim: cells.at(-1) ?? '', cells }));
/** What promises nothing. */
const NO_CLAIM = /^(?:\*\*not stopped\*\*|not seen|possible|AWS's own check)$/;

describe('the threat model', () => {
  it('has its claims, each with a number of its own', () => {
    expect(claims.length).toBeGreaterThan(20);
    expect(claims.map(({ number }) => number)).toEqual(claims.map((_, at) => `${at + 1}`));
  });

  it.each(claims)('names tests that exist: $claim', ({ shown }) => {
    for (const found of shown) {
      expect(found).not.toBeNull();
      const [, path = '', title] = found!;
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      if (title === undefined) continue;
      // As it stands in the source: behind the quote that opens it, its own quotes perhaps escaped.
      const source = readFileSync(join(ROOT, path), 'utf8').replaceAll("\\'", "'");
      const isTitle = ["'", '"', '`'].some((quote) => source.includes(quote + title));
      expect(isTitle, `${path} has no test with the title ${title}`).toBe(true);
    }
  });

  it.each(deeds)('promises nothing that no claim stands for: $deed', ({ claim, cells }) => {
    const numbers = claim.split(', ').filter((one) => one !== '–');
    for (const number of numbers) expect(claims.map((one) => one.number)).toContain(number);
    const promises = cells.slice(1, -1).filter((cell) => !NO_CLAIM.test(cell));
    if (promises.length > 0) expect(numbers, promises.join('; ')).not.toEqual([]);
  });
});
