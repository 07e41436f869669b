import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson } from '../../../../extension/identify/body/json.ts';
import { MAX_NODES, scalarsAt, want } from '../../../../extension/identify/body/tree.ts';
import { Doubt } from '../../../../extension/identify/doubt.ts';

const read = (text: string, ...paths: string[]) => readJson(Buffer.from(text), want(...paths));

/** What the reader says, or that it doubts. */
function outcome(text: string | Uint8Array, ...paths: string[]): unknown {
  try {
    return readJson(typeof text === 'string' ? Buffer.from(text) : text, want(...paths));
  } catch (thrown) {
    if (thrown instanceof Doubt) return 'doubt';
    throw thrown;
  }
}

describe('readJson', () => {
  it('keeps what is wanted and steps over the rest', () => {
    const text = '{"skip":{"a":[1,2,{"TableName":"no"}]},"TableName":"T","Keys":[{"S":"1","x":2},{"S":"2"}]}';
    expect(read(text, 'TableName', 'Keys[].S')).toEqual({ TableName: 'T', Keys: [{ S: '1' }, { S: '2' }] });
  });

  it('reads any member under *', () => {
    expect(read('{"R":{"A":[1,2],"B":[3]}}', 'R.*')).toEqual({ R: { A: [1, 2], B: [3] } });
  });

  it('has no prototype that a key could reach', () => {
    const tree = read('{"__proto__":{"TableName":"x"},"a":1}', 'TableName', 'a');
    expect(scalarsAt(tree, 'TableName')).toEqual([]);
    expect(scalarsAt(read('{"R":{"__proto__":["x"]}}', 'R.*'), 'R.*')).toEqual(['x']);
  });

  it('says what JSON.parse says, for whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(8), (value, spaces) => {
        const text = JSON.stringify({ wanted: value, other: value }, null, spaces);
        const tree = read(text, 'wanted.*.*.*.*.*.*.*.*.*.*') as { wanted: unknown };
        const plain = JSON.parse(JSON.stringify(tree.wanted ?? null)) as unknown;
        if (value === null || typeof value !== 'object') expect(plain).toEqual(JSON.parse(text).wanted);
      }),
    );
  });

  it('takes exactly what JSON.parse takes, apart from what it doubts besides', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-0.5e+3',
      'tru',
      'true',
      'null',
      ' ',
      '"\\u00e9"',
      '"\\x"',
      '01',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const found = outcome(text);
        if (!valid) expect(found).toBe('doubt');
        else expect(found).not.toBe('doubt');
      }),
      { numRuns: 3_000 },
    );
  });

  it('ends in an answer or in doubt for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void outcome(bytes, 'a', 'b[].c')));
  });

  it('doubts what nests deeper than any service allows, without using up the stack', () => {
    expect(outcome('['.repeat(1_000_000))).toBe('doubt');
    expect(outcome(`{"a":${'{"a":'.repeat(500_000)}`, 'a')).toBe('doubt');
  });

  it('makes nothing of objects of which nothing is wanted, but for their number', () => {
    const many = `[${'{"a":[{}]},'.repeat(30_000)}{}]`;
    expect((read(`{"R":{"T":${many}}}`, 'R.*') as { R: { T: unknown[] } }).R.T).toHaveLength(30_001);
    expect(read(`{"other":[${many},${many}],"a":1}`, 'a')).toEqual({ a: 1 });
  });

  it.each([
    ['elements', `{"a":[${'{},'.repeat(MAX_NODES)}{}]}`],
    ['numbers', `{"a":[${'1,'.repeat(MAX_NODES)}1]}`],
    ['lists in lists', `{"a":[${'[],'.repeat(MAX_NODES)}[]]}`],
    ['members', `{"R":{${Array.from({ length: MAX_NODES }, (_, index) => `"${index}":0`).join()}}}`],
    ['keys as long as a wanted one', `{${'"b":0,'.repeat(MAX_NODES)}"a":0}`],
  ])('doubts more %s than any service takes', (_, text) => {
    expect(outcome(text, 'a', 'R.*')).toBe('doubt');
  });

  it('reads strings with escapes, surrogates and raw UTF-8 alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = [...text]
          .map((c) =>
            [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
          )
          .join('');
        expect(scalarsAt(read(`{"a":${JSON.stringify(text)}}`, 'a'), 'a')).toEqual([text]);
        expect(scalarsAt(read(`{"a":"${escaped}"}`, 'a'), 'a')).toEqual([text]);
      }),
    );
  });
});
