import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestHead } from '../../../extension/identify/request.ts';
import { FORM, type Header, head, json, nameOf, needs, signed } from './sign.ts';

/** What an attacker wants done, and the harmless thing that a reader could be led to see instead. */
interface Attack {
  readonly request: RequestHead;
  readonly body: string;
  /** What it needs when it is read as it is. */
  readonly truth: readonly string[];
}

const ATTACKS: readonly Attack[] = [
  {
    request: head('POST', 'https://dynamodb.us-east-1.amazonaws.com/', [
      signed('dynamodb'),
      ...json('DynamoDB_20120810.DeleteTable'),
    ]),
    body: '{"TableName":"Customers"}',
    truth: ['dynamodb:DeleteTable arn:aws:dynamodb:us-east-1:111122223333:table/Customers'],
  },
  {
    request: head('POST', 'https://sqs.us-east-1.amazonaws.com/', [signed('sqs'), FORM]),
    body: 'Action=PurgeQueue&Version=2012-11-05&QueueUrl=https%3A%2F%2Fsqs.us-east-1.amazonaws.com%2F111122223333%2Fother',
    truth: ['sqs:PurgeQueue arn:aws:sqs:us-east-1:111122223333:other'],
  },
  {
    request: head('DELETE', 'https://backups.s3.us-east-1.amazonaws.com/2025.tgz', [signed('s3')]),
    body: '',
    truth: ['s3:DeleteObject arn:aws:s3:::backups/2025.tgz'],
  },
  {
    request: head('DELETE', 'https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/billing', [signed('lambda')]),
    body: '',
    truth: ['lambda:DeleteFunction arn:aws:lambda:us-east-1:111122223333:function:billing'],
  },
];

/** Fields that a careless reader would take for what counts. */
const decoyField: fc.Arbitrary<Header> = fc.oneof(
  fc.constantFrom<Header[]>(
    ['X-Amz-Target', 'DynamoDB_20120810.GetItem'],
    ['x-amz-target', 'AmazonSQS.ListQueues'],
    ['Host', 'photos.s3.us-east-1.amazonaws.com'],
    ['host', 'sts.us-east-1.amazonaws.com'],
    signed('sts'),
    signed('s3'),
    ['Content-Type', 'application/x-amz-json-1.1'],
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Content-Encoding', 'gzip'],
    ['Smithy-Protocol', 'rpc-v2-cbor'],
    ['X-HTTP-Method-Override', 'GET'],
    ['x-amz-copy-source', '/photos/a'],
    ['Transfer-Encoding', 'chunked'],
    ['Content-Length', '0'],
    ['x-amz-account-id', '111122223333'],
  ),
  fc.tuple(
    fc.constantFrom('x-amz-meta-a', 'accept', 'x-amz-date', 'user-agent'),
    fc.string({ unit: 'binary-ascii', maxLength: 10 }),
  ),
);

const decoyParameter = fc.constantFrom(
  'Action=ListQueues',
  'action=GetCallerIdentity',
  'x-id=GetObject',
  'acl',
  'list-type=2',
  'location',
  'X-Amz-Credential=AKIA/20260101/us-east-1/sts/aws4_request',
  'prefix=photos',
  'a=b',
  'versionId=',
);

type Change = (attack: Attack) => Attack;

const withRequest =
  (changes: (request: RequestHead) => Partial<RequestHead>): Change =>
  (attack) => ({
    ...attack,
    request: { ...attack.request, ...changes(attack.request) },
  });

