import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchPath, parsePattern } from '../../../../extension/identify/catalog/path-pattern.ts';

const match = (pattern: string, path: string) => {
  const labels = matchPath(parsePattern(pattern), path.split('/').slice(1));
  return labels === null ? null : Object.fromEntries(labels);
};

describe('a path with labels', () => {
  it.each<[string, string, Record<string, string> | null]>([
    ['GET /functions/{Name}', '/functions/f', { Name: 'f' }],
    ['GET /functions/{Name}', '/functions/', null],
    ['GET /functions/{Name}', '/functions/f/x', null],
    ['GET /{Bucket}/{Key+}', '/b/a/b/c', { Bucket: 'b', Key: 'a/b/c' }],
    ['GET /tags/{Arn+}/end', '/tags/a/b/end', { Arn: 'a/b' }],
    ['GET /tags/{Arn+}/end', '/tags/end', null],
    ['GET /v-{Name}.json', '/v-a.json', { Name: 'a' }],
    ['GET /v-{Name}.json', '/v-.json', null],
    ['GET /', '/', {}],
  ])('%s on %s', (pattern, path, labels) => expect(match(pattern, path)).toEqual(labels));

  it('gives back what was put in', () => {
    const segment = fc.string({ unit: fc.constantFrom(...'ab%2F.~'), minLength: 1 });
    fc.assert(
      fc.property(segment, fc.array(segment, { minLength: 1 }), (one, many) => {
        expect(match('PUT /x/{One}/y/{Many+}', `/x/${one}/y/${many.join('/')}`)).toEqual({
          One: one,
          Many: many.join('/'),
        });
      }),
    );
  });
});
