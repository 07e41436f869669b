import { Agent } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import type { Finding } from '../../../baseline/finding.ts';
import { readConfig } from '../../../extension/config.ts';
import { createLog } from '../../../extension/log.ts';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { createSealer, type Sealer } from '../../../extension/seal/sealer.ts';
import { type Sensor, startSensor } from '../../../extension/sensor.ts';
import { Sha256 } from '../sdk-hash.ts';
import { type VerifyingUpstream, verifyingUpstream } from './verifying-upstream.ts';

const REAL = {
  accessKeyId: 'ASIAQNZGKIQY56JQ7WML',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaCXVzLWVhc3QtMSJHMEUCIQ==',
};

const ASSUME = 'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=s';
const IDENTITY = 'Action=GetCallerIdentity&Version=2011-06-15';

let upstream: VerifyingUpstream;
let sealer: Sealer;
let sensor: Sensor;
let calls: Call[];
let findings: Finding[];
let lines: string[];
const authority = createCertificateAuthority(new Date());

beforeEach(async () => {
  upstream = await verifyingUpstream(authority, [REAL]);
  sealer = createSealer(REAL);
  calls = [];
  findings = [];
  lines = [];
  const { config } = readConfig({
    ROLEFENCE_CREDENTIALS: 'sealed',
    ROLEFENCE_CONNECT_TO: `*:*=127.0.0.1:${upstream.port}`,
  });
  sensor = await startSensor({
    config: { ...config, upstreamCa: authority.certificatePem },
    identity: { ownAccessKeyId: REAL.accessKeyId },
    log: createLog('debug', (line) => void lines.push(line)),
    sinks: [{ name: 'test', deliver: (finding) => void findings.push(finding), flush: async () => {} }],
    caFile: null,
    sealer,
    onCall: (call) => void calls.push(call),
  });
});
afterEach(async () => {
  await sensor.close();
  await upstream.close();
});

/** An SDK client in the sealed function: it has placeholders, and all its connections end in the sensor. */
function client<T>(Client: new (config: never) => T, credentials: object = sealer.placeholder, more: object = {}): T {
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = (options) =>
    connectTls({ ...(options as object), host: '127.0.0.1', port: sensor.port, ca: sensor.certificatePem! });
  return new Client({
    region: 'eu-central-1',
    credentials,
    requestHandler: { httpsAgent: agent },
    maxAttempts: 1,
    ...more,
  } as never);
}

