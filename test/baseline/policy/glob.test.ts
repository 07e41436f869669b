import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absorbs, absorbsArn, literal, overlaps } from '../../../baseline/policy/glob.ts';

describe('patterns of IAM', () => {
  it.each([
    ['*', 'anything', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'abd', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['bucket/*', 'bucket/raw/*', true],
    ['bucket/raw/*', 'bucket/*', false],
    ['a?c', 'a*c', false],
    ['*b', '*ab', true],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own escape
    ['a${*}c', 'abc', false],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own variable
    ['home/${aws:username}', 'home/eve', false],
  ])('%s absorbs %s: %s', (pattern, subject, expected) => {
    expect(absorbs(pattern, subject)).toBe(expected);
  });

  const text = fc.stringMatching(/^[ab/]{0,6}$/);
  const pattern = fc.stringMatching(/^[ab/*?]{0,6}$/);
  const asExpression = (glob: string) => new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);

  it('means what a regular expression of the same pattern means', () => {
    fc.assert(fc.property(pattern, text, (glob, name) => absorbs(glob, name) === asExpression(glob).test(name)));
  });

  it('a pattern that absorbs another matches every name of it, and overlaps it', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (wide, narrow, name) => {
        if (!absorbs(wide, narrow)) return;
        if (absorbs(narrow, name)) expect(absorbs(wide, name)).toBe(true);
        expect(overlaps(wide, narrow)).toBe(true);
      }),
    );
  });

  it('two patterns that share a name overlap', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (a, b, name) => {
        if (absorbs(a, name) && absorbs(b, name)) expect(overlaps(a, b)).toBe(true);
      }),
    );
  });

  it('a literal matches itself only', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a*?${}]{0,8}$/), fc.stringMatching(/^[ab]{0,8}$/), (name, other) => {
        expect(absorbs(literal(name), literal(name))).toBe(true);
        if (name !== other) expect(absorbs(literal(name), other)).toBe(false);
      }),
    );
  });

  it('never lets a wildcard reach into the next part of an ARN', () => {
    expect(absorbsArn('arn:aws:sqs:*:111122223333:q', 'arn:aws:sqs:eu-west-1:111122223333:q')).toBe(true);
    expect(absorbsArn('arn:aws:sqs:*:q', 'arn:aws:sqs:eu-west-1:111122223333:q')).toBe(true);
    expect(absorbsArn('arn:aws:sns:*:111122223333:t', 'arn:aws:sns:x:999999999999:111122223333:t')).toBe(false);
  });
});
