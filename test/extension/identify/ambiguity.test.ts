import { describe, expect, it } from 'vitest';
import type { RequestHead } from '../../../extension/identify/request.ts';
import { FORM, type Header, head, json, KEY, nameOf, signed } from './sign.ts';

const DYNAMODB = 'https://dynamodb.us-east-1.amazonaws.com/';
const SCAN = json('DynamoDB_20120810.Scan');
const scan = (headers: readonly Header[] = [], changes: Partial<RequestHead> = {}, body = '{"TableName":"T"}') =>
  nameOf(head('POST', DYNAMODB, [signed('dynamodb'), ...SCAN, ...headers], changes), body);
const sqs = (body: string, url = 'https://sqs.us-east-1.amazonaws.com/', headers: readonly Header[] = [FORM]) =>
  nameOf(head('POST', url, [signed('sqs'), ...headers]), body);
const s3 = (method: string, path: string, headers: readonly Header[] = []) =>
  nameOf(head(method, `https://photos.s3.us-east-1.amazonaws.com${path}`, [signed('s3'), ...headers]));
const lambda = (path: string, method = 'GET') =>
  nameOf(head(method, `https://lambda.us-east-1.amazonaws.com${path}`, [signed('lambda')]));

it('is exact as long as nothing is odd', () => {
  expect(scan().certainty).toBe('exact');
  expect(sqs('Action=ListQueues&Version=2012-11-05').certainty).toBe('exact');
  expect(s3('GET', '/a').certainty).toBe('exact');
  expect(lambda('/2015-03-31/functions/f').certainty).toBe('exact');
});

