import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, stringify } from 'yaml';
import { YamlError } from '../../../extension/yaml/cursor.ts';
import { readYaml } from '../../../extension/yaml/read.ts';

/** A complete parser of YAML 1.2, as the oracle: null where it finds a fault. */
function oracle(text: string): { value: unknown } | null {
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true });
  if (document.errors.length > 0) return null;
  return { value: document.toJS() };
}
function own(text: string): { value: unknown } | null {
  try {
    return { value: readYaml(text).value };
  } catch (error) {
    expect(error).toBeInstanceOf(YamlError);
    return null;
  }
}

const word = fc.oneof(
  fc.constantFrom(
    's3:Get*',
    'arn:aws:s3:::b/*',
    '*',
    'a b',
    'it’s',
    "'",
    '"',
    '#x',
    'a #b',
    'a: b',
    '-',
    '- a',
    '',
    ' ',
    'null',
  ),
  fc.constantFrom(
    'true',
    '12',
    '1e3',
    '0x1f',
    '2026-12-31',
    '~',
    '[',
    '{',
    'a,b',
    'é',
    'on',
    '.5',
    '-1',
    '\t',
    '&a',
    '!t',
    '|',
    '%',
  ),
  fc.string({ maxLength: 8 }),
);
const name = fc.oneof(fc.stringMatching(/^[a-z][\w-]{0,6}$/), fc.constantFrom('a b', '1', '', 'a:b', 'true'));
const { value: document } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    word,
    fc.constantFrom(null, true, false, 0, -3, 12, 1.5),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

describe('the reader of rules in YAML', () => {
  it('reads JSON as JSON is read', () => {
    fc.assert(
      fc.property(document, fc.constantFrom(0, 2), (value, indent) => {
        expect(readYaml(JSON.stringify(value, null, indent)).value).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('reads what it reads as a complete parser does, however it is written', () => {
    let read = 0;
    fc.assert(
      fc.property(
        document,
        fc.record({
          indent: fc.constantFrom(2, 3, 4),
          indentSeq: fc.boolean(),
          collectionStyle: fc.constantFrom('any', 'flow', 'block'),
          singleQuote: fc.constantFrom(true, false, null),
          defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
          lineWidth: fc.constant(0),
        }),
        (value, style) => {
          const text = stringify(value, { schema: 'core', ...style } as never);
          const mine = own(text);
          if (mine === null) return;
          read++;
          expect(mine, text).toEqual(oracle(text));
        },
      ),
      { numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(1_000);
  });

  it('accepts nothing that a complete parser refuses or reads otherwise, whatever is done to a text', () => {
    const base = `# rules
format: rolefence.rules/1
rules:
  - name: a
    match: { action: [s3:*, "b c"], region: 'x' } # why
    until: 2026-12-31
  -
    name: "b"
    calls: 5
list:
- x
- - y
  - z: 1
    w:
`;
    const piece = fc.constantFrom(
      ' ',
      '  ',
      '\n',
      '\t',
      '-',
      '- ',
      ':',
      ': ',
      '#',
      ' #',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ',',
      'a',
      '0',
      '|',
      '&a ',
      '*a',
      '!',
      '?',
      '? ',
      '---\n',
      '\r\n',
      '~',
      '...',
      '%',
    );
    let read = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: base.length }), fc.nat({ max: 3 }), piece), { minLength: 1, maxLength: 3 }),
        (edits) => {
          let text = base;
          for (const [at, remove, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + remove);
          const mine = own(text);
          if (mine === null) return;
          read++;
          expect(mine, text).toEqual(oracle(text));
        },
      ),
      { numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(200);
  });

  it.each([
    ['a: *', 1, 'a text that begins with * must stand in quotes'],
    ['a: 1\nb: &x 2', 2, 'must stand in quotes'],
    ['a: |\n  b', 1, 'must stand in quotes'],
    ['a: b\n  c', 2, 'a text goes over several lines'],
    ['a: b: c', 1, 'a colon and a space'],
    ['a: 1\na: 2', 2, '"a" stands here twice'],
    ['a:\n\tb: 1', 2, 'a tab'],
    ['a: [1,\n 2', 2, 'a bracket is not closed'],
    ['a: "x', 1, 'a quote is not closed'],
    ['a: 1\n---\nb: 2', 2, 'a member'],
  ])('says what it does not read: %j', (text, line, message) => {
    try {
      readYaml(text);
      expect.unreachable();
    } catch (error) {
      expect((error as YamlError).message).toContain(message);
      expect((error as YamlError).line).toBe(line);
    }
  });

  it('knows the line of everything', () => {
    const { lineOf } = readYaml('a: 1\nb:\n  - c\n  - d: [1,\n      2]\n');
    expect([lineOf(['a']), lineOf(['b', 1, 'd', 1]), lineOf(['b', 1, 'nothing']), lineOf(['x'])]).toEqual([1, 5, 4, 1]);
  });

  it('is not slow on a large file, nor deep without end', () => {
    expect((readYaml(`a:\n${'  - b: c\n'.repeat(2_000)}`).value as { a: unknown[] }).a).toHaveLength(2_000);
    expect(own('['.repeat(10_000))).toBeNull();
  });
});
