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
/** Where a row of a test's table stands in its title. */
const PLACE = /%[sidjfo]|\$[a-z][\w.]*|\$\{\w+\}/;

/** The titles of a file's tests, as they are printed: what stands at a place of the table must be a text, not another title. */
function titlesIn(source: string): RegExp[] {
  // The first text of a call that goes on with another argument.
  const calls = source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1).)+)\1,/g);
  return [...calls].map(([, , text = '']) => {
    const parts = text.replaceAll("\\'", "'").split(new RegExp(PLACE, 'g'));
    return new RegExp(`^${parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('.+')}$`);
  });
}

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
      const source = readFileSync(join(ROOT, path), 'utf8');
      expect(
        titlesIn(source).some((one) => one.test(title)),
        `${path} has no test with the title ${title}`,
      ).toBe(true);
      // What a reader searches a run's output for.
      expect(title).not.toMatch(PLACE);
    }
  });

  it.each(deeds)('promises nothing that no claim stands for: $deed', ({ claim, cells }) => {
    const numbers = claim.split(', ').filter((one) => one !== '–');
    for (const number of numbers) expect(claims.map((one) => one.number)).toContain(number);
    const promises = cells.slice(1, -1).filter((cell) => !NO_CLAIM.test(cell));
    if (promises.length > 0) expect(numbers, promises.join('; ')).not.toEqual([]);
  });
});
