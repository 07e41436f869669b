import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Nodes } from '../../../../extension/identify/body/tree.ts';
import { Doubt } from '../../../../extension/identify/doubt.ts';
import { MAX_STATEMENT, readStatement } from '../../../../extension/identify/resources/partiql.ts';

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

describe('readStatement', () => {
  it('finds a table of any name, whatever stands in texts around it', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.string(),
        fc.option(fc.string({ minLength: 1 })),
        (table, text, index) => {
          const value = `'${text.replaceAll("'", "''")}'`;
          const from = `${quoted(table)}${index === null ? '' : `.${quoted(index)}`}`;
          expect(readStatement(`SELECT a, ${value} FROM ${from} WHERE b = ${value}`)).toEqual({
            action: 'PartiQLSelect',
            table,
            index,
          });
          expect(readStatement(`DELETE FROM ${quoted(table)} WHERE b = ${value}`)).toEqual({
            action: 'PartiQLDelete',
            table,
            index: null,
          });
        },
      ),
    );
  });

  it('reads one statement or none', () => {
    const pieces = fc.constantFrom(
      'SELECT',
      'FROM',
      'INSERT',
      'INTO',
      'UPDATE',
      'DELETE',
      'EXISTS',
      '(',
      ')',
      '*',
      ',',
      '.',
      ';',
      "'",
      '"',
      '"T"',
      'U',
      '--',
      '/*',
      ' ',
      '\n',
      '1e5',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const read = readStatement(parts.join(' '));
        if (read === null) return;
        // Whatever it took for the table stands there, and no second one does.
        expect(parts.join(' ')).toContain(read.table.replaceAll('"', '""'));
        expect(parts.filter((part) => part === 'FROM' || part === 'INTO').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 5_000 },
    );
  });

  it('ends on long statements that leave something open', () => {
    for (const piece of ["'", '"', '/*', '--', '(', "''", 'SELECT '])
      expect(readStatement(piece.repeat(2_001))).toBeNull();
  });

  it('doubts statements that are longer than DynamoDB takes, and more tokens than a transaction has', () => {
    const statement = (length: number) => `SELECT * FROM T WHERE a = '${'x'.repeat(length)}'`;
    expect(readStatement(statement(8_000))).toMatchObject({ table: 'T' });
    expect(() => readStatement(statement(MAX_STATEMENT))).toThrow(Doubt);
    const budget = new Nodes(20);
    readStatement('SELECT * FROM T', budget);
    expect(() => readStatement(`SELECT a FROM T WHERE ${'a '.repeat(20)}`, budget)).toThrow(Doubt);
  });
});
