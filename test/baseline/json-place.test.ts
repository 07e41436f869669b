import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFaultLine } from '../../baseline/json-place.ts';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('the line where JSON ends to be JSON', () => {
  it.each([
    ['{\n "a": 1,,\n}', 2],
    ['{\n "a": 1,\n}', 3],
    ['[1,\n2,\n\nx]', 4],
    ['{"a": 1}\n{"b": 2}', 2],
    ['{\n', 2],
    ['"tab\there"', 1],
    ['[\n01]', 2],
    ["{\n'a': 1}", 2],
    ['{"a"\n 1}', 2],
    ['', 1],
  ])('%j: line %i', (text, line) => {
    expect(jsonFaultLine(text)).toBe(line);
  });

  it('says null for all that JSON.parse takes, and a line for all that it does not', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', '\n', '\\', '0', 'e', '\u0001'))
      .map(([text, at, sign]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + sign + text.slice(place + (sign === '' ? 1 : 0));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged, fc.string()), (text) => {
        expect(jsonFaultLine(text) === null).toBe(parses(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes a document of any depth', () => {
    expect(jsonFaultLine('['.repeat(200_000))).toBe(1);
  });
});
