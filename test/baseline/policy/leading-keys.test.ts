import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { requestsOf } from '../../../baseline/policy/call-request.ts';
import { readPolicy } from '../../../baseline/policy/document.ts';
import { evaluate } from '../../../baseline/policy/evaluate.ts';
import { documentOf, recommend } from '../../../baseline/policy/recommend.ts';
import { usageOf } from '../../../baseline/policy/usage.ts';
import { arn, aws } from '../calls.ts';

const ORDERS = arn('dynamodb', 'table/Orders');
const query = (prefix: string | null, given: Partial<Call> = {}): Call =>
  aws('dynamodb', 'Query', ORDERS, { prefix, ...given });

function recommended(...calls: Call[]) {
  const learner = createLearner();
  for (const [i, one] of calls.entries()) learner.observe({ ...one, invocation: `i-${i}` });
  return documentOf(recommend(usageOf('resize', learner.document().functions.resize!).uses));
}
const allows = (document: unknown, call: Call): boolean =>
  requestsOf(call).every(
    (request) => evaluate({ policies: [readPolicy(document, 'p')], boundary: null }, request).allowed,
  );

describe('a table of many kinds of things', () => {
  const document = recommended(query('USER#'), query('USER#'), query('ORDER#'));

  it('is granted for the partition keys that were seen', () => {
    expect(document.Statement).toEqual([
      {
        Sid: expect.any(String),
        Effect: 'Allow',
        Action: 'dynamodb:Query',
        Resource: ORDERS,
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ORDER#*', 'USER#*'] } },
      },
    ]);
  });
  it('allows the calls that it was made of, and no other kind', () => {
    expect(allows(document, query('USER#'))).toBe(true);
    expect(allows(document, query('ORDER#'))).toBe(true);
    expect(allows(document, query('PAYMENT#'))).toBe(false);
    expect(allows(document, query('ORDERS#'))).toBe(false);
  });
  it('has no condition where a call did not tell', () => {
    expect(recommended(query('USER#'), query(null)).Statement[0]).not.toHaveProperty('Condition');
  });
  it('leaves actions without keys alone', () => {
    const scan = aws('dynamodb', 'Scan', ORDERS, { prefix: 'USER#' });
    expect(recommended(scan).Statement[0]).not.toHaveProperty('Condition');
  });
});

describe('a key of which only the begin is known', () => {
  const policy = (like: string) => ({
    Statement: {
      Effect: 'Allow',
      Action: 'dynamodb:Query',
      Resource: '*',
      Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [like] } },
    },
  });
  it('may be the one that a condition names', () => {
    const [request] = requestsOf(query('USER#'));
    const decided = evaluate({ policies: [readPolicy(policy('USER#42'), 'p')], boundary: null }, request!);
    expect(decided).toMatchObject({ allowed: true, assumed: ['dynamodb:LeadingKeys'] });
  });
  it('is not one that begins otherwise', () => expect(allows(policy('ORDER#42'), query('USER#'))).toBe(false));
});
