import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Form, formText } from '../../../../extension/identify/body/form.ts';
import { MAX_NODES, scalarsAt, want } from '../../../../extension/identify/body/tree.ts';
import { Doubt } from '../../../../extension/identify/doubt.ts';

function outcome(text: string): unknown {
  try {
    return new Form(formText(Buffer.from(text, 'latin1'))).tree(want('*'));
  } catch (thrown) {
    if (thrown instanceof Doubt) return 'doubt';
    throw thrown;
  }
}

describe('Form', () => {
  it('reads what URLSearchParams writes', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ unit: fc.constantFrom(...'abcXYZ0_'), minLength: 1 }),
          fc.string({ unit: 'grapheme' }),
        ),
        (members) => {
          const text = new URLSearchParams(members).toString();
          const form = new Form(formText(Buffer.from(text)));
          for (const [name, value] of Object.entries(members)) expect(form.get(name)).toBe(value);
        },
      ),
    );
  });

  it('opens numbered lists of both query protocols', () => {
    const form = new Form('A.member.1=x&A.member.2=y&B.1.C=z&B.2.C=w');
    expect(scalarsAt(form.tree(want('A[]', 'B[].C')), 'A[]')).toEqual(['x', 'y']);
    expect(scalarsAt(form.tree(want('A[]', 'B[].C')), 'B[].C')).toEqual(['z', 'w']);
  });

  it('does not read the values of what is not wanted', () => {
    const form = new Form('A=1&B=%ff&C.1=2&AB=3');
    expect(form.tree(want('A', 'C[]'))).toEqual({ A: '1', B: '', C: { 1: '2' }, AB: '' });
  });

  it('has no prototype that a name could reach', () => {
    expect(scalarsAt(new Form('__proto__.a=x').tree(want('*')), 'a')).toEqual([]);
  });

  it.each(['a=1&a=2', 'a=1&%61=2', 'a=%zz', 'a=%ff', 'a=1&a.b=2', 'a.b=1&a=2', 'a=é', 'a\u0000=1', 'a=1\nb=2'])(
    'doubts %j',
    (text) => expect(outcome(text)).toBe('doubt'),
  );

  it('doubts more parameters, and more structures in them, than any service takes', () => {
    const many = (count: number, name: (index: number) => string) =>
      Array.from({ length: count }, (_, index) => `${name(index)}=`).join('&');
    expect(outcome(many(1_000, (index) => `A.member.${index}.K`))).not.toBe('doubt');
    expect(outcome(many(MAX_NODES + 1, (index) => `A${index}`))).toBe('doubt');
    expect(outcome(many(1_000, (index) => `A${index}${'.a'.repeat(100)}`))).toBe('doubt');
  });

  it('ends in an answer or in doubt for any text', () => {
    const pieces = fc.constantFrom('a', 'b', '.', '1', '&', '=', '%41', '%', '+', 'member');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => void outcome(parts.join(''))),
      { numRuns: 2_000 },
    );
    expect(outcome(`${'a.'.repeat(1_000_000)}a=1`)).toBe('doubt');
  });
});
