import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VARYING } from '../../../extension/identify/alike.ts';
import { identify, identifyAnew } from '../../../extension/identify/identify.ts';
import type { Identification, NamedRequest, RequestHead } from '../../../extension/identify/request.ts';

const CONTEXT = { account: '111122223333' };
const SIGNATURE = 'ab'.repeat(32);

const signed = (service: string, more: readonly [string, string][], over: Partial<RequestHead> = {}): RequestHead => {
  const host = over.sni ?? `${service}.us-east-1.amazonaws.com`;
  return {
    method: 'POST',
    target: '/',
    headers: [
      ['host', host],
      ...more,
      ['user-agent', 'aws-sdk-js/3'],
      ['x-amz-date', '20261125T120000Z'],
      ['x-amz-security-token', 'token'],
      [
        'authorization',
        `AWS4-HMAC-SHA256 Credential=ASIAYRXF6TDQHZ6ZXEZJ/20261125/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${SIGNATURE}`,
      ],
    ],
    scheme: 'https',
    authority: null,
    sni: host,
    connect: `${host}:443`,
    ...over,
  };
};

const json = (target: string): [string, string][] => [
  ['content-type', 'application/x-amz-json-1.0'],
  ['x-amz-target', target],
];
const bucket = {
  method: 'GET',
  sni: 'photos.s3.us-east-1.amazonaws.com',
  connect: 'photos.s3.us-east-1.amazonaws.com:443',
};
const requests: readonly (readonly [RequestHead, string])[] = [
  [signed('dynamodb', json('DynamoDB_20120810.GetItem')), '{"TableName":"Orders","Key":{"id":{"S":"1"}}}'],
  [signed('sqs', json('AmazonSQS.SendMessage')), '{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/111122223333/q"}'],
  [signed('s3', [], { ...bucket, target: '/a/b.jpg?x-id=GetObject' }), ''],
  [signed('s3', [['x-amz-copy-source', 'other/key']], { ...bucket, method: 'PUT', target: '/a/b.jpg' }), ''],
  [
    signed('sns', [['content-type', 'application/x-www-form-urlencoded']]),
    'Action=Publish&Version=2010-03-31&TopicArn=arn:aws:sns:us-east-1:111122223333:t',
  ],
  [signed('lambda', [], { target: '/2015-03-31/functions/other/invocations' }), '{}'],
];

const texts = fc.constantFrom(
  '',
  'x',
  'DynamoDB_20120810.Scan',
  'AmazonSQS.SendMessage',
  'other/else',
  'application/x-amz-json-1.1',
  'photos.s3.us-east-1.amazonaws.com',
  'sqs.us-east-1.amazonaws.com',
  'cd'.repeat(32),
);
const names = fc.constantFrom(
  'host',
  'x-amz-target',
  'X-Amz-Target',
  'content-type',
  'x-amz-copy-source',
  'x-amz-date',
  'authorization',
  'user-agent',
  'content-length',
  'transfer-encoding',
  'x-amz_date',
  'x-http-method',
  'x-own',
);
const targets = fc.constantFrom(
  '/',
  '/a/c.jpg',
  '/a/b.jpg?x-id=GetObject',
  '/?uploads',
  '/a?uploadId=1&partNumber=2',
  '/a#b',
  '/a b',
  '/../a',
  '/a%2e',
  '/a?X-Amz-Signature=1',
  '/a?AWSAccessKeyId=AKIA',
  'https://photos.s3.us-east-1.amazonaws.com/a',
  '/2015-03-31/functions/mine/invocations',
  '/?Action=Publish',
  '',
);
const at = fc.nat({ max: 12 });
type Change = (head: RequestHead) => RequestHead;
const fields = (head: RequestHead, work: (list: (readonly [string, string])[]) => void): RequestHead => {
  const headers = [...head.headers];
  work(headers);
  return { ...head, headers };
};
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(at, texts).map(
    ([i, text]): Change =>
      (head) =>
        fields(head, (list) => void list.splice(i % list.length, 1, [list[i % list.length]![0], text])),
  ),
  fc.tuple(at, names, texts).map(
    ([i, name, text]): Change =>
      (head) =>
        fields(head, (list) => void list.splice(i, 0, [name, text])),
  ),
  at.map(
    (i): Change =>
      (head) =>
        fields(head, (list) => void list.splice(i % list.length, 1)),
  ),
  fc
    .constantFrom('Credential=A/20260101/eu-west-1/s3/aws4_request', 'f'.repeat(10), 'g'.repeat(64), 'cd'.repeat(32))
    .map(
      (tail): Change =>
        (head) => ({
          ...head,
          headers: head.headers.map(([name, value]) => [name, value.replace(SIGNATURE, tail)] as const),
        }),
    ),
  targets.map(
    (target): Change =>
      (head) => ({ ...head, target }),
  ),
  fc.constantFrom('GET', 'POST', 'PUT', 'HEAD').map(
    (method): Change =>
      (head) => ({ ...head, method }),
  ),
  texts.map(
    (sni): Change =>
      (head) => ({ ...head, sni }),
  ),
  texts.map(
    (authority): Change =>
      (head) => ({ ...head, authority }),
  ),
  fc.constantFrom('http' as const, 'https' as const).map(
    (scheme): Change =>
      (head) => ({ ...head, scheme }),
  ),
  fc.constant<Change>((head) => head),
);
const bodies = fc.constantFrom<string | null>(
  null,
  null,
  '',
  '{"TableName":"Other"}',
  '{"TableName":1}',
  'Action=Subscribe&Version=2010-03-31',
  'Action=Publish&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE',
  '{',
);

