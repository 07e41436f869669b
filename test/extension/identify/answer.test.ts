import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarizeAnswer } from '../../../extension/identify/answer.ts';
import type { NamedRequest } from '../../../extension/identify/request.ts';

const request = (issuesCredentials: boolean): NamedRequest => ({
  service: 'x',
  operation: 'Y',
  certainty: 'exact',
  access: [],
  region: null,
  account: null,
  accessKeyId: null,
  prefix: null,
  host: 'x.us-east-1.amazonaws.com',
  items: 1,
  protocol: 'awsJson1_0',
  reason: null,
  issuesCredentials,
});

const codeOf = (body: string | Uint8Array, headers: [string, string][] = [], status = 400) =>
  summarizeAnswer(request(false), { status, headers, body: typeof body === 'string' ? Buffer.from(body) : body })
    .errorCode;

const text = (value: string) => [0x60 | value.length, ...Buffer.from(value)];

describe('the code of an error', () => {
  it.each<[string, string | Uint8Array, [string, string][], string | null]>([
    [
      'awsJson',
      '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"}',
      [],
      'ResourceNotFoundException',
    ],
    ['awsJson without a namespace', '{"__type":"AccessDeniedException","Message":"m"}', [], 'AccessDeniedException'],
    [
      'restJson, in a field with a URL after it',
      '{"message":"m"}',
      [['x-amzn-ErrorType', 'ValidationException:http://internal.amazon.com/coral/']],
      'ValidationException',
    ],
    ['restJson, in the body', '{"code":"NotFoundException","message":"m"}', [], 'NotFoundException'],
    [
      'query',
      '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code></Error></ErrorResponse>',
      [],
      'Throttling',
    ],
    [
      'EC2',
      '<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>',
      [],
      'UnauthorizedOperation',
    ],
    ['S3', '<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code><Key>k</Key></Error>', [], 'NoSuchKey'],
    [
      'CBOR',
      Uint8Array.from([
        0xa2,
        ...text('message'),
        ...text('m'),
        ...text('__type'),
        0x78,
        26,
        ...Buffer.from('aws.x#ResourceInUseExcepti'),
      ]),
      [['content-type', 'application/cbor']],
      'ResourceInUseExcepti',
    ],
    [
      'a service that once spoke the query protocol',
      '{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}',
      [['x-amzn-query-error', 'AWS.SimpleQueueService.NonExistentQueue;Sender']],
      'AWS.SimpleQueueService.NonExistentQueue',
    ],
    ['a body that is cut off', '{"__type":"AccessDeniedException","message":"not autho', [], 'AccessDeniedException'],
    ['no body', '', [], null],
    ['no code', '<html>502</html>', [], null],
  ])('%s', (_, body, headers, code) => {
    expect(codeOf(body, headers)).toBe(code);
  });

  it('is read in bodies that are compressed, also where they are cut off', () => {
    const whole = gzipSync(
      `{"__type":"AccessDeniedException","message":"${Array.from({ length: 3_000 }, (_, index) => index ** 3).join(' ')}"}`,
    );
    expect(codeOf(whole, [['Content-Encoding', 'gzip']])).toBe('AccessDeniedException');
    expect(codeOf(whole.subarray(0, 4_096), [['Content-Encoding', 'gzip']])).toBe('AccessDeniedException');
  });

  it('is nothing but an identifier: content never gets into a record', () => {
    expect(codeOf('<Error><Code>my secret</Code></Error>')).toBeNull();
    expect(codeOf('{"__type":"a b=c"}')).toBeNull();
    expect(codeOf(`<Error><Code>${'A'.repeat(300)}</Code></Error>`)).toBeNull();
  });

  it('is not looked for where the call succeeded', () => {
    expect(codeOf('{"__type":"AccessDeniedException"}', [], 200)).toBeNull();
  });

  it('is a code or null for any answer', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('gzip', 'application/cbor', 'x'),
        fc.integer({ min: 100, max: 599 }),
        (body, value, status) => {
          const headers: [string, string][] = [
            ['content-encoding', value],
            ['content-type', value],
          ];
          const found = summarizeAnswer(request(true), { status, headers, body });
          expect(found.errorCode === null || /^[\w.-]+$/.test(found.errorCode)).toBe(true);
        },
      ),
    );
  });
});

describe('the key that an answer issues', () => {
  const KEY = 'ASIARTX3GSDSQFBXZO2F';
  const issued = (body: string | Uint8Array, headers: [string, string][] = [], issues = true) =>
    summarizeAnswer(request(issues), {
      status: 200,
      headers,
      body: typeof body === 'string' ? Buffer.from(body) : body,
    }).issuedAccessKeyId;

  it.each<[string, string | Uint8Array, [string, string][]]>([
    [
      'STS',
      `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${KEY}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>`,
      [],
    ],
    ['Cognito', `{"Credentials":{"AccessKeyId" : "${KEY}","SecretKey":"s"}}`, []],
    ['the SSO portal', `{"roleCredentials":{"accessKeyId":"${KEY}"}}`, []],
    ['CBOR', Uint8Array.from([0xa1, ...text('accessKeyId'), ...text(KEY)]), [['content-type', 'application/cbor']]],
    ['a compressed answer', gzipSync(`{"accessKeyId":"${KEY}"}`), [['content-encoding', 'gzip']]],
  ])('%s', (_, body, headers) => {
    expect(issued(body, headers)).toBe(KEY);
  });

  it('is looked for only where the operation issues one', () => {
    expect(issued(`{"accessKeyId":"${KEY}"}`, [], false)).toBeNull();
  });

  it('is nothing that only looks like the member', () => {
    expect(issued('<AccessKeyId>not a key</AccessKeyId>')).toBeNull();
    expect(issued(`{"text":"AccessKeyId ${KEY}"}`)).toBeNull();
  });
});
