import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Doubt } from '../../../../extension/identify/doubt.ts';
import { readPostForm } from '../../../../extension/identify/s3/post-form.ts';

const TYPE = 'multipart/form-data; boundary=edge';

function outcome(body: string | Uint8Array, type = TYPE): unknown {
  try {
    return readPostForm(typeof body === 'string' ? Buffer.from(body) : body, type);
  } catch (thrown) {
    if (thrown instanceof Doubt) return 'doubt';
    throw thrown;
  }
}

describe('readPostForm', () => {
  it('reads what FormData writes', async () => {
    const field = fc
      .string({ unit: fc.constantFrom(...'abcdefxyz-_0'), minLength: 1 })
      .filter((name) => name !== 'file');
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          field,
          fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '')),
        ),
        async (fields) => {
          const data = new FormData();
          for (const [name, value] of Object.entries(fields)) data.set(name, value);
          data.set('file', new Blob(['DATA']), 'cat.jpg');
          const response = new Response(data);
          const form = readPostForm(
            new Uint8Array(await response.arrayBuffer()),
            response.headers.get('content-type')!,
          );
          expect(Object.fromEntries(form.fields)).toEqual(fields);
          expect(form.filename).toBe('cat.jpg');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('ends in an answer or in doubt for whatever is put together from its pieces', () => {
    const pieces = fc.constantFrom(
      '--edge',
      '--',
      '\r\n',
      '\n',
      'Content-Disposition: form-data; name="key"',
      'Content-Disposition: form-data; name="file"; filename="f"',
      '; name="b"',
      '; filename*=x',
      'value',
      '"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => void outcome(parts.join(''))),
      { numRuns: 3_000 },
    );
    fc.assert(fc.property(fc.uint8Array(), fc.string(), (body, type) => void outcome(body, type)));
  });

  it.each([
    ['no boundary', '--edge\r\n', 'multipart/form-data'],
    ['another boundary', '--other\r\nContent-Disposition: form-data; name="file"\r\n\r\n', TYPE],
    ['two names in one part', '--edge\r\nContent-Disposition: form-data; name="a"; name="file"\r\n\r\n', TYPE],
    ['an extended name', "--edge\r\nContent-Disposition: form-data; name*=utf-8''file\r\n\r\n", TYPE],
    [
      'two dispositions',
      '--edge\r\nContent-Disposition: form-data; name="file"\r\nContent-Disposition: form-data; name="key"\r\n\r\n',
      TYPE,
    ],
  ])('doubts %s', (_, body, type) => expect(outcome(body, type)).toBe('doubt'));
});