const named = (found: Identification, body: string, truncated: boolean) =>
  found.kind === 'named' ? found.named : { cap: found.cap, named: found.name(Buffer.from(body), truncated) };

describe('a head that is like one before', () => {
  it('is named as it would be if it were the first', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom(...requests),
            fc.array(change, { maxLength: 2 }),
            bodies,
            fc.constantFrom('111122223333', null),
            fc.boolean(),
          ),
          { minLength: 2, maxLength: 24 },
        ),
        (list) => {
          for (const [[head, body], changes, other, account, truncated] of list) {
            const changed = changes.reduce((one, work) => work(one), head);
            const given = other ?? body;
            expect(named(identify(changed, { account }), given, truncated)).toEqual(
              named(identifyAnew(changed, { account }), given, truncated),
            );
            // What a change has left behind must not stick to the head that it was made from
            expect(named(identify(head, CONTEXT), body, false)).toEqual(
              named(identifyAnew(head, CONTEXT), body, false),
            );
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is the same answer for the same target and the same body, from the second time on', () => {
    const [head, body] = requests[0]!;
    // Never seen before, whatever other tests have left behind
    const own: RequestHead = { ...head, headers: [...head.headers, ['x-own', 'once']] };
    const name = () => {
      const again = { ...own, headers: own.headers.map(([field, value]) => [field, value] as const) };
      return (named(identify(again, CONTEXT), body, false) as { named: NamedRequest }).named;
    };
    expect(name()).toBe(name());
  });

  it('needs the same list where it needs the same, whatever else is in the body', () => {
    const [head] = requests[0]!;
    const access = (body: string) =>
      (named(identify(head, CONTEXT), body, false) as { named: NamedRequest }).named.access;
    expect(access('{"TableName":"Orders","Key":{"id":{"S":"2"}}}')).toBe(
      access('{"TableName":"Orders","Key":{"id":{"S":"3"}}}'),
    );
    expect(access('{"TableName":"Others"}')).not.toEqual(access('{"TableName":"Orders"}'));
  });

  it('differs in nothing of which the catalog reads the value', () => {
    const folder = new URL('../../../extension/identify/catalog/generated/', import.meta.url);
    const files = readdirSync(folder).filter((file) => file.endsWith('.txt'));
    const read = new Set(
      files.flatMap((file) =>
        [...readFileSync(new URL(file, folder), 'utf8').matchAll(/\^([a-z0-9-]+)/gi)].map(([, name]) =>
          name!.toLowerCase(),
        ),
      ),
    );
    expect(read.size).toBeGreaterThan(10);
    expect([...read].filter((name) => VARYING.has(name))).toEqual([]);
  });
});