const PRESIGNED = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${KEY}%2F20261125%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0`;

describe.each<[string, () => ReturnType<typeof nameOf>]>([
  ['two X-Amz-Target fields', () => scan([['x-amz-target', 'DynamoDB_20120810.GetItem']])],
  ['two Host fields', () => scan([['HOST', 'dynamodb.us-east-1.amazonaws.com']])],
  ['two Authorization fields', () => scan([signed('dynamodb')])],
  ['two Content-Type fields', () => scan([['content-type', 'application/x-amz-json-1.0']])],
  ['a Host that is not the server name of the handshake', () => scan([], { sni: 'kms.us-east-1.amazonaws.com' })],
  ['a Host that is not the one of the CONNECT', () => scan([], { connect: 'kms.us-east-1.amazonaws.com:443' })],
  ['an :authority that is not the Host', () => scan([], { authority: 'kms.us-east-1.amazonaws.com' })],
  ['an absolute-form target for another host', () => scan([], { target: 'https://kms.us-east-1.amazonaws.com/' })],
  ['an absolute-form target of another scheme', () => scan([], { target: 'http://dynamodb.us-east-1.amazonaws.com/' })],
  ['a target that is neither a path nor a URL', () => scan([], { target: '*' })],
  [
    'a Host with a user before it',
    () => scan([], { headers: [['Host', 'a@dynamodb.us-east-1.amazonaws.com'], ...SCAN] }),
  ],
  [
    'a form said to be in chunks, which whoever ignores that reads otherwise',
    () =>
      sqs('20;x=&Action=PurgeQueue&y=\r\nAction=ListQueues&Version=2012-1\r\n4\r\n1-05\r\n0\r\n\r\n', undefined, [
        FORM,
        ['content-encoding', 'aws-chunked'],
      ]),
  ],
  ['no host at all', () => scan([], { headers: [signed('dynamodb'), ...SCAN] })],
  ['a fragment in the target', () => scan([], { target: '/#' })],
  [
    'both Content-Length and Transfer-Encoding',
    () =>
      scan([
        ['Content-Length', '3'],
        ['Transfer-Encoding', 'chunked'],
      ]),
  ],
  ['a method override', () => scan([['X-HTTP-Method-Override', 'DELETE']])],
  ['a path override', () => scan([['X-Original-URL', '/other']])],
  [
    'a signature for another service than the host',
    () => nameOf(head('POST', DYNAMODB, [signed('sqs'), ...SCAN]), '{}'),
  ],
  [
    'a signature for another region than the host',
    () => nameOf(head('POST', DYNAMODB, [signed('dynamodb', 'eu-west-1'), ...SCAN]), '{}'),
  ],
  ['no signature where one is expected', () => nameOf(head('POST', DYNAMODB, SCAN), '{"TableName":"T"}')],
  ['an unsigned S3 request', () => nameOf(head('GET', 'https://photos.s3.us-east-1.amazonaws.com/a', []))],
  ['a signature in the query and one in the field', () => s3('GET', `/a?${PRESIGNED}`)],
  [
    'two credentials in one field',
    () =>
      nameOf(
        head('POST', DYNAMODB, [
          ['Authorization', `${signed('dynamodb')[1]}, Credential=x/y/z/a/aws4_request`],
          ...SCAN,
        ]),
        '{}',
      ),
  ],
  [
    'a scope of an unusual form',
    () =>
      nameOf(
        head('POST', DYNAMODB, [
          [
            'Authorization',
            `AWS4-HMAC-SHA256 Credential=${KEY}/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
          ],
          ...SCAN,
        ]),
        '{}',
      ),
  ],
  [
    'two X-Amz-Credential parameters',
    () => nameOf(head('GET', `https://photos.s3.us-east-1.amazonaws.com/a?${PRESIGNED}&X-Amz-Credential=x`, [])),
  ],
  [
    'a presigned request in an unusual spelling',
    () => nameOf(head('GET', `https://photos.s3.us-east-1.amazonaws.com/a?${PRESIGNED.toLowerCase()}`, [])),
  ],
  [
    'a signature that does not cover the host',
    () =>
      nameOf(
        head('POST', DYNAMODB, [['Authorization', signed('dynamodb')[1].replace('host;', '')], ...SCAN]),
        '{"TableName":"T"}',
      ),
  ],
  ['a field with underscores', () => scan([['X_Amz_Target', 'DynamoDB_20120810.GetItem']])],
  ['a field with white space in its name', () => scan([['X-Amz-Target ', 'DynamoDB_20120810.GetItem']])],
  [
    'a form in the query and one in the body of a GET',
    () =>
      nameOf(
        head('GET', 'https://sqs.us-east-1.amazonaws.com/?Action=ListQueues&Version=2012-11-05', [signed('sqs'), FORM]),
        'Action=PurgeQueue',
      ),
  ],
  [
    'a queue behind dot segments',
    () => sqs('Action=PurgeQueue&Version=2012-11-05&QueueUrl=https%3A%2F%2Fx%2F1%2Fa%2F..%2Fb'),
  ],
  ['two qualifiers', () => lambda('/2015-03-31/functions/f/invocations?Qualifier=a&Qualifier=b', 'POST')],
  [
    'a qualifier in the name and another beside it',
    () => lambda('/2015-03-31/functions/f:a/invocations?Qualifier=b', 'POST'),
  ],
  ['a literal parameter that stands twice', () => lambda('/2018-10-31/layers?find=LayerVersion&find=x')],
  ['a semicolon in a path', () => lambda('/2015-03-31/functions/f;x=1')],
  ['a null character in a label', () => lambda('/2015-03-31/functions/f%00')],
  ['a line end in a key', () => s3('GET', '/a%0d%0ab')],
  ['a parameter of S3 that stands twice', () => s3('GET', '/a?versionId=1&versionId=2')],
  ['marks of two protocols', () => scan([['Smithy-Protocol', 'rpc-v2-cbor']])],
  [
    'an X-Amz-Target beside a form',
    () =>
      nameOf(
        head('POST', 'https://sqs.us-east-1.amazonaws.com/', [
          signed('sqs'),
          FORM,
          ['X-Amz-Target', 'AmazonSQS.ListQueues'],
        ]),
        'Action=DeleteQueue&Version=2012-11-05',
      ),
  ],
  ['an X-Amz-Target in a GET', () => nameOf(head('GET', DYNAMODB, [signed('dynamodb'), ...SCAN]))],
  ['an X-Amz-Target with a path', () => nameOf(head('POST', `${DYNAMODB}else`, [signed('dynamodb'), ...SCAN]), '{}')],
  [
    'an Action beside an X-Amz-Target',
    () => nameOf(head('POST', `${DYNAMODB}?Action=GetItem`, [signed('dynamodb'), ...SCAN]), '{}'),
  ],
  [
    'JSON in another charset',
    () =>
      nameOf(
        head('POST', DYNAMODB, [
          signed('dynamodb'),
          ['Content-Type', 'application/x-amz-json-1.0; charset=utf-16'],
          ['X-Amz-Target', 'DynamoDB_20120810.Scan'],
        ]),
        '{"TableName":"T"}',
      ),
  ],
  [
    'a form in another charset',
    () =>
      sqs('Action=ListQueues&Version=2012-11-05', undefined, [
        ['Content-Type', 'application/x-www-form-urlencoded; charset=ebcdic'],
      ]),
  ],
  [
    'XML in another charset',
    () =>
      nameOf(
        head('POST', 'https://photos.s3.us-east-1.amazonaws.com/?delete', [signed('s3')]),
        '<?xml version="1.0" encoding="UTF-7"?><Delete><Object><Key>a</Key></Object></Delete>',
      ),
  ],
  [
    'XML with a document type',
    () =>
      nameOf(
        head('POST', 'https://photos.s3.us-east-1.amazonaws.com/?delete', [signed('s3')]),
        '<!DOCTYPE a [<!ENTITY k "b">]><Delete><Object><Key>&k;</Key></Object></Delete>',
      ),
  ],
  ['a key that stands twice in JSON', () => scan([], {}, '{"TableName":"T","TableName":"U"}')],
  ['a key that stands twice, once escaped', () => scan([], {}, '{"TableName":"T","Table\\u004eame":"U"}')],
  ['a key in another case', () => scan([], {}, '{"TableName":"T","tableName":"U"}')],
  ['JSON that is not valid', () => scan([], {}, '{"TableName":"T",}')],
  ['JSON with something after it', () => scan([], {}, '{"TableName":"T"}{"TableName":"U"}')],
  [
    'JSON that is no UTF-8',
    () => nameOf(head('POST', DYNAMODB, [signed('dynamodb'), ...SCAN]), Buffer.from('{"TableName":"T\xff"}', 'latin1')),
  ],
  ['a body that does not inflate', () => scan([['Content-Encoding', 'gzip']])],
  ['a body in an unknown coding', () => scan([['Content-Encoding', 'br']])],
  ['an Action that stands twice in the body', () => sqs('Action=ListQueues&Action=PurgeQueue&Version=2012-11-05')],
  [
    'an Action in the query and in the body',
    () => sqs('Action=PurgeQueue&Version=2012-11-05', 'https://sqs.us-east-1.amazonaws.com/?Action=ListQueues'),
  ],
  ['an Action in another case beside it', () => sqs('Action=ListQueues&action=PurgeQueue&Version=2012-11-05')],
  ['an Action whose name is encoded beside it', () => sqs('Action=ListQueues&%41ction=PurgeQueue&Version=2012-11-05')],
  [
    'parameters in the query beside a form',
    () => sqs('Action=ListQueues&Version=2012-11-05', 'https://sqs.us-east-1.amazonaws.com/?QueueUrl=x'),
  ],
  [
    'a queue in the path and another in the body',
    () =>
      sqs(
        'Action=PurgeQueue&Version=2012-11-05&QueueUrl=https%3A%2F%2Fsqs.us-east-1.amazonaws.com%2F1%2Fa',
        'https://sqs.us-east-1.amazonaws.com/1/b',
      ),
  ],
  ['a parameter that is both value and structure', () => sqs('Action=ListQueues&Version=2012-11-05&A=1&A.B=2')],
  ['dot segments in a path', () => lambda('/2015-03-31/functions/a/../b')],
  ['dot segments in a key', () => s3('GET', '/a/../../other/b')],
  ['encoded dot segments in a key', () => s3('GET', '/a/%2e%2E/b')],
  ['encoded slashes that make dot segments', () => lambda('/2015-03-31/functions/a%2F..%2Fb')],
  ['backslashes that make dot segments', () => s3('GET', '/a%5C..%5Cb')],
  ['a label that is encoded twice', () => lambda('/2015-03-31/functions/a%252Fb')],
  ['a key that is encoded twice', () => s3('GET', '/a%252e%252e%252fb')],
  ['needless encoding in a path', () => lambda('/2015-03-31/%66unctions/f')],
  ['an encoding that is no UTF-8', () => s3('GET', '/a%ff')],
  ['a % that begins no escape', () => s3('GET', '/a%zz')],
  ['two sub-resources', () => s3('GET', '/a?acl&tagging')],
  ['a sub-resource of another level', () => s3('GET', '/a?policy')],
  ['a sub-resource in another case', () => s3('DELETE', '/a?Tagging')],
  ['an x-id for another operation', () => s3('GET', '/a?x-id=HeadObject')],
  [
    'a source to copy beside an operation that copies nothing',
    () => s3('PUT', '/a?acl', [['x-amz-copy-source', '/b/c']]),
  ],
  [
    'two sources to copy',
    () =>
      s3('PUT', '/a', [
        ['x-amz-copy-source', '/b/c'],
        ['X-Amz-Copy-Source', '/b/d'],
      ]),
  ],
  ['a part number without an upload', () => s3('PUT', '/a?partNumber=1')],
  ['an upload id beside an operation that has none', () => s3('PUT', '/a?uploadId=1')],
  [
    'a bucket of an unusual name',
    () => nameOf(head('GET', 'https://s3.us-east-1.amazonaws.com/a%20b/c', [signed('s3')])),
  ],
])('%s', (_, make) => {
  it('is ambiguous: no operation, all actions of the service', () => {
    const named = make();
    expect(named.certainty).toBe('ambiguous');
    expect(named.operation).toBeNull();
    expect(named.access).toEqual([{ action: `${named.service}:*`, resources: ['*'] }]);
    expect(named.reason).toMatch(/^[a-zA-Z]/);
  });
});

