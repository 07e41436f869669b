import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extensionOf, shapeOf } from '../../../baseline/names/shape.ts';

/** The rule in one expression, as it is read by people; `shapeOf` goes through the characters once. */
const PIECES =
  /([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})|((?:19|20)\d\d([-_.])(?:0[1-9]|1[0-2])\3(?:0[1-9]|[12]\d|3[01])(?:[T_-][0-2]\d[-:_.]?[0-5]\d(?:[-:_.]?[0-5]\d)?(?:\.\d+)?Z?)?(?![0-9A-Za-z])|(?:19|20)\d\d[-_](?:0[1-9]|1[0-2])(?![0-9A-Za-z]|[-_.]\d))|[0-9A-Za-z]+/g;
const COMPACT_DATE =
  /^(?:202\d(?:0[1-9]|1[0-2])|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?)$/;
const turnsOf = (token: string, is: RegExp) =>
  [...token].filter((char, i) => i > 0 && is.test(char) !== is.test(token[i - 1]!)).length;

const ruled = (segment: string): string =>
  segment.replace(PIECES, (token: string, uuid?: string, date?: string) => {
    if (uuid !== undefined) return '{uuid}';
    if (date !== undefined) return '{date}';
    const { length } = token;
    if (/^\d+$/.test(token)) return COMPACT_DATE.test(token) ? '{date}' : '{n}';
    const digit = /\d/.test(token);
    const turns = digit ? turnsOf(token, /\d/) : 0;
    if (digit && length >= 6 && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(token) && (length >= 8 || turns >= 2))
      return `{hex${length}}`;
    if (turns >= 2 && length >= 5) return `{id${length}}`;
    if (length >= 16 && (digit || /^[A-Z]+$/.test(token) || turnsOf(token, /[0-9A-Z]/) >= 6)) return `{id${length}}`;
    return turns === 1 ? token.replace(/\d+/, '{n}') : token;
  });

const piece = fc.oneof(
  fc.constantFrom(
    '-',
    '_',
    '.',
    'T',
    'Z',
    ':',
    '=',
    '2026',
    '2026-03',
    '2026-03-04',
    '2026_03_04',
    '2026-03-04T10-11',
    '20260304',
    '202603',
    '99',
    '00',
  ),
  fc.constantFrom(
    'dead',
    'BEEF',
    'f',
    'G',
    'camelCase',
    'x7k2p9',
    'é',
    '{n}',
    '01GFKPS3DQQ4A75BDZEKRFT7WJ',
    'aBcDeFgHiJkLmNoPqR',
  ),
  fc.uuid(),
  fc.nat().map(String),
  fc.stringMatching(/^[0-9A-Fa-f]{1,20}$/),
  fc.stringMatching(/^[0-9A-Za-z]{1,20}$/),
  fc.string({ maxLength: 5 }),
);

describe('the shape of a segment', () => {
  it('is what the rule says', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join('')),
        (segment) => {
          expect(shapeOf(segment)).toBe(ruled(segment));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

/** The same of extensions. */
const EXTENSION = /(?:\.[A-Za-z][A-Za-z0-9]{0,9}){1,2}$/;

describe('the extension of a name', () => {
  it('is that of the rule in one expression', () => {
    const names = fc.array(fc.constantFrom('.', '.', 'a', 'Z', '7', '-', 'é', '{n}', 'json', 'abcdefghij'), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(names, (parts) => {
        const name = parts.join('');
        const match = EXTENSION.exec(name);
        expect(extensionOf(name)).toBe(match === null || match.index === 0 ? '' : match[0]);
      }),
      { numRuns: 2_000 },
    );
  });
});
