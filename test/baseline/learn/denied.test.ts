import { describe, expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { recommend } from '../../../baseline/policy/recommend.ts';
import { usageOf } from '../../../baseline/policy/usage.ts';
import { aws, get } from '../calls.ts';

describe('a call that AWS itself denied while a function was learned', () => {
  const denied = { status: 403, errorCode: 'AccessDenied' };
  const learner = createLearner();
  for (let n = 0; n < 30; n++) learner.observe(get(`photos/${n}.jpg`, { invocation: `i${n}` }));
  learner.observe(get('secret/passports.csv', { invocation: 'i3', ...denied }));
  learner.observe(aws('iam', 'CreateUser', 'arn:aws:iam::111122223333:user/x', { invocation: 'i4', ...denied }));
  const entry = learner.document().functions.resize!;

  it('makes nothing normal that the function may not do', () => {
    const judge = createJudge(entry);
    const found = (call: Parameters<typeof judge.before>[0]) =>
      judge.before(call).map(({ detector, kind }) => [detector, kind]);
    expect(found(get('photos/99.jpg'))).toEqual([]);
    expect(found(get('secret/passports.csv'))).toEqual([['resource', 'scope']]);
    expect(found(aws('iam', 'CreateUser', 'arn:aws:iam::111122223333:user/x'))).toEqual([['resource', 'scope']]);
  });

  it('is not in the policy that the function should have', () => {
    const text = JSON.stringify(recommend(usageOf('resize', entry).uses));
    expect(text).toContain('photos');
    expect(text).not.toMatch(/secret|iam:/);
  });
});