describe('what is known of an ambiguous request', () => {
  it('stays known: service, region, account and key of its signature', () => {
    expect(scan([['x-amz-target', 'x']])).toMatchObject({
      service: 'dynamodb',
      region: 'us-east-1',
      accessKeyId: KEY,
      host: 'dynamodb.us-east-1.amazonaws.com',
      protocol: 'awsJson1_0',
    });
  });

  it('quotes nothing of the request', () => {
    const secret = 'sEcReT';
    for (const named of [
      scan([['x-amz-target', secret]]),
      scan([], {}, `{"TableName":"${secret}",}`),
      s3('GET', `/${secret}%zz`),
      nameOf({ ...head('GET', 'https://x', []), headers: [['Host', `${secret} ${secret}`]] }),
      nameOf(
        head('GET', DYNAMODB, [
          ['Authorization', `AWS4-HMAC-SHA256 Credential=${secret} ${secret}/a/b/c/d, Signature=0`],
        ]),
      ),
      nameOf(
        head('GET', DYNAMODB, [
          ['Authorization', `AWS4-HMAC-SHA256 Credential=x/20261125/${secret}=/dynamodb/aws4_request, Signature=0`],
        ]),
      ),
      nameOf(head('GET', `https://photos.s3.amazonaws.com/a?AWSAccessKeyId=${secret}%2F&Signature=0`, [])),
      sqs(`Action=${secret}&Action=${secret}`),
    ]) {
      expect(JSON.stringify(named)).not.toContain(secret);
    }
  });
});

