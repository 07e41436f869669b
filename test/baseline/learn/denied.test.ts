import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { recommend } from '../../../baseline/policy/recommend.ts';
import { usageOf } from '../../../baseline/policy/usage.ts';
import { coverage } from '../../../baseline/review/coverage.ts';
import { aws, connect, get } from '../calls.ts';

describe('a call that AWS itself denied while a function was learned', () => {
  const denied = { status: 403, errorCode: 'AccessDenied' };
  const learner = createLearner();
  for (let n = 0; n < 30; n++) learner.observe(get(`photos/${n}.jpg`, { invocation: `i${n}` }));
  learner.observe(get('secret/passports.csv', { invocation: 'i3', ...denied }));
  learner.observe(aws('iam', 'CreateUser', 'arn:aws:iam::111122223333:user/x', { invocation: 'i4', ...denied }));
  // Its answer has no body that could say why
  learner.observe(get('secret/looked-for.csv', { operation: 'HeadObject', invocation: 'i5', status: 403 }));
  const entry = learner.document().functions.resize!;

  it('makes nothing normal that the function may not do', () => {
    const judge = createJudge(entry);
    const found = (call: Parameters<typeof judge.before>[0]) =>
      judge.before(call).map(({ detector, kind }) => [detector, kind]);
    expect(found(get('photos/99.jpg'))).toEqual([]);
    for (const name of ['passports', 'looked-for'])
      expect(found(get(`secret/${name}.csv`))).toEqual([['resource', 'scope']]);
    expect(found(aws('iam', 'CreateUser', 'arn:aws:iam::111122223333:user/x'))).toEqual([['resource', 'scope']]);
  });

  it('is not in the policy that the function should have', () => {
    const text = JSON.stringify(recommend(usageOf('resize', entry).uses));
    expect(text).toContain('photos');
    expect(text).not.toMatch(/secret|iam:/);
  });
});

describe('a call that nothing came of while a function was learned', () => {
  const answers: readonly [string, Partial<Call>][] = [
    ['signed wrongly', { status: 403, errorCode: 'SignatureDoesNotMatch' }],
    ['signed wrongly, as JSON protocols say it', { status: 400, errorCode: 'InvalidSignatureException' }],
    ['signed too long ago', { status: 403, errorCode: 'RequestTimeTooSkewed' }],
    ['with a key that has expired', { status: 400, errorCode: 'ExpiredToken' }],
    ['with a code that nobody knows', { status: 403, errorCode: 'SomethingNew' }],
    ['of a bucket that there is not', { status: 404, errorCode: 'NoSuchBucket' }],
    ['of a bucket of another region', { status: 301, errorCode: 'PermanentRedirect' }],
    ['of a bucket of another region, without a word', { status: 301, errorCode: null }],
  ];

  it.each(answers)('makes nothing normal: %s', (_, answer) => {
    const learner = createLearner();
    for (let n = 0; n < 30; n++) learner.observe(get(`photos/${n}.jpg`, { invocation: `i${n}` }));
    for (const n of [1, 2, 3]) learner.observe(get(`drop/${n}.jpg`, { invocation: `i${n}`, ...answer }));
    const entry = learner.document().functions.resize!;
    expect(createJudge(entry).before(get('drop/2.jpg'))).toMatchObject([{ detector: 'resource', kind: 'scope' }]);
    expect(Object.keys(entry.actions['s3:GetObject']!.fruitless ?? {})).toHaveLength(3);
  });

  it('is one that AWS would have answered, were the object not archived', () => {
    const learner = createLearner();
    for (let n = 0; n < 30; n++)
      learner.observe(get(`photos/${n}.jpg`, { invocation: `i${n}`, status: 403, errorCode: 'InvalidObjectState' }));
    expect(createJudge(learner.document().functions.resize!).before(get('photos/99.jpg'))).toEqual([]);
  });

  it('is the application that stands behind an API, and answers for itself', () => {
    const invoke = (n: number, status: number, errorCode: string | null = null) =>
      aws('execute-api', 'Invoke', 'arn:aws:execute-api:eu-west-1:111122223333:abc123/prod/GET/orders', {
        invocation: `i${n}`,
        status,
        errorCode,
      });
    for (const [status, code] of [
      [302, null],
      [303, null],
      [403, null],
      [403, 'not-yours'],
    ] as const) {
      const learner = createLearner();
      for (let n = 0; n < 30; n++) learner.observe(invoke(n, status, code));
      expect(createJudge(learner.document().functions.resize!).before(invoke(99, 200))).toEqual([]);
    }
    const refused = createLearner();
    for (let n = 0; n < 30; n++) refused.observe(invoke(n, 403, 'AccessDeniedException'));
    expect(createJudge(refused.document().functions.resize!).before(invoke(99, 200))).toHaveLength(1);
  });

  it('was refused by AWS where a HEAD said no more than that', () => {
    const learner = createLearner();
    for (let n = 0; n < 5; n++)
      learner.observe(get('secret/a.csv', { operation: 'HeadObject', invocation: `i${n}`, status: 403 }));
    const document = learner.document();
    expect(coverage(document).functions[0]!.refused).toEqual([
      's3:GetObject on arn:aws:s3:::secret/a.csv was refused by AWS in 5 of 5 invocations: it stays outside, and block mode refuses it',
    ]);
    expect(usageOf('resize', document.functions.resize!).leftOut).toMatchObject([{ why: 'always-denied' }]);
  });
});

describe('a call that never left while a function was learned', () => {
  const learner = createLearner();
  for (let n = 0; n < 30; n++) learner.observe(get(`photos/${n}.jpg`, { invocation: `i${n}` }));
  learner.observe(get('secret/passports.csv', { invocation: 'i3', status: null, bytesIn: 0 }));
  learner.observe(connect('nowhere.example.com:443', { invocation: 'i4', bytesIn: 0, bytesOut: 0 }));
  const entry = learner.document().functions.resize!;

  it('makes nothing normal, and stands in the document as what it is', () => {
    const judge = createJudge(entry);
    expect(judge.before(get('secret/passports.csv'))).toMatchObject([{ detector: 'resource', kind: 'scope' }]);
    expect(judge.before(connect('nowhere.example.com:443'))).toMatchObject([{ detector: 'egress', kind: 'scope' }]);
    expect(Object.keys(entry.actions['s3:GetObject']!.fruitless ?? {})).toEqual(['arn:aws:s3:::secret/passports.csv']);
    expect(Object.keys(entry.unreached ?? {})).toEqual(['nowhere.example.com:443']);
  });

  it('is learned where only its sizes are not known, as in CloudTrail', () => {
    const other = createLearner();
    for (let n = 0; n < 30; n++)
      other.observe(get(`photos/${n}.jpg`, { invocation: `i${n}`, status: null, bytesIn: null, bytesOut: null }));
    expect(createJudge(other.document().functions.resize!).before(get('photos/99.jpg'))).toEqual([]);
  });
});
