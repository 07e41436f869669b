import { describe, expect, it } from 'vitest';
import { jsonl } from './calls.ts';
import { jsonLines, rolefence, sentence, testFolder } from './tool.ts';

const folder = testFolder();
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-target, Signature=5f2cdeadbeef';
const request = (over: object = {}) => ({
  id: 'a',
  method: 'POST',
  url: 'https://dynamodb.us-east-1.amazonaws.com/',
  headers: {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': 'DynamoDB_20120810.GetItem',
    Authorization: AUTHORIZATION,
  },
  bodyBase64: Buffer.from('{"TableName":"Orders","Key":{"id":{"S":"1"}}}').toString('base64'),
  ...over,
});
const s3 = (url: string, over: object = {}) => ({
  method: 'GET',
  url,
  headers: { Authorization: AUTHORIZATION.replace('dynamodb/aws4', 's3/aws4').replace('content-type;', '') },
  ...over,
});
const named = async (requests: readonly object[], ...args: string[]) => {
  const ended = await rolefence(['identify', ...args], { input: jsonl(requests) });
  expect(ended.stderr).toBe('');
  expect(ended.code).toBe(0);
  return jsonLines(ended.stdout);
};

describe('rolefence identify', () => {
  it('gives one Call record a line, in the same order, with the same id and nothing that a request does not tell', async () => {
    const records = await named(
      [request(), request({ id: 7 }), request({ id: undefined })],
      '--account',
      '111122223333',
    );
    expect(records.map(({ id }) => id)).toEqual(['a', 7, null]);
    expect(records[0]).toEqual({
      id: 'a',
      time: null,
      function: null,
      version: null,
      environment: null,
      invocation: null,
      service: 'dynamodb',
      operation: 'GetItem',
      certainty: 'exact',
      verdict: null,
      access: [{ action: 'dynamodb:GetItem', resources: ['arn:aws:dynamodb:us-east-1:111122223333:table/Orders'] }],
      region: 'us-east-1',
      account: '111122223333',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      ownAccessKeyId: null,
      issuedAccessKeyId: null,
      prefix: null,
      host: 'dynamodb.us-east-1.amazonaws.com',
      items: 1,
      bytesOut: null,
      bytesIn: null,
      status: null,
      errorCode: null,
      durationMs: null,
    });
  });

  it('leaves * where the account is not known', async () => {
    const [record] = await named([request()]);
    expect(record).toMatchObject({
      account: null,
      access: [{ resources: ['arn:aws:dynamodb:us-east-1:*:table/Orders'] }],
    });
  });

  it('reads fields as an object of values or lists of values, and as a list of pairs', async () => {
    const { headers } = request();
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    const records = await named([
      request({ headers: lists }),
      request({ headers: Object.entries(headers) }),
      request({ headers: { ...headers, 'X-Amz-Target': [headers['X-Amz-Target'], 'DynamoDB_20120810.Scan'] } }),
    ]);
    expect(records.map(({ operation, certainty }) => [operation, certainty])).toEqual([
      ['GetItem', 'exact'],
      ['GetItem', 'exact'],
      [null, 'ambiguous'],
    ]);
  });

  it('takes the url as it stands: nothing is decoded, shortened or put in order', async () => {
    const records = await named([
      s3('https://photos.s3.us-east-1.amazonaws.com/a/../b'),
      s3('https://photos.s3.us-east-1.amazonaws.com/A%2fb%20c'),
      s3('https://photos.s3.us-east-1.amazonaws.com/a b'),
      s3('https://photos.s3.us-east-1.amazonaws.com:443/a//b'),
      s3('https://photos.s3.us-east-1.amazonaws.com@evil.example/a'),
    ]);
    expect(records.map(({ certainty, access }) => [certainty, access[0].resources[0]])).toEqual([
      ['ambiguous', '*'],
      ['exact', 'arn:aws:s3:::photos/A/b c'],
      ['ambiguous', '*'],
      ['exact', 'arn:aws:s3:::photos/a//b'],
      ['ambiguous', '*'],
    ]);
  });

  it('holds the host of the url against the Host field, the server name and the CONNECT', async () => {
    const url = 'https://photos.s3.us-east-1.amazonaws.com/1.jpg';
    const host = 'photos.s3.us-east-1.amazonaws.com';
    const { headers } = s3(url);
    const records = await named([
      s3(url, { headers: { ...headers, Host: host }, sni: host, connect: `${host}:443` }),
      s3(url, { headers: { ...headers, Host: 'backups.s3.us-east-1.amazonaws.com' } }),
      s3(url, { sni: 'backups.s3.us-east-1.amazonaws.com' }),
      s3(url, { connect: 'backups.s3.us-east-1.amazonaws.com:443' }),
      s3('/1.jpg', { headers: { ...headers, Host: host } }),
      s3('/1.jpg', { headers: [[':authority', host], ...Object.entries(headers)] }),
    ]);
    expect(records.map(({ certainty }) => certainty)).toEqual([
      'exact',
      'ambiguous',
      'ambiguous',
      'ambiguous',
      'exact',
      'exact',
    ]);
  });

  it('explains what is not exact when asked to, and never repeats a signature', async () => {
    const twice = request({
      headers: [...Object.entries(request().headers), ['x-amz-target', 'DynamoDB_20120810.Scan']],
    });
    const ended = await rolefence(['identify', '--explain', '-'], { input: jsonl([twice]) });
    expect(jsonLines(ended.stdout)[0].reason).toBe('two x-amz-target fields');
    expect(ended.stdout + ended.stderr).not.toContain('5f2cdeadbeef');
  });

  it.each([
    ['no JSON', 'nonsense', ':2: not valid JSON'],
    ['a list', '[]', ':2: a list, expected a request'],
    ['no method', '{"url":"https://a/"}', ':2: field method is missing'],
    ['a url of another type', '{"method":"GET","url":1}', ':2: field url is a number'],
    ['fields of another type', '{"method":"GET","url":"/","headers":"a"}', ':2: field headers is some other text'],
    [
      'a field without a value',
      '{"method":"GET","url":"/","headers":{"Host":{}}}',
      ':2: field headers.Host is an object',
    ],
    ['half a pair', '{"method":"GET","url":"/","headers":[["a","b"],["a"]]}', ':2: field headers[1] is a list'],
    [
      'a body that is no base64',
      '{"method":"GET","url":"/","bodyBase64":"%%"}',
      ':2: field bodyBase64 is some other text',
    ],
    ['an id that is none', '{"method":"GET","url":"/","id":{}}', ':2: field id is an object'],
  ])('ends at %s with file, line and field, after what came before it', async (_, line, said) => {
    const file = folder.write(
      'requests.jsonl',
      `${JSON.stringify(request())}\n${line}\n${JSON.stringify(request())}\n`,
    );
    const ended = await rolefence(['identify', file]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`${file}${said}`);
    expect(jsonLines(ended.stdout)).toHaveLength(1);
  });

  it('refuses an account that is none, and more than one file', async () => {
    expect(sentence(await rolefence(['identify', '--account', '12']))).toMatch(/--account must be an AWS account id/);
    expect(sentence(await rolefence(['identify', 'a', 'b']))).toMatch(/reads one FILE/);
  });
});