describe('what looks odd and is not', () => {
  it.each<[string, () => ReturnType<typeof nameOf>]>([
    ['a name with a dot at its end in the handshake', () => scan([], { sni: 'dynamodb.us-east-1.amazonaws.com.' })],
    ['the port of the scheme', () => scan([], { connect: 'DynamoDB.us-east-1.amazonaws.com:443' })],
    [
      'an absolute-form target for the same host',
      () => scan([], { target: 'https://dynamodb.us-east-1.amazonaws.com/' }),
    ],
    ['a key with a percent sign of its own', () => s3('GET', '/100%25')],
    ['a key that a program encoded before the SDK did', () => s3('GET', '/a%2520b')],
    ['a key with empty segments', () => s3('GET', '//a//b')],
    [
      'an ARN in a label',
      () => lambda('/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A111122223333%3Afunction%3Af'),
    ],
    [
      'JSON with charset utf-8',
      () =>
        nameOf(
          head('POST', DYNAMODB, [
            signed('dynamodb'),
            ['Content-Type', 'application/x-amz-json-1.0; charset=UTF-8'],
            ['X-Amz-Target', 'DynamoDB_20120810.Scan'],
          ]),
          '{"TableName":"T"}',
        ),
    ],
    [
      'a key that stands twice where nothing is read',
      () => scan([], {}, '{"TableName":"T","ExpressionAttributeValues":{":a":{"S":"1"},":a":{"S":"2"}}}'),
    ],
  ])('%s', (_, make) => {
    expect(make().certainty).toBe('exact');
  });
});
