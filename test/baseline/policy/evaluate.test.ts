import { describe, expect, it } from 'vitest';
import { requestsOf } from '../../../baseline/policy/call-request.ts';
import { readPolicy } from '../../../baseline/policy/document.ts';
import { evaluate } from '../../../baseline/policy/evaluate.ts';
import { arn, aws, call, get } from '../calls.ts';

const policy = (...statements: unknown[]) =>
  readPolicy({ Version: '2012-10-17', Statement: statements }, 'policy.json');
const allow = (Action: unknown, Resource: unknown, Condition?: unknown) => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});
const deny = (Action: unknown, Resource: unknown, Condition?: unknown) => ({
  Effect: 'Deny',
  Action,
  Resource,
  Condition,
});
const strip = (statement: object) => JSON.parse(JSON.stringify(statement));

function decide(statements: object[], recorded: Parameters<typeof requestsOf>[0], boundary: object[] | null = null) {
  const grants = {
    policies: [policy(...statements.map(strip))],
    boundary: boundary === null ? null : policy(...boundary.map(strip)),
  };
  return evaluate(grants, requestsOf(recorded)[0]!);
}

const read = get('photos/a.jpg');

describe('the evaluation of a policy', () => {
  it('denies what nothing allows', () => {
    expect(decide([allow('s3:PutObject', '*')], read)).toMatchObject({ allowed: false, denial: 'implicit' });
  });

  it('compares actions without regard to case', () => {
    expect(decide([allow('S3:getobject', 'arn:aws:s3:::photos/*')], read).allowed).toBe(true);
  });

  it('lets a Deny win over every Allow', () => {
    const decision = decide([allow('*', '*'), { Sid: 'NoPhotos', ...deny('s3:*', 'arn:aws:s3:::photos/*') }], read);
    expect(decision).toMatchObject({ allowed: false, denial: 'explicit', statement: { sid: 'NoPhotos' } });
  });

  it('reads NotAction and NotResource as everything else', () => {
    expect(decide([{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], read).allowed).toBe(true);
    expect(decide([{ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }], read).allowed).toBe(false);
    expect(decide([{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::photos/*' }], read).allowed).toBe(
      false,
    );
  });

  it('asks every level of the organization', () => {
    const grants = (...levels: object[][]) => ({
      policies: [policy(allow('s3:*', '*'))],
      boundary: null,
      controls: levels.map((level) => [policy(...level.map(strip))]),
    });
    const all = allow('*', '*');
    const [request] = requestsOf(read);
    expect(evaluate(grants([all], [all]), request!).allowed).toBe(true);
    expect(evaluate(grants([all], [allow('sqs:*', '*')]), request!)).toMatchObject({
      allowed: false,
      denial: 'control',
      statement: null,
    });
    const elsewhere = deny('*', '*', { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } });
    expect(evaluate(grants([all, { Sid: 'OneRegion', ...elsewhere }]), request!)).toMatchObject({
      allowed: false,
      denial: 'control',
      statement: { sid: 'OneRegion' },
    });
  });

  it('asks the boundary too', () => {
    expect(decide([allow('*', '*')], read, [allow('s3:PutObject', '*')])).toMatchObject({
      allowed: false,
      denial: 'boundary',
    });
    expect(decide([allow('*', '*')], read, [allow('s3:*', '*')]).allowed).toBe(true);
  });

  it('needs a star for an action that takes no resource', () => {
    const list = call({ access: [{ action: 'sqs:ListQueues', resources: ['arn:aws:sqs:eu-west-1:111122223333:*'] }] });
    expect(decide([allow('sqs:ListQueues', 'arn:aws:sqs:eu-west-1:111122223333:*')], list).allowed).toBe(false);
    expect(decide([allow('sqs:ListQueues', '*')], list).allowed).toBe(true);
  });

  it('takes the caller’s account where the request named none', () => {
    const put = aws('sqs', 'SendMessage', 'arn:aws:sqs:eu-west-1:*:jobs');
    expect(decide([allow('sqs:SendMessage', arn('sqs', 'jobs'))], put).allowed).toBe(true);
    expect(decide([allow('sqs:SendMessage', 'arn:aws:sqs:eu-west-1:999999999999:jobs')], put).allowed).toBe(false);
  });

  it('never takes an unknown key of a bucket for a known one', () => {
    const batch = call({ access: [{ action: 's3:DeleteObject', resources: ['arn:aws:s3:::photos/*'] }] });
    expect(decide([allow('s3:DeleteObject', 'arn:aws:s3:::photos/tmp/*')], batch).allowed).toBe(false);
    expect(decide([allow('s3:DeleteObject', 'arn:aws:s3:::photos/*')], batch).allowed).toBe(true);
  });
});

describe('conditions', () => {
  const list = (prefix: string | null) =>
    call({ prefix, access: [{ action: 's3:ListBucket', resources: ['arn:aws:s3:::photos'] }] });
  const listing = (Condition: unknown) => [allow('s3:ListBucket', 'arn:aws:s3:::photos', Condition)];

  it.each([
    [{ StringLike: { 's3:prefix': ['raw/*'] } }, 'raw/ios/', true],
    [{ StringLike: { 's3:prefix': ['raw/*'] } }, 'private/', false],
    [{ StringLike: { 's3:prefix': ['raw/*'] } }, null, false],
    [{ StringLikeIfExists: { 's3:prefix': ['raw/*'] } }, null, true],
    [{ StringNotLike: { 's3:prefix': ['private/*'] } }, 'raw/', true],
    [{ Null: { 's3:prefix': 'true' } }, null, true],
    [{ Null: { 's3:prefix': 'true' } }, 'raw/', false],
    [{ StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } }, null, true],
    [{ StringEquals: { 'aws:requestedregion': 'us-east-1' } }, null, false],
    [{ StringEqualsIgnoreCase: { 'aws:RequestedRegion': 'EU-WEST-1' } }, null, true],
    [{ DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, null, false],
    [{ NumericGreaterThan: { 'aws:EpochTime': '1' } }, null, true],
    [{ Bool: { 'aws:ViaAWSService': 'true' } }, null, false],
    [{ 'ForAnyValue:StringEquals': { 's3:prefix': ['a', 'b'] } }, 'b', true],
    [{ 'ForAllValues:StringEquals': { 's3:prefix': ['a', 'b'] } }, null, true],
  ])('%j on the prefix %j: %s', (condition, prefix, expected) => {
    expect(decide(listing(condition), list(prefix)).allowed).toBe(expected);
  });

  it('takes what no record has as fulfilled in Allow and not in Deny, and names it', () => {
    const inVpc = { StringEquals: { 'aws:SourceVpce': 'vpce-1' } };
    expect(decide([allow('*', '*', inVpc)], read)).toMatchObject({ allowed: true, assumed: ['aws:SourceVpce'] });
    expect(decide([allow('*', '*'), deny('*', '*', inVpc)], read)).toMatchObject({
      allowed: true,
      assumed: ['aws:SourceVpce'],
    });
  });
});

describe('reading a policy', () => {
  it.each([
    [{}, 'policy.json: $.Statement is missing'],
    [{ Statement: [{ Effect: 'Maybe', Action: '*', Resource: '*' }] }, '$.Statement[0].Effect is "Maybe"'],
    [{ Statement: { Effect: 'Allow', Resource: '*' } }, '$.Statement[0].Action is missing'],
    [{ Statement: [{ Effect: 'Allow', Action: [{}], Resource: '*' }] }, '$.Statement[0].Action is {}'],
  ])('says where %j is wrong', (value, sentence) => {
    expect(() => readPolicy(value, 'policy.json')).toThrow(sentence);
  });
});