describe('a function with sealed credentials', () => {
  it('calls AWS by its SDKs as always, and AWS sees the real signatures', async () => {
    await client(DynamoDBClient).send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: 'ö 1' } } }));
    await client(SQSClient)
      .send(new SendMessageCommand({ QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/q', MessageBody: 'm' }))
      .catch((e) => expect(e.name).not.toMatch(/Access|Signature/));
    const s3 = client(S3Client);
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: "a b/ü (1)'.txt", Body: 'hello' }));
    await s3.send(
      new PutObjectCommand({
        Bucket: 'photos',
        Key: 'stream',
        Body: Readable.from(['x'.repeat(70_000)]),
        ContentLength: 70_000,
      }),
    );
    await s3.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a+b', Range: 'bytes=0-1' }));
    await client(LambdaClient)
      .send(new InvokeCommand({ FunctionName: 'arn:aws:lambda:eu-central-1:1:function:f:1', Payload: '{}' }))
      .catch((e) => expect(e.name).not.toMatch(/Access|Signature/));
    expect(upstream.wrong).toEqual([]);
    expect(upstream.seen.map(({ keyId }) => keyId)).toEqual(Array(6).fill(REAL.accessKeyId));
    expect(calls.map(({ accessKeyId, account }) => [accessKeyId, account])).toEqual(
      Array(6).fill([REAL.accessKeyId, calls[0]!.account]),
    );
    expect(findings).toEqual([]);
  });

  it('uses a presigned URL of its own from within, as often as it likes', async () => {
    const url = new URL(await getSignedUrl(client(S3Client), new GetObjectCommand({ Bucket: 'photos', Key: 'a b' })));
    expect(url.searchParams.get('X-Amz-Credential')).toContain(sealer.placeholder.accessKeyId);
    for (let time = 0; time < 3; time++) expect(await through(url)).toContain('200 OK');
    const sent = new URL(`https://h${upstream.seen[0]!.target}`).searchParams;
    expect(sent.get('X-Amz-Credential')).toContain(REAL.accessKeyId);
    expect(sent.get('X-Amz-Security-Token')).toBe(REAL.sessionToken);
  });

  it('gets placeholders for the roles that it assumes, and can use them', async () => {
    for (const gzip of [false, true]) {
      upstream.gzip = gzip;
      const { Credentials } = await client(STSClient).send(
        new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/other', RoleSessionName: 's' }),
      );
      expect(JSON.stringify(Credentials)).not.toMatch(/issued/i);
      expect(Credentials!.Expiration).toEqual(new Date('2099-01-01T00:00:00Z'));
      await client(DynamoDBClient, {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      }).send(new GetItemCommand({ TableName: 'Theirs', Key: { id: { S: '1' } } }));
      expect(upstream.wrong).toEqual([]);
      expect(upstream.seen.at(-1)!.keyId).toBe(upstream.issue.AccessKeyId);
      expect(calls.at(-2)!.issuedAccessKeyId).toBe(upstream.issue.AccessKeyId);
      expect(calls.at(-1)!.accessKeyId).toBe(upstream.issue.AccessKeyId);
    }
  });

  it.each([
    [200, true],
    [400, false],
    [500, true],
    [302, false],
  ])('sees no real key in an answer with status %i, nor in what is sent ahead of it', async (status, early) => {
    upstream.status = status;
    upstream.early = early;
    const answer = await inTls(
      'sts.eu-central-1.amazonaws.com',
      await signedPost('sts', 'sts.eu-central-1.amazonaws.com', ASSUME),
    );
    expect(upstream.wrong).toEqual([]);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).not.toMatch(/issued|HTTP\/1.1 103/i);
    expect(answer).toContain('<SecretAccessKey>');
  });

  it('gets placeholders too where the role is assumed without a signature', async () => {
    const { Credentials } = await client(STSClient).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: 'arn:aws:iam::1:role/r',
        RoleSessionName: 's',
        WebIdentityToken: 't',
      }),
    );
    expect(JSON.stringify(Credentials)).not.toMatch(/issued/i);
  });

  it('gets no real key where it hides AssumeRole in a request that can be read in two ways', async () => {
    const body =
      'Action=GetCallerIdentity&Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=s';
    const host = 'sts.eu-central-1.amazonaws.com';
    const answer = await inTls(host, await signedPost('sts', host, body));
    expect(calls).toMatchObject([{ certainty: 'ambiguous', verdict: 'allow' }]);
    expect(answer).toContain('200 OK');
    expect(answer).not.toMatch(/issued/i);
  });

  it('has a request that AWS has answered refused and found when it is sent again, byte for byte', async () => {
    const host = 'sts.eu-central-1.amazonaws.com';
    const request = await signedPost('sts', host, IDENTITY, {
      'amz-sdk-invocation-id': 'c1d2',
      'amz-sdk-request': 'attempt=1',
    });
    expect(await inTls(host, request)).toContain('200 OK');
    expect(await inTls(host, request)).toMatch(/403.*AWS has honoured its signature before/s);
    expect(calls.map(({ operation, verdict }) => [operation, verdict])).toEqual([
      ['GetCallerIdentity', 'allow'],
      ['GetCallerIdentity', 'block'],
    ]);
    expect(upstream.seen).toHaveLength(1);
    expect(findings).toMatchObject([
      { detector: 'seal', severity: 'critical', blocked: true, key: 'seal: sts:GetCallerIdentity' },
    ]);
  });

  it('has a try after one that failed let through, although it is the same byte for byte', async () => {
    const host = 'sts.eu-central-1.amazonaws.com';
    upstream.status = 503;
    const request = await signedPost('sts', host, ASSUME, { 'amz-sdk-invocation-id': 'c1d2' });
    for (let time = 0; time < 2; time++) expect(await inTls(host, request)).toContain('HTTP/1.1 503');
    upstream.status = 200;
    expect(await inTls(host, request)).toContain('HTTP/1.1 200');
    expect(await inTls(host, request)).toContain('HTTP/1.1 403');
    expect(upstream.wrong).toEqual([]);
  });

  it('makes the same call twice in one second by an SDK that gives calls no number: each is judged', async () => {
    const host = 'sts.eu-central-1.amazonaws.com';
    const request = await signedPost('sts', host, IDENTITY);
    const answers = await Promise.all([inTls(host, request), inTls(host, request)]);
    for (const answer of answers) expect(answer).toContain('200 OK');
    expect(calls.map(({ operation }) => operation)).toEqual(['GetCallerIdentity', 'GetCallerIdentity']);
    expect(findings).toEqual([]);
  });

  it('is refused, and told of, where it uses the role’s real key or changes what it signed', async () => {
    const stolen = await client(DynamoDBClient, REAL)
      .send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }))
      .catch((error: Error) => error);
    expect(stolen).toMatchObject({ name: 'AccessDeniedException' });
    const forged = await client(DynamoDBClient, { ...sealer.placeholder, secretAccessKey: 'x'.repeat(40) })
      .send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }))
      .catch((error: Error) => error);
    expect(forged).toMatchObject({ name: 'AccessDeniedException' });
    expect(upstream.seen).toEqual([]);
    expect(findings.map(({ detector, severity, blocked, reason }) => [detector, severity, blocked, reason])).toEqual([
      ['seal', 'critical', true, expect.stringContaining('real key')],
      ['seal', 'critical', true, expect.stringContaining('does not match')],
    ]);
    expect(calls.map(({ verdict, status }) => [verdict, status])).toEqual([
      ['block', null],
      ['block', null],
    ]);
  });

  it('gets no signature for a host that is no AWS endpoint, nor outside TLS', async () => {
    const plain = (host: string) => {
      const at = new Date();
      return reSigned(host, at);
    };
    for (const host of ['evil.example.com', 'photos.s3.eu-central-1.amazonaws.com']) {
      const answer = await overHttp(await plain(host));
      expect(answer).toContain('403');
      expect(answer).not.toContain(REAL.sessionToken);
    }
    expect(upstream.seen).toEqual([]);
    expect(findings.filter(({ detector }) => detector === 'seal')).toHaveLength(2);
  });

  it('is corrected by AWS where its clock is wrong, as SDKs are, and only then', async () => {
    upstream.clockMs = Date.now() + 40 * 60_000;
    const dynamodb = client(DynamoDBClient, sealer.placeholder, { maxAttempts: 3 });
    await dynamodb.send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }));
    expect(upstream.wrong).toEqual([]);
    expect(upstream.seen).toHaveLength(2);
    expect(findings).toEqual([]);
    const offset = { systemClockOffset: -40 * 60_000 };
    const other = client(DynamoDBClient, sealer.placeholder, offset);
    const early = await other
      .send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }))
      .catch((error: Error) => error);
    expect(early).toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('of the future') });
  });

  it('is held against an AWS that refuses any other signature', async () => {
    const other = await verifyingUpstream(authority, [{ ...REAL, secretAccessKey: 'another' }]);
    const agent = new Agent();
    agent.createConnection = (options) =>
      connectTls({ ...(options as object), host: '127.0.0.1', port: other.port, ca: authority.certificatePem });
    const plain = new S3Client({ region: 'eu-central-1', credentials: REAL, requestHandler: { httpsAgent: agent } });
    await plain.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a' }));
    expect(other.wrong).toEqual([expect.stringContaining('another signature')]);
    await other.close();
  });

  it('leaves no secret in what the sensor says', async () => {
    await client(STSClient).send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::1:role/r', RoleSessionName: 's' }));
    await client(DynamoDBClient, REAL)
      .send(new GetItemCommand({ TableName: 'T', Key: {} }))
      .catch(() => {});
    const said = JSON.stringify([lines, findings, calls]);
    for (const secret of [
      REAL.secretAccessKey,
      REAL.sessionToken,
      sealer.placeholder.secretAccessKey,
      sealer.placeholder.sessionToken!,
      upstream.issue.SecretAccessKey,
      upstream.issue.SessionToken,
    ]) {
      expect(said).not.toContain(secret);
    }
  });
});

