import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { coverage } from '../../../baseline/review/coverage.ts';
import { arn, aws, connect, get } from '../calls.ts';

const advice = (...calls: readonly Call[]) => {
  const learner = createLearner();
  for (const call of calls) learner.observe(call);
  return coverage(learner.document()).functions[0]!.sealing;
};

describe('whether a function can be sealed', () => {
  it('is yes for one that calls AWS as SDKs do', () => {
    const { canBeSealed, breaks, check } = advice(get('photos/1.jpg'), aws('sqs', 'SendMessage', arn('sqs', 'q')));
    expect([canBeSealed, breaks]).toEqual([true, []]);
    expect(check).toEqual([expect.stringContaining('presigned URLs that it makes for others cannot be seen here')]);
  });

  it('is yes for public reads, which nobody signs', () => {
    expect(advice(get('public/1.jpg', { region: null, accessKeyId: null })).canBeSealed).toBe(true);
  });

  it.each([
    ['SigV2', get('photos/1.jpg', { region: null }), /signed without one region: by SigV2/],
    ['keys for somebody else', aws('iam', 'CreateAccessKey', '*'), /makes keys for use elsewhere/],
    ['a federation token', aws('sts', 'GetFederationToken', '*'), /makes keys for use elsewhere/],
  ])('is no where it was seen with %s, and says why', (_, call, why) => {
    expect(advice(call)).toMatchObject({ canBeSealed: false, breaks: [expect.stringMatching(why)] });
  });

  it.each([
    [aws('sts', 'AssumeRole', 'arn:aws:iam::1:role/r'), /credentials from sts:AssumeRole are placeholders/],
    [connect('shop.c1.eu-west-1.rds.amazonaws.com:5432'), /login to RDS by a token of IAM works where Node.js/],
    [connect('shop.c1.use1.cache.amazonaws.com:6379'), /ElastiCache or MemoryDB/],
    [connect('email-smtp.eu-west-1.amazonaws.com:587'), /SES by SMTP/],
  ])('names what no call can show', (call, what) => {
    expect(advice(call).check).toContainEqual(expect.stringMatching(what));
  });
});
