import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../../../extension/guard/refusal.ts';
import type { NamedRequest, Protocol } from '../../../extension/identify/request.ts';

const MESSAGE = 'Rolefence refused this call: <s3:GetObject> & "friends" are not approved';

let server: Server;
let named: NamedRequest;
let requests = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests++;
    request.resume().on('end', () => {
      const answer = refusal(named, MESSAGE, 'e1-17');
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(request.method === 'HEAD' ? undefined : answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

function options() {
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'test' },
  };
}

function request(service: string, protocol: Protocol): NamedRequest {
  return {
    service,
    operation: 'Any',
    certainty: 'exact',
    access: [],
    region: 'us-east-1',
    account: null,
    accessKeyId: null,
    prefix: null,
    host: `${service}.us-east-1.amazonaws.com`,
    items: null,
    protocol,
    reason: null,
    issuesCredentials: false,
  };
}

interface SdkError extends Error {
  $metadata: { httpStatusCode: number; attempts: number; requestId: string };
}

const cases: [title: string, service: string, protocol: Protocol, code: string, call: () => Promise<unknown>][] = [
  [
    'DynamoDB',
    'dynamodb',
    'awsJson1_0',
    'AccessDeniedException',
    () => new DynamoDBClient(options()).send(new GetItemCommand({ TableName: 'T', Key: { id: { S: '1' } } })),
  ],
  ['SQS', 'sqs', 'awsJson1_0', 'AccessDenied', () => new SQSClient(options()).send(new ListQueuesCommand({}))],
  ['STS', 'sts', 'awsQuery', 'AccessDenied', () => new STSClient(options()).send(new GetCallerIdentityCommand({}))],
  [
    'EC2',
    'ec2',
    'ec2Query',
    'UnauthorizedOperation',
    () => new EC2Client(options()).send(new DescribeInstancesCommand({})),
  ],
  [
    'Lambda',
    'lambda',
    'restJson1',
    'AccessDeniedException',
    () => new LambdaClient(options()).send(new InvokeCommand({ FunctionName: 'f' })),
  ],
  [
    'S3',
    's3',
    'restXml',
    'AccessDenied',
    () => new S3Client({ ...options(), forcePathStyle: true }).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })),
  ],
];

describe('a refusal reads as the SDK’s own AccessDenied', () => {
  it.each(cases)('%s', async (_title, service, protocol, code, call) => {
    named = request(service, protocol);
    requests = 0;
    const error = (await call().catch((e: unknown) => e)) as SdkError;
    expect(error.name).toBe(code);
    expect(error.message).toBe(MESSAGE);
    expect(error.$metadata.attempts).toBe(1);
    expect(requests, 'the SDK must not try again').toBe(1);
    expect(error.$metadata.requestId).toBe('e1-17');
  });

  it('CloudWatch, in the protocol that the installed client speaks', async () => {
    const client = new CloudWatchClient(options());
    let type = '';
    client.middlewareStack.add(
      (next) => (args) => {
        type = (args.request as { headers: Record<string, string> }).headers['content-type'] ?? '';
        return next(args);
      },
      { step: 'finalizeRequest' },
    );
    named = request('cloudwatch', 'rpcv2Cbor');
    await client.send(new ListMetricsCommand({})).catch(() => {});
    named = request(
      'cloudwatch',
      type.includes('cbor') ? 'rpcv2Cbor' : type.includes('json') ? 'awsJson1_0' : 'awsQuery',
    );
    const error = (await client.send(new ListMetricsCommand({})).catch((e: unknown) => e)) as SdkError;
    expect(error.message).toBe(MESSAGE);
    expect(error.name).toMatch(/^AccessDenied/);
    expect(error.$metadata.attempts).toBe(1);
  });

  it('a HEAD answer names the error without a body', async () => {
    named = request('s3', 'restXml');
    const error = (await new S3Client({ ...options(), forcePathStyle: true })
      .send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' }))
      .catch((e: unknown) => e)) as SdkError;
    expect(error.$metadata.httpStatusCode).toBe(403);
    expect(error.$metadata.attempts).toBe(1);
  });

  it('RPC v2 CBOR carries the code and the message as text', () => {
    const answer = refusal(request('cloudwatch', 'rpcv2Cbor'), 'x'.repeat(300), 'id');
    const body = Buffer.from(answer.body);
    expect(body[0]).toBe(0xa2);
    expect(body.includes('AccessDeniedException')).toBe(true);
    expect(body.subarray(body.indexOf('message') + 7, body.indexOf('message') + 10)).toEqual(
      Buffer.from([0x79, 0x01, 0x2c]),
    );
  });

  it('CBOR in the place of JSON has the content type of its own', () => {
    const answer = refusal(request('kinesis', 'awsCbor1_1'), 'x', 'id');
    expect(answer.headers).toContainEqual(['content-type', 'application/x-amz-cbor-1.1']);
    expect(answer.status).toBe(400);
    expect(answer.body[0]).toBe(0xa2);
  });

  it('escapes what would break the XML', () => {
    const text = Buffer.from(refusal(request('s3', 'restXml'), 'a<b>&"\u0000', 'id').body).toString();
    expect(text).toContain('a&#60;b&#62;&#38;&#34;?');
  });
});
