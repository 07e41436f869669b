import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NODES, scalarsAt } from '../../../../extension/identify/body/tree.ts';
import { readXml } from '../../../../extension/identify/body/xml.ts';
import { Doubt } from '../../../../extension/identify/doubt.ts';

const read = (text: string) => readXml(Buffer.from(text));

function outcome(bytes: Uint8Array): unknown {
  try {
    return readXml(bytes);
  } catch (thrown) {
    if (thrown instanceof Doubt) return 'doubt';
    throw thrown;
  }
}

const escaped = (text: string) => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);

describe('readXml', () => {
  it('reads text, lists, prefixes, sections of character data and references', () => {
    const tree = read(
      '<?xml version="1.0" encoding="UTF-8"?>\n<D xmlns="x"><!-- c --><O a="1"><K>a&lt;b</K></O><n:O><K><![CDATA[c<d]]></K></n:O><E/></D>',
    );
    expect(scalarsAt(tree, 'O[].K')).toEqual(['a<b', 'c<d']);
  });

  it('opens a wrapped list of one', () => {
    expect(scalarsAt(read('<R><Ids><Id>a</Id></Ids></R>'), 'Ids[]')).toEqual(['a']);
    expect(scalarsAt(read('<R><Ids><Id>a</Id><Id>b</Id></Ids></R>'), 'Ids[]')).toEqual(['a', 'b']);
  });

  it('reads back any text that can stand in a document', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const clean = text.replace(/[\x00-\x1f\ufffe\uffff]/g, '');
        expect(scalarsAt(read(`<R><K>${escaped(clean)}</K></R>`), 'K')).toEqual([clean]);
      }),
    );
  });

  it.each([
    '<a>',
    '<a></b>',
    '<a/><b/>',
    'x',
    '',
    '<a>&x;</a>',
    '<!DOCTYPE a><a/>',
    '<a><!ENTITY k "v"></a>',
    '<a b="<c>"></a>',
    '<a>&</a>',
    '<a></a>b',
  ])('doubts %j', (text) => expect(outcome(Buffer.from(text))).toBe('doubt'));

  it('ends in an answer or in doubt for whatever is put together from its pieces', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      'b',
      '<a>',
      '</a>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '&amp;',
      '&',
      ';',
      '"',
      '=',
      '<?',
      '?>',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => void outcome(Buffer.from(parts.join('')))),
      { numRuns: 3_000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void outcome(bytes)));
  });

  it.each(['<O/>', '<O><K/></O>', '<!-- -->', '<?x ?>', 'a&amp;', '<![CDATA[x]]>'])(
    'doubts more of %j than any service takes',
    (piece) => {
      expect(outcome(Buffer.from(`<R>${piece.repeat(1_000)}</R>`))).not.toBe('doubt');
      expect(outcome(Buffer.from(`<R>${piece.repeat(MAX_NODES)}</R>`))).toBe('doubt');
    },
  );

  it('ends on large bodies that leave something open', () => {
    // Quadratic work on these would outlast the test's time.
    for (const piece of ['<a', '<a>', '<!--', '<![CDATA[', '&', '<a b="', '<?x'])
      outcome(Buffer.from(piece.repeat(400_000)));
  });
});
