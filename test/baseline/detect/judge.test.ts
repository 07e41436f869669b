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

describe('a role of one name in many accounts', () => {
  const role = (account: string, name = 'export-writer') => `arn:aws:iam::${account}:role/${name}`;
  const assume = (account: string, key: string, given: Partial<Call> = {}) =>
    aws('sts', 'AssumeRole', role(account), { issuedAccessKeyId: key, id: key, invocation: key, ...given });
  const use = (account: string, key: string) =>
    put(`tenant-${account}/${uuid(1)}.csv`, { accessKeyId: key, account, id: `${key}-use`, invocation: key });
  const accounts = Array.from({ length: 6 }, (_, n) => `10000000000${n}`);
  const judge = () =>
    learned(
      Array.from({ length: 60 }, (_, n) => {
        const account = accounts[n % 6]!;
        return [assume(account, `ASIA${n}`), use(account, `ASIA${n}`)];
      }).flat(),
    );
  const told = (held: Judge, calls: readonly Call[]) =>
    calls.flatMap((one) => [...held.before(one), ...held.after(one)]).filter(({ severity }) => severity !== 'info');

  it('is one story for one account more, told with what its key does, and once', () => {
    const held = judge();
    const first = told(held, [assume('200000000000', 'ASIAX'), use('200000000000', 'ASIAX')]);
    expect(first.map(({ detector, severity }) => [detector, severity])).toContainEqual(['resource', 'medium']);
    expect(new Set(first.map(({ key }) => key)).size).toBe(1);
    expect(told(held, [assume('200000000000', 'ASIAY'), use('200000000000', 'ASIAY')])).toEqual([]);
  });

  it('is critical under another name', () => {
    const [found] = judge().before(aws('sts', 'AssumeRole', role(accounts[0]!, 'admin'), { id: 'x' }));
    expect(found).toMatchObject({ detector: 'resource', kind: 'scope', severity: 'critical' });
  });
});

describe('a host where anybody can leave data', () => {
  const host = (n: number) => `hooks.shop${String.fromCharCode(97 + (n % 20))}.com:443`;
  const judge = learned(
    Array.from({ length: 200 }, (_, n) => connect(host(Math.min(n, Math.floor(n / 10))), { invocation: `inv-${n}` })),
  );

  it.each(['file.io:443', 'abc.ngrok-free.app:443', 'webhook.site:443'])('is critical among customers: %s', (one) => {
    expect(judge.before(connect(one))).toMatchObject([{ detector: 'egress', severity: 'critical' }]);
  });
  it('is not whoever has it in a name', () => {
    expect(judge.before(connect('hooks.my-file.io.example.com:443'))).toMatchObject([{ detector: 'egress' }]);
    expect(judge.before(connect('hooks.profile.iom:443'))[0]!.severity).not.toBe('critical');
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

it('a role more of those that each tenant has is one of a kind, any other is not', () => {
  const assume = (name: string, invocation: string) =>
    aws('sts', 'AssumeRole', `arn:aws:iam::111122223333:role/${name}`, { invocation });
  const tenants = Array.from({ length: 12 }, (_, n) => assume(`tenant-t${uuid(n).slice(0, 6)}-data`, `inv-${n}`));
  const judge = learned(tenants);
  expect(judge.before(assume('tenant-newcomer-data', 'a'))).toMatchObject([{ kind: 'scope', severity: 'medium' }]);
  expect(judge.before(assume('admin', 'b'))).toMatchObject([{ kind: 'scope', severity: 'high' }]);
});
