import type { RequestHead } from '../../extension/identify/request.ts';

/** A request as an SDK sends it; what varies from call to call (the signature, the key) varies here too. */
export interface Request {
  readonly head: RequestHead;
  readonly body: Uint8Array;
}

const DATE = '20261125T120000Z';

function head(method: string, host: string, target: string, service: string, headers: [string, string][]): RequestHead {
  return {
    method,
    target,
    headers: [
      ['host', host],
      ['x-amz-user-agent', 'aws-sdk-js/3.1164.0'],
      ['user-agent', 'aws-sdk-js/3.1164.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#24.1.0 api/dynamodb#3.1164.0 m/E,n'],
      ...headers,
      ['amz-sdk-invocation-id', '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'],
      ['amz-sdk-request', 'attempt=1; max=3'],
      ['x-amz-date', DATE],
      ['x-amz-security-token', 'placeholder'.repeat(60)],
      ['x-amz-content-sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
      [
        'authorization',
        `AWS4-HMAC-SHA256 Credential=ASIAYRXF6TDQHZ6ZXEZJ/20261125/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=${'0'.repeat(64)}`,
      ],
    ],
    scheme: 'https',
    authority: null,
    sni: host,
    connect: `${host}:443`,
  };
}

const json = (service: string, host: string, target: string, version: string, body: unknown): Request => ({
  head: head('POST', host, '/', service, [
    ['content-type', `application/x-amz-json-${version}`],
    ['x-amz-target', target],
  ]),
  body: Buffer.from(JSON.stringify(body)),
});

export const getItem = (index: number): Request =>
  json('dynamodb', 'dynamodb.us-east-1.amazonaws.com', 'DynamoDB_20120810.GetItem', '1.0', {
    ConsistentRead: true,
    Key: { customer: { S: `customer-${index}` }, order: { N: `${index}` } },
    ProjectionExpression: 'customer, total, #s',
    ExpressionAttributeNames: { '#s': 'state' },
    TableName: 'Orders',
  });

export const sendMessage = (index: number): Request =>
  json('sqs', 'sqs.us-east-1.amazonaws.com', 'AmazonSQS.SendMessage', '1.0', {
    QueueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/orders',
    MessageBody: JSON.stringify({ order: index, items: [{ sku: 'a', count: 2 }], note: 'x'.repeat(300) }),
    MessageAttributes: { kind: { DataType: 'String', StringValue: 'order' } },
  });

export const getObject = (index: number): Request => {
  const host = 'photo-archive.s3.us-east-1.amazonaws.com';
  return { head: head('GET', host, `/2026/11/25/image-${index}.jpg?x-id=GetObject`, 's3', []), body: Buffer.alloc(0) };
};

/** 400 KB in items of 16 KB: what one request of BatchWriteItem holds in practice. */
export const batchWriteItem = (): Request => {
  const item = (index: number) => ({
    PutRequest: {
      Item: {
        id: { S: `id-${index}` },
        text: { S: 'payload '.repeat(1_970) },
        list: { L: [{ N: '1' }, { BOOL: true }] },
      },
    },
  });
  return json('dynamodb', 'dynamodb.us-east-1.amazonaws.com', 'DynamoDB_20120810.BatchWriteItem', '1.0', {
    RequestItems: { Orders: Array.from({ length: 25 }, (_, index) => item(index)) },
  });
};
