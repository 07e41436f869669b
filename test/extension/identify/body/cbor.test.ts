import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCbor } from '../../../../extension/identify/body/cbor.ts';
import { MAX_NODES, scalarsAt, want } from '../../../../extension/identify/body/tree.ts';
import { Doubt } from '../../../../extension/identify/doubt.ts';

type Value = string | number | boolean | null | Uint8Array | Value[] | { [key: string]: Value };

const argument = (major: number, value: number): number[] =>
  value < 24
    ? [(major << 5) | value]
    : value < 256
      ? [(major << 5) | 24, value]
      : value < 65_536
        ? [(major << 5) | 25, value >> 8, value & 255]
        : [(major << 5) | 26, (value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

/** RFC 8949, definite lengths, or indefinite ones where asked. */
function encode(value: Value, indefinite = false): number[] {
  if (value === null) return [0xf6];
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4];
  if (typeof value === 'number') return value < 0 ? argument(1, -1 - value) : argument(0, value);
  if (typeof value === 'string') {
    const bytes = [...Buffer.from(value)];
    return indefinite && bytes.length === value.length && bytes.length > 1
      ? [0x7f, ...argument(3, 1), bytes[0]!, ...argument(3, bytes.length - 1), ...bytes.slice(1), 0xff]
      : [...argument(3, bytes.length), ...bytes];
  }
  if (value instanceof Uint8Array) return [...argument(2, value.length), ...value];
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => encode(item, indefinite));
    return indefinite ? [0x9f, ...items, 0xff] : [...argument(4, value.length), ...items];
  }
  const members = Object.entries(value).flatMap(([key, item]) => [...encode(key), ...encode(item, indefinite)]);
  return indefinite ? [0xbf, ...members, 0xff] : [...argument(5, Object.keys(value).length), ...members];
}

function outcome(bytes: Uint8Array, ...paths: string[]): unknown {
  try {
    return readCbor(bytes, want(...paths));
  } catch (thrown) {
    if (thrown instanceof Doubt) return 'doubt';
    throw thrown;
  }
}

const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.nat(),
    fc.integer({ min: -1000, max: -1 }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('readCbor', () => {
  it('finds what is wanted between all that is not, however lengths are written', () => {
    fc.assert(
      fc.property(fc.string(), value, value, fc.boolean(), (name, before, after, indefinite) => {
        const bytes = encode({ before, Name: name, list: [{ Id: 'a' }, { Id: 'b', x: after }], after }, indefinite);
        const tree = outcome(Uint8Array.from(bytes), 'Name', 'list[].Id') as never;
        expect(scalarsAt(tree, 'Name')).toEqual([name]);
        expect(scalarsAt(tree, 'list[].Id')).toEqual(['a', 'b']);
      }),
    );
  });

  it('doubts a wanted key that stands twice, whichever way it is written', () => {
    const twice = [0xa2, ...encode('Name'), ...encode('a'), ...encode('Name'), ...encode('b')];
    const chunked = [
      0xa2,
      ...encode('Name'),
      ...encode('a'),
      0x7f,
      ...encode('Na'),
      ...encode('me'),
      0xff,
      ...encode('b'),
    ];
    expect(outcome(Uint8Array.from(twice), 'Name')).toBe('doubt');
    expect(outcome(Uint8Array.from(chunked), 'Name')).toBe('doubt');
  });

  it('doubts what is cut off and what has something after it', () => {
    const bytes = encode({ Name: 'abc', n: [1, 2, 300] });
    for (let end = 0; end < bytes.length; end++)
      expect(outcome(Uint8Array.from(bytes.slice(0, end)), 'Name')).toBe('doubt');
    expect(outcome(Uint8Array.from([...bytes, 0]), 'Name')).toBe('doubt');
  });

  it('ends in an answer or in doubt for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void outcome(bytes, 'a', 'b[].c')),
      { numRuns: 2_000 },
    );
  });

  it('steps over what is not wanted, and doubts more of what is than any service takes', () => {
    const listed = (item: readonly number[]) => {
      const bytes = [0xa1, ...encode('a'), 0x9f];
      for (let index = 0; index <= MAX_NODES; index++) bytes.push(...item);
      return Uint8Array.from([...bytes, 0xff]);
    };
    expect(outcome(listed(encode({ b: [1] })), 'other')).toEqual({});
    for (const item of [{ b: [1] }, [], 1, 'x'].map((one) => encode(one)))
      expect(outcome(listed(item), 'a')).toBe('doubt');
    const chunks = Array.from({ length: MAX_NODES + 1 }, () => [0x61, 0x61]).flat();
    expect(outcome(Uint8Array.from([0xa1, ...encode('a'), 0x7f, ...chunks, 0xff]), 'a')).toBe('doubt');
    expect(outcome(Uint8Array.from([0xa1, ...encode('a'), ...encode([{ b: 1 }, { b: [2] }])]), 'a')).toEqual({
      a: [{}, {}],
    });
  });

  it('doubts lengths that no body has, and nesting that no service allows', () => {
    expect(outcome(Uint8Array.of(0x9b, 255, 255, 255, 255, 255, 255, 255, 255))).toBe('doubt');
    expect(outcome(Uint8Array.of(0x7b, 255, 255, 255, 255, 255, 255, 255, 255))).toBe('doubt');
    expect(outcome(new Uint8Array(1_000_000).fill(0x81))).toBe('doubt');
    expect(outcome(new Uint8Array(1_000_000).fill(0xc1))).toBe('doubt');
  });
});
