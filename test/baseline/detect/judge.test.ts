import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge, type Judge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws, call, connect, get, put, resized, uuid } from '../calls.ts';

const learned = (calls: Iterable<Call>): Judge => {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  return createJudge(learner.document().functions.resize!);
};

const normalWork = (invocations: number) =>
  Array.from({ length: invocations }, (_, n) => resized(uuid(n), `inv-${n}`)).flat();

const kinds = (judge: Judge, one: Call) =>
  judge.before(one).map((deviation) => `${deviation.detector} ${deviation.key}`);

describe.each([3, 8, 20, 200])('a judge that learned from %i invocations', (invocations) => {
  const judge = learned(normalWork(invocations));

  it('finds nothing in other pictures of the same kind', () => {
    for (let n = 1000; n < 1040; n++) {
      for (const one of resized(uuid(n), `later-${n}`)) {
        expect(judge.before(one)).toEqual([]);
        expect(judge.after(one)).toEqual([]);
      }
    }
  });

  it.each([
    ['another bucket', get('backups/customers.tgz'), 'resource s3:GetObject arn:aws:s3:::backups/*'],
    [
      'a folder beside the uploads',
      get('photos/secret/list.jpg'),
      'resource s3:GetObject arn:aws:s3:::photos/secret/*',
    ],
    [
      'a path traversal',
      get('photos/uploads/../../etc/passwd'),
      'resource s3:GetObject arn:aws:s3:::photos/uploads/../*',
    ],
    ['another kind of file', get('photos/uploads/id_rsa'), 'resource s3:GetObject arn:aws:s3:::photos/uploads/*'],
    [
      'a size of thumbnail never made',
      put('photos/thumbs/9999/x.webp'),
      'resource s3:PutObject arn:aws:s3:::photos/thumbs/9999/*',
    ],
    [
      'another table',
      aws('dynamodb', 'PutItem', arn('dynamodb', 'table/Users')),
      `resource dynamodb:PutItem ${arn('dynamodb', 'table/Users')}`,
    ],
    [
      'a scan',
      aws('dynamodb', 'Scan', arn('dynamodb', 'table/Pictures')),
      `action dynamodb:Scan ${arn('dynamodb', 'table/Pictures')}`,
    ],
    ['mail', aws('ses', 'SendEmail', arn('ses', 'identity/x')), `action ses:SendEmail ${arn('ses', 'identity/x')}`],
    [
      'a foreign key',
      put('photos/thumbs/64/00000000-0000-4000-a000-000000000000.webp', {
        accessKeyId: 'ASIAEVIL',
        account: '999999999999',
      }),
      'credential key ASIAEVIL',
    ],
    ['an unknown host', connect('evil.example.com:443'), 'egress egress evil.example.com:443'],
    [
      'another region',
      get('photos/uploads/00000000-0000-4000-a000-000000000000.jpg', { region: 'us-east-1' }),
      'region region us-east-1',
    ],
    [
      'a request that can be read in two ways',
      call({ operation: null, certainty: 'ambiguous', access: [{ action: 's3:*', resources: ['*'] }] }),
      'certainty ambiguous request to s3.eu-west-1.amazonaws.com',
    ],
    [
      'an operation that the catalog does not know',
      call({ operation: null, certainty: 'unknown', access: [{ action: 's3:*', resources: ['*'] }] }),
      'certainty unknown operation of s3',
    ],
  ])('finds %s outside the scope', (_, one, expected) => {
    expect(kinds(judge, one)).toContain(expected);
    expect(judge.before(one).every((deviation) => deviation.kind === 'scope')).toBe(true);
  });
});

describe('credentials by lineage', () => {
  const role = arn('iam', 'role/writer');
  const assume = (given: Partial<Call>) =>
    aws('sts', 'AssumeRole', role, { issuedAccessKeyId: 'ASIAISSUED', ...given });

  it('takes a key that a normal AssumeRole issued for known', () => {
    const judge = learned([...normalWork(5), assume({ invocation: 'inv-1' })]);
    judge.after(assume({}));
    expect(kinds(judge, get(`photos/uploads/${uuid(50)}.jpg`, { accessKeyId: 'ASIAISSUED' }))).toEqual([]);
  });

  it('does not where the AssumeRole was no normal one', () => {
    const judge = learned(normalWork(5));
    judge.after(assume({}));
    expect(kinds(judge, get(`photos/uploads/${uuid(50)}.jpg`, { accessKeyId: 'ASIAISSUED' }))).toEqual([
      'credential sts:AssumeRole arn:aws:iam:eu-west-1:111122223333:role/writer',
    ]);
  });

  it('does not judge own or foreign where the own key is not known', () => {
    const judge = learned(normalWork(5));
    expect(kinds(judge, get(`photos/uploads/${uuid(50)}.jpg`, { accessKeyId: 'ASIAX', ownAccessKeyId: null }))).toEqual(
      [],
    );
  });
});

describe('how much has been', () => {
  it('finds a table read out item by item, without refusing it', () => {
    const judge = learned(normalWork(50));
    const found = [];
    for (let i = 0; i < 60; i++) {
      const one = aws('dynamodb', 'PutItem', arn('dynamodb', 'table/Pictures'), { invocation: 'attack' });
      expect(judge.before(one)).toEqual([]);
      found.push(...judge.after(one));
    }
    expect(found.every(({ kind }) => kind === 'unusual')).toBe(true);
    expect(found.find(({ detector }) => detector === 'volume')).toMatchObject({ action: 'dynamodb:PutItem' });
  });

  it('finds one very large body to a known host', () => {
    const judge = learned([...normalWork(20), connect('api.example.com:443', { bytesOut: 3_000 })]);
    const one = connect('api.example.com:443', { bytesOut: 5_000_000, invocation: 'attack' });
    expect(judge.before(one)).toEqual([]);
    expect(judge.after(one)).toMatchObject([{ detector: 'volume', kind: 'unusual', resource: 'api.example.com:443' }]);
  });
});

describe('a table of many kinds of things', () => {
  const query = (prefix: string | null, invocation = 'later') =>
    aws('dynamodb', 'Query', arn('dynamodb', 'table/Orders'), { prefix, invocation });
  const judge = learned(Array.from({ length: 40 }, (_, n) => query(n % 2 === 0 ? 'USER#' : 'ORDER#', `inv-${n}`)));

  it('is normal for the kinds that were seen, and where a request does not tell the kind', () => {
    for (const prefix of ['USER#', 'ORDER#', null]) expect(kinds(judge, query(prefix))).toEqual([]);
  });
  it('is not for another kind', () => {
    expect(kinds(judge, query('PAYMENT#'))).toEqual([expect.stringContaining('resource dynamodb:Query')]);
  });
  it('is for every kind where a baseline knows the table only', () => {
    const older = learned(Array.from({ length: 40 }, (_, n) => query(null, `inv-${n}`)));
    expect(kinds(older, query('USER#'))).toEqual([]);
  });
});