/** A request over plain HTTP through the sensor, signed with the placeholders as an SDK would. */
async function reSigned(host: string, at: Date): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = sealer.placeholder;
  const signer = new SignatureV4({
    service: 's3',
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey, sessionToken: sessionToken! },
    sha256: Sha256 as never,
    uriEscapePath: false,
  });
  const request = {
    method: 'PUT',
    protocol: 'http:',
    hostname: host,
    path: '/7.jpg',
    query: {},
    headers: { host },
    body: 'loot',
  };
  const { headers } = (await signer.sign(request as never, { signingDate: at })) as unknown as {
    headers: Record<string, string>;
  };
  const fields = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  return `PUT http://${host}/7.jpg HTTP/1.1\r\n${fields}Content-Length: 4\r\nConnection: close\r\n\r\nloot`;
}

/** A POST as an SDK would sign it with the placeholders, on the wire. */
async function signedPost(
  service: string,
  host: string,
  body: string,
  more: Record<string, string> = {},
): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = sealer.placeholder;
  const signer = new SignatureV4({
    service,
    region: 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey, sessionToken: sessionToken! },
    sha256: Sha256 as never,
  });
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...more };
  const request = { method: 'POST', protocol: 'https:', hostname: host, path: '/', query: {}, headers, body };
  const made = (await signer.sign(request as never)) as unknown as { headers: Record<string, string> };
  const fields = Object.entries(made.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${fields.join('')}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}

function overHttp(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(sensor.port, '127.0.0.1', () => socket.write(request));
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

const through = (url: URL): Promise<string> =>
  inTls(url.hostname, `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`);

function inTls(servername: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port: sensor.port, servername, ca: sensor.certificatePem! }, () =>
      socket.write(request),
    );
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}
