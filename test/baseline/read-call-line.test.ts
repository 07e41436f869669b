import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../baseline/call.ts';
import { readCall } from '../../baseline/read-call.ts';
import { CallLines } from '../../baseline/read-call-line.ts';
import { aws, call, connect, get } from './calls.ts';

const read = (lines: CallLines, text: string): Call | null => {
  const bytes = Buffer.from(`before\n${text}\nbehind`);
  return lines.read(bytes, 7, bytes.length - 7);
};

/** What the long way says; null where it says that something is wrong. */
function longWay(text: string): Call | null {
  try {
    return readCall(JSON.parse(text));
  } catch {
    return null;
  }
}

const word = fc.oneof(fc.constantFrom('a', 'resize', 'arn:aws:s3:::photos/a/1.jpg', '', '*'), fc.string());
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
const number = maybe(fc.oneof(fc.nat(), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })));
const record = fc.record(
  {
    id: fc.oneof(maybe(word), fc.nat()),
    time: fc.oneof(
      fc.constant(null),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constant('2026-01-01'),
    ),
    function: maybe(word),
    version: maybe(word),
    invocation: maybe(word),
    service: maybe(word),
    operation: maybe(word),
    certainty: fc.constantFrom('exact', 'ambiguous', 'unknown', 'other'),
    verdict: fc.constantFrom(null, 'allow', 'block'),
    access: maybe(fc.array(fc.record({ action: word, resources: fc.array(word, { maxLength: 3 }) }), { maxLength: 3 })),
    region: maybe(word),
    accessKeyId: maybe(word),
    host: maybe(word),
    items: number,
    bytesOut: number,
    status: number,
    errorCode: maybe(word),
    durationMs: number,
    more: word,
  },
  { requiredKeys: [] },
);

describe('a line of a Call record', () => {
  it('is read as the long way reads it, or left to it', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), (records) => {
        const lines = new CallLines();
        for (const one of [...records, ...records]) {
          const text = JSON.stringify(one);
          const quick = read(lines, text);
          if (quick !== null) expect(quick).toEqual(longWay(text));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is never read where one character makes it something else', () => {
    const texts = [
      get('photos/a.jpg'),
      aws('sqs', 'SendMessage', 'arn:aws:sqs:eu-west-1:1:q'),
      connect('a.example:443'),
    ].map((one) => JSON.stringify(one));
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.nat(),
        fc.constantFrom(
          '',
          '"',
          '\\',
          ',',
          '{',
          '}',
          '[',
          ']',
          ':',
          '0',
          '-',
          '1',
          'e',
          '.',
          'n',
          ' ',
          '\t',
          'é',
          '\u0000',
        ),
        fc.boolean(),
        (text, place, other, instead) => {
          const at = place % text.length;
          const changed = text.slice(0, at) + other + text.slice(instead ? at + 1 : at);
          const lines = new CallLines();
          for (const known of texts) read(lines, known);
          const quick = read(lines, changed);
          if (quick !== null) expect(quick).toEqual(longWay(changed));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('is read quickly in the forms that tools write, and what repeats is the same string', () => {
    const lines = new CallLines();
    const [first, second] = [get('photos/a.jpg', { id: '1' }), get('photos/a.jpg', { id: '2', invocation: 'inv-2' })];
    const a = read(lines, JSON.stringify(first));
    const b = read(lines, JSON.stringify(second));
    expect([a, b]).toEqual([first, second]);
    expect(b!.access).toBe(a!.access);
    // As Python writes it; in another order, with fewer fields
    expect(read(lines, '{"id": 7, "access": [{"action": "s3:GetObject", "resources": []}], "bytesIn": 1.25}')).toEqual(
      readCall({ id: 7, access: [{ action: 's3:GetObject', resources: [] }], bytesIn: 1.25 }),
    );
  });

  it('gives the same list again to calls that need the same several actions, whatever comes between', () => {
    const lines = new CallLines();
    const needs = (...tables: string[]) =>
      tables.map((table, i) => ({ action: `dynamodb:${i === 0 ? 'PutItem' : 'UpdateItem'}`, resources: [table] }));
    const [two, three] = [needs('a', 'b'), needs('a', 'b', 'c')];
    const texts = [two, three, two, [], three].map((access) => JSON.stringify(call({ access })));
    const [first, second, third, , last] = texts.map((text) => read(lines, text)!.access);
    expect([first, second]).toEqual([two, three]);
    expect([third, last]).toEqual([two, three]);
    expect(third).toBe(first);
    expect(last).toBe(second);
  });

  it('leaves escapes, twice the same field, unknown fields and long lines to the long way', () => {
    const lines = new CallLines();
    for (const text of [
      '{"id":"a\\u0062"}',
      '{"id":"a","id":"b"}',
      '{"id":"a","more":1}',
      '{"id":"é"}',
      '{"id":-0}',
      '{"items":01}',
      '{"items":1e3}',
      '{"items":12345678901234567890}',
      '{"access":[{"resources":["a"],"action":"b"}]}',
      `{"id":"${'x'.repeat(20_000)}"}`,
      '[]',
      '{}x',
    ])
      expect(read(lines, text), text.slice(0, 60)).toBeNull();
  });

  it('does not take a line for the one before because it begins like it', () => {
    const lines = new CallLines();
    const whole = JSON.stringify(call({ id: '1' }));
    expect(read(lines, whole)).not.toBeNull();
    for (let length = 1; length < whole.length; length++) expect(read(lines, whole.slice(0, length))).toBeNull();
    expect(read(lines, whole)).toEqual(longWay(whole));
    expect(read(lines, `${whole}}`)).toBeNull();
  });
});