/** Each adds something and takes nothing away: what the service did before it would still do, if it ignored the addition. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .tuple(decoyField, fc.boolean())
    .map(([field, first]) =>
      withRequest(({ headers }) => ({ headers: first ? [field, ...headers] : [...headers, field] })),
    ),
  decoyParameter.map((parameter) =>
    withRequest(({ target }) => ({ target: `${target}${target.includes('?') ? '&' : '?'}${parameter}` })),
  ),
  fc
    .constantFrom('photos.s3.us-east-1.amazonaws.com', 'sts.us-east-1.amazonaws.com', null)
    .map((sni) => withRequest(() => ({ sni }))),
  fc.constantFrom('sts.us-east-1.amazonaws.com', null).map((authority) => withRequest(() => ({ authority }))),
  fc
    .constantFrom<[string, string][]>(
      ['{"TableName"', '{"TableName":"Photos","TableName"'],
      ['"Customers"}', '"Customers","TableName":"Photos"}'],
      ['"Customers"}', '"Customers","tablename":"Photos"}'],
      ['Action=', 'Action=ListQueues&Action='],
      ['Version=', 'action=ListQueues&Version='],
      ['QueueUrl=', 'QueueUrl=https%3A%2F%2Fx%2F1%2Fphotos&QueueUrl='],
    )
    .map(
      ([from, to]): Change =>
        (attack) => ({ ...attack, body: attack.body.replace(from, to) }),
    ),
);

describe('an attack with harmless things added', () => {
  it('is named as what it is, or doubted, never as the harmless thing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ATTACKS), fc.array(change, { minLength: 1, maxLength: 3 }), (attack, changes) => {
        const { request, body, truth } = changes.reduce((so, one) => one(so), attack);
        const named = nameOf(request, body);
        if (named.certainty !== 'exact') return;
        for (const needed of truth) {
          const [action, resource] = needed.split(' ') as [string, string];
          const found = needs(named).find(
            (other) => other.startsWith(`${action} `) || other.startsWith(`${action}Version `),
          );
          expect([resource, '*']).toContain(found?.split(' ').slice(1).join(' '));
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('any request', () => {
  const text = fc.oneof(fc.string({ unit: 'binary-ascii', maxLength: 40 }), fc.string({ maxLength: 20 }));
  const header = fc.tuple(
    fc.oneof(
      fc.constantFrom(
        'Host',
        'Authorization',
        'X-Amz-Target',
        'Content-Type',
        'Content-Encoding',
        'Smithy-Protocol',
        'x-amz-copy-source',
      ),
      text,
    ),
    fc.oneof(
      text,
      fc.constantFrom(
        's3.us-east-1.amazonaws.com',
        'dynamodb.us-east-1.amazonaws.com',
        signed('s3')[1],
        signed('dynamodb')[1],
        signed('execute-api')[1],
        'application/x-amz-json-1.0',
        'multipart/form-data; boundary=x',
      ),
    ),
  );
  const anyHead: fc.Arbitrary<RequestHead> = fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'CONNECT'), text),
    target: fc.oneof(
      text,
      fc
        .array(fc.constantFrom('/', 'a', '%2e', '..', '?', '&', '=', '%', 'acl', '@connections', '#', '+', ':'), {
          maxLength: 12,
        })
        .map((parts) => `/${parts.join('')}`),
    ),
    headers: fc.array(header, { maxLength: 6 }),
    scheme: fc.constantFrom('http', 'https'),
    authority: fc.option(text),
    sni: fc.option(text),
    connect: fc.option(text),
  });

  it('gets a name, and never an error', () => {
    fc.assert(
      fc.property(anyHead, fc.uint8Array({ maxLength: 60 }), (request, body) => {
        const named = nameOf(request, body);
        expect(['exact', 'ambiguous', 'unknown']).toContain(named.certainty);
        if (named.certainty !== 'exact')
          expect(named).toMatchObject({
            operation: null,
            access: [{ action: `${named.service}:*`, resources: ['*'] }],
          });
        else expect(named.operation).toBeTruthy();
      }),
      { numRuns: 5_000 },
    );
  });

  it('gets the same name twice', () => {
    fc.assert(
      fc.property(anyHead, fc.uint8Array({ maxLength: 60 }), (request, body) => {
        expect(nameOf(request, body)).toEqual(nameOf(request, body));
      }),
    );
  });

  it('of any length is named', () => {
    const long = 'a/'.repeat(200_000);
    expect(nameOf(head('GET', `https://lambda.us-east-1.amazonaws.com/${long}`, [signed('lambda')])).certainty).toBe(
      'unknown',
    );
    // Longer than any key: doubted, so that no record takes it.
    expect(nameOf(head('GET', `https://photos.s3.us-east-1.amazonaws.com/${long}`, [signed('s3')])).certainty).toBe(
      'ambiguous',
    );
    expect(
      nameOf(
        head(
          'GET',
          `https://photos.s3.us-east-1.amazonaws.com/?${Array.from({ length: 100_000 }, (_, index) => `a${index}=b`).join('&')}`,
          [signed('s3')],
        ),
      ).operation,
    ).toBe('ListObjects');
    expect(
      nameOf(head('GET', `https://photos.s3.us-east-1.amazonaws.com/${'%25'.repeat(1_000)}`, [signed('s3')])).certainty,
    ).toBe('exact');
  });
});
