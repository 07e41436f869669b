import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { requestsOf } from '../../../baseline/policy/call-request.ts';
import { type PolicyDocument, readPolicy } from '../../../baseline/policy/document.ts';
import { evaluate } from '../../../baseline/policy/evaluate.ts';
import { documentOf, recommend } from '../../../baseline/policy/recommend.ts';
import { fitOne, MANAGED_LIMIT, SESSION_LIMIT, sizeOf, split } from '../../../baseline/policy/size.ts';
import { usageOf } from '../../../baseline/policy/usage.ts';
import { anyCalls } from '../arbitrary.ts';
import { arn, aws, call, get, put, resized, uuid } from '../calls.ts';

function learned(calls: readonly Call[]) {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  const baseline = learner.document().functions.resize;
  return baseline === undefined ? { uses: [], leftOut: [] } : usageOf('resize', baseline);
}

const policyOf = (calls: readonly Call[]): PolicyDocument => documentOf(recommend(learned(calls).uses));

const allows = (document: PolicyDocument, recorded: Call): boolean =>
  requestsOf(recorded).every(
    (request) => evaluate({ policies: [readPolicy(document, 'p')], boundary: null }, request).allowed,
  );

describe('the recommended policy', () => {
  const work = Array.from({ length: 40 }, (_, i) => resized(uuid(i), `inv-${i}`)).flat();

  it('reads as a person would write it', () => {
    expect(policyOf(work)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DynamoDBPutItemPictures',
          Effect: 'Allow',
          Action: 'dynamodb:PutItem',
          Resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/Pictures',
        },
        {
          Sid: 'S3GetObjectPhotos',
          Effect: 'Allow',
          Action: 's3:GetObject',
          Resource: 'arn:aws:s3:::photos/uploads/*.jpg',
        },
        {
          Sid: 'S3PutObjectPhotos',
          Effect: 'Allow',
          Action: 's3:PutObject',
          Resource: ['arn:aws:s3:::photos/thumbs/320/*.webp', 'arn:aws:s3:::photos/thumbs/64/*.webp'],
        },
      ],
    });
  });

  it('allows the next picture, and nothing beside it', () => {
    const document = policyOf(work);
    expect(resized(uuid(999), 'inv-999').every((one) => allows(document, one))).toBe(true);
    expect(allows(document, get('photos/private/a.jpg'))).toBe(false);
    expect(allows(document, put('photos/uploads/a.jpg'))).toBe(false);
    expect(allows(document, get('backups/a.jpg'))).toBe(false);
    expect(allows(document, aws('dynamodb', 'Scan', arn('dynamodb', 'table/Pictures')))).toBe(false);
  });

  it('puts a star where names keep changing although few were seen', () => {
    const few = Array.from({ length: 6 }, (_, i) => get(`photos/in/INV-${i * 37}.pdf`, { invocation: `i-${i}` }));
    expect(policyOf(few).Statement[0]!.Resource).toBe('arn:aws:s3:::photos/in/INV-*.pdf');
  });

  it('names a file that is always the same', () => {
    const same = Array.from({ length: 30 }, (_, i) => get('config/settings.json', { invocation: `i-${i}` }));
    expect(policyOf(same).Statement[0]!.Resource).toBe('arn:aws:s3:::config/settings.json');
  });

  it('allows every recorded call, whatever was recorded', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const document = policyOf(calls);
        for (const one of calls) if (one.access.length > 0) expect(allows(document, one)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('limits a listing to the prefixes that were asked for', () => {
    const listed = ['raw/ios/', 'raw/web/'].map((prefix, i) =>
      call({ prefix, invocation: `i-${i}`, access: [{ action: 's3:ListBucket', resources: ['arn:aws:s3:::photos'] }] }),
    );
    expect(policyOf(listed).Statement).toEqual([
      {
        Sid: 'S3ListBucketPhotos',
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::photos',
        Condition: { StringLike: { 's3:prefix': ['raw/ios/', 'raw/web/'] } },
      },
    ]);
  });

  it('holds what has no resource to its regions', () => {
    const listed = aws('sqs', 'ListQueues', 'arn:aws:sqs:eu-west-1:111122223333:*');
    expect(policyOf([listed]).Statement[0]).toMatchObject({
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    });
  });

  it('says to which service a role may be passed', () => {
    const role = 'arn:aws:iam::111122223333:role/worker';
    const made = call({
      operation: 'CreateFunction',
      service: 'lambda',
      access: [
        { action: 'lambda:CreateFunction', resources: [arn('lambda', 'function:w')] },
        { action: 'iam:PassRole', resources: [role] },
      ],
    });
    expect(policyOf([made]).Statement).toContainEqual({
      Sid: 'IAMPassRoleWorker',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    });
  });

  it('grants a table of Glue with its database and catalog, which IAM asks for too', () => {
    const [statement, ...more] = policyOf([aws('glue', 'GetPartitions', arn('glue', 'table/lake/events'))]).Statement;
    expect(more).toEqual([]);
    expect(statement!.Resource).toEqual([
      arn('glue', 'catalog'),
      arn('glue', 'database/lake'),
      arn('glue', 'table/lake/events'),
    ]);
  });

  it('fills in the account where a request did not name it', () => {
    expect(policyOf([aws('sqs', 'SendMessage', 'arn:aws:sqs:eu-west-1:*:jobs')]).Statement[0]!.Resource).toBe(
      arn('sqs', 'jobs'),
    );
  });

  it('leaves out what could not be named, what other keys signed, and what AWS always refused', () => {
    const { uses, leftOut } = learned([
      call({ certainty: 'unknown', operation: null, access: [{ action: 's3:*', resources: ['*'] }] }),
      call({
        issuedAccessKeyId: 'ASIAOTHER',
        access: [{ action: 'sts:AssumeRole', resources: ['arn:aws:iam::111122223333:role/r'] }],
      }),
      get('elsewhere/a', { accessKeyId: 'ASIAOTHER' }),
      aws('dynamodb', 'Scan', arn('dynamodb', 'table/Secret'), { errorCode: 'AccessDeniedException', status: 400 }),
    ]);
    expect(uses.map(({ action }) => action)).toEqual(['sts:AssumeRole']);
    expect(leftOut.map(({ action, why }) => [action, why])).toEqual([
      ['dynamodb:Scan', 'always-denied'],
      ['s3:*', 'unnamed'],
      ['s3:GetObject', 'other-credentials'],
    ]);
  });

  it('keeps an action that AWS refused on one thing and allowed on another, in one invocation', () => {
    const { uses, leftOut } = learned([
      get('photos/a.jpg', { invocation: 'i' }),
      get('photos/b.jpg', { invocation: 'i', errorCode: 'AccessDenied', status: 403 }),
    ]);
    expect(leftOut).toEqual([]);
    expect(uses.map(({ action }) => action)).toEqual(['s3:GetObject']);
  });

  it('writes characters that IAM would read as wildcards as themselves', () => {
    const odd = get('photos/what?.jpg');
    const document = policyOf([odd]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own escape
    expect(document.Statement[0]!.Resource).toBe('arn:aws:s3:::photos/what${?}.jpg');
    expect(allows(document, odd)).toBe(true);
    expect(allows(document, get('photos/whatX.jpg'))).toBe(false);
  });

  it('traces every statement to its evidence', () => {
    for (const statement of recommend(learned(work).uses)) {
      expect(statement.evidence.length).toBeGreaterThan(0);
      for (const { action, invocations } of statement.evidence) {
        expect(statement.actions).toContain(action);
        expect(invocations).toBeGreaterThan(0);
      }
    }
  });
});

describe('size limits', () => {
  const words = Array.from({ length: 240 }, (_, i) =>
    aws('sqs', 'SendMessage', arn('sqs', `queue-of-the-tenant-number-${i}`)),
  );
  const statements = recommend(learned([...words, get('photos/a')]).uses);

  it('cuts what is too long into several policies that together allow the same', () => {
    const parts = split(statements, MANAGED_LIMIT);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(sizeOf(documentOf(part))).toBeLessThanOrEqual(MANAGED_LIMIT);
    const sids = parts.flat().map(({ sid }) => sid);
    expect(new Set(sids).size).toBe(sids.length);
    const policies = parts.map((part) => readPolicy(documentOf(part), 'p'));
    const all = words.flatMap((one) => requestsOf(one));
    expect(all.every((request) => evaluate({ policies, boundary: null }, request).allowed)).toBe(true);
  });

  it('widens a ceiling only as far as it must', () => {
    expect(fitOne(statements.slice(0, 1), MANAGED_LIMIT)?.widened).toBe('none');
    const session = fitOne(statements, SESSION_LIMIT)!;
    expect(session.widened).toBe('services');
    expect(sizeOf(session.document)).toBeLessThanOrEqual(SESSION_LIMIT);
    expect(session.document.Statement.flatMap(({ Action }) => Action)).toEqual(['s3:GetObject', 'sqs:SendMessage']);
  });
});
