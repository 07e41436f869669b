import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BaselineError } from '../../../baseline/model/baseline-error.ts';
import { parseBaseline } from '../../../baseline/model/read.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { storedFunctions } from '../../../cli/report/stored-functions.ts';
import { fleet } from './fleet.ts';

const stored = (text: string) => storedFunctions(Buffer.from(text), 'b.json');
const { document } = fleet(4);

describe('functions of a document that stays bytes', () => {
  it('are what reading it as a whole gives, however it is laid out', () => {
    const names = ['a "quoted" \\ name', '{[', '__proto__', 'größe', ''];
    const [one] = Object.values(document.functions);
    const functions = { ...document.functions, ...Object.fromEntries(names.map((name) => [name, one])) };
    const whole = { format: document.format, approval: { by: '}"]' }, functions };
    for (const text of [
      serializeBaseline(document),
      JSON.stringify(whole),
      ` \n${JSON.stringify(whole, null, '\t')}\r\n `,
    ]) {
      const expected = Object.entries(parseBaseline(text, 'b.json').functions);
      expect(stored(text)!.map(({ name, read }) => [name, read()])).toEqual(expected);
    }
  });

  it('are left to whoever reads it as a whole, where it is not plainly such a document', () => {
    const text = JSON.stringify(document);
    const doubled = text.replace('"orders-1"', '"orders-0"');
    for (const other of [
      '',
      '[]',
      '{}',
      text.slice(0, -1),
      `${text}x`,
      doubled,
      '{"functions":{}}',
      `${text.slice(0, -1)},"functions":{}}`,
    ])
      expect(stored(other)).toBeNull();
    expect(storedFunctions(Uint8Array.of(0xff, 0xfe), 'b.json')).toBeNull();
  });

  it('say what is wrong with one as reading the whole does', () => {
    const broken = JSON.stringify(document).replace('"invocations":[3', '"invocations":["x"');
    const said = (read: () => unknown): string => {
      try {
        read();
      } catch (error) {
        if (error instanceof BaselineError) return error.message;
      }
      return 'nothing';
    };
    expect(said(() => stored(broken)!.map(({ read }) => read()))).toBe(said(() => parseBaseline(broken, 'b.json')));
    expect(said(() => parseBaseline(broken, 'b.json'))).toContain('$.functions["orders-0"].invocations is ["x"');
  });

  it('are found in any JSON object as JSON.parse finds them', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (members) => {
        const functions = Object.fromEntries(
          Object.keys(members).map((name) => [name, { from: null, extra: members[name] }]),
        );
        const found = stored(JSON.stringify({ extra: members, format: document.format, functions }, null, 1));
        expect(found?.map(({ name }) => name)).toEqual(Object.keys(functions));
        expect(found?.every(({ read }) => read().from === null)).toBe(true);
      }),
    );
  });
});
