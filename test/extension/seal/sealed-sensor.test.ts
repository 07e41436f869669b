import { Agent } from 'node:https';
import { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { SealedFunction } from './sealed-function.ts';
import { REAL } from './sealed-sensor.ts';
import { verifyingUpstream } from './verifying-upstream.ts';

const aFunction = new SealedFunction();

describe('a function with sealed credentials', () => {
  it('calls AWS by its SDKs as always, and AWS sees the real signatures', async () => {
    await aFunction.client(DynamoDBClient).send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: 'ö 1' } } }));
    await aFunction
      .client(SQSClient)
      .send(new SendMessageCommand({ QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/q', MessageBody: 'm' }))
      .catch((e) => expect(e.name).not.toMatch(/Access|Signature/));
    const s3 = aFunction.client(S3Client);
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
    await aFunction
      .client(LambdaClient)
      .send(new InvokeCommand({ FunctionName: 'arn:aws:lambda:eu-central-1:1:function:f:1', Payload: '{}' }))
      .catch((e) => expect(e.name).not.toMatch(/Access|Signature/));
    expect(aFunction.upstream.wrong).toEqual([]);
    expect(aFunction.upstream.seen.map(({ keyId }) => keyId)).toEqual(Array(6).fill(REAL.accessKeyId));
    expect(aFunction.sealed.calls.map(({ accessKeyId, account }) => [accessKeyId, account])).toEqual(
      Array(6).fill([REAL.accessKeyId, aFunction.sealed.calls[0]!.account]),
    );
    expect(aFunction.sealed.findings).toEqual([]);
  });

  it('uses a presigned URL of its own from within, as often as it likes', async () => {
    const url = new URL(
      await getSignedUrl(aFunction.client(S3Client), new GetObjectCommand({ Bucket: 'photos', Key: 'a b' })),
    );
    expect(url.searchParams.get('X-Amz-Credential')).toContain(aFunction.sealed.sealer.placeholder.accessKeyId);
    const get = `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`;
    for (let time = 0; time < 3; time++) expect(await aFunction.inTls(get, url.hostname)).toContain('200 OK');
    const sent = new URL(`https://h${aFunction.upstream.seen[0]!.target}`).searchParams;
    expect(sent.get('X-Amz-Credential')).toContain(REAL.accessKeyId);
    expect(sent.get('X-Amz-Security-Token')).toBe(REAL.sessionToken);
  });

  it('is refused, and told of, where it uses the role’s real key or changes what it signed', async () => {
    const stolen = await aFunction
      .client(DynamoDBClient, REAL)
      .send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }))
      .catch((error: Error) => error);
    expect(stolen).toMatchObject({ name: 'AccessDeniedException' });
    const forged = await aFunction
      .client(DynamoDBClient, { ...aFunction.sealed.sealer.placeholder, secretAccessKey: 'x'.repeat(40) })
      .send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }))
      .catch((error: Error) => error);
    expect(forged).toMatchObject({ name: 'AccessDeniedException' });
    expect(aFunction.upstream.seen).toEqual([]);
    expect(
      aFunction.sealed.findings.map(({ detector, severity, blocked, reason }) => [detector, severity, blocked, reason]),
    ).toEqual([
      ['seal', 'critical', true, expect.stringContaining('real key')],
      ['seal', 'critical', true, expect.stringContaining('does not match')],
    ]);
    expect(aFunction.sealed.calls.map(({ verdict, status }) => [verdict, status])).toEqual([
      ['block', null],
      ['block', null],
    ]);
  });

  it('gets no signature for a host that is no AWS endpoint, nor outside TLS', async () => {
    for (const host of ['evil.example.com', 'photos.s3.eu-central-1.amazonaws.com']) {
      const loot = { method: 'PUT', service: 's3', host, path: '/7.jpg', body: 'loot' };
      const answer = await aFunction.overHttp(await aFunction.signed(loot, true));
      expect(answer).toContain('403');
      expect(answer).not.toContain(REAL.sessionToken);
    }
    expect(aFunction.upstream.seen).toEqual([]);
    expect(aFunction.sealed.findings.filter(({ detector }) => detector === 'seal')).toHaveLength(2);
  });

  it('is corrected by AWS where its clock is wrong, as SDKs are, and only then', async () => {
    aFunction.upstream.clockMs = Date.now() + 40 * 60_000;
    const dynamodb = aFunction.client(DynamoDBClient, aFunction.sealed.sealer.placeholder, { maxAttempts: 3 });
    await dynamodb.send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }));
    expect(aFunction.upstream.wrong).toEqual([]);
    expect(aFunction.upstream.seen).toHaveLength(2);
    expect(aFunction.sealed.findings).toEqual([]);
    const offset = { systemClockOffset: -40 * 60_000 };
    const other = aFunction.client(DynamoDBClient, aFunction.sealed.sealer.placeholder, offset);
    const early = await other
      .send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: '1' } } }))
      .catch((error: Error) => error);
    expect(early).toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('of the future') });
  });

  it('is held against an AWS that refuses any other signature', async () => {
    const other = await verifyingUpstream(aFunction.authority, [{ ...REAL, secretAccessKey: 'another' }]);
    const agent = new Agent();
    agent.createConnection = (options) =>
      connectTls({
        ...(options as object),
        host: '127.0.0.1',
        port: other.port,
        ca: aFunction.authority.certificatePem,
      });
    const plain = new S3Client({ region: 'eu-central-1', credentials: REAL, requestHandler: { httpsAgent: agent } });
    await plain.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a' }));
    expect(other.wrong).toEqual([expect.stringContaining('another signature')]);
    await other.close();
  });

  it('leaves no secret in what the sensor says', async () => {
    await aFunction
      .client(STSClient)
      .send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::1:role/r', RoleSessionName: 's' }));
    await aFunction
      .client(DynamoDBClient, REAL)
      .send(new GetItemCommand({ TableName: 'T', Key: {} }))
      .catch(() => {});
    const { lines, findings, calls } = aFunction.sealed;
    const said = JSON.stringify([lines, findings, calls]);
    for (const secret of [
      REAL.secretAccessKey,
      REAL.sessionToken,
      aFunction.sealed.sealer.placeholder.secretAccessKey,
      aFunction.sealed.sealer.placeholder.sessionToken!,
      aFunction.upstream.issue.SecretAccessKey,
      aFunction.upstream.issue.SessionToken,
    ]) {
      expect(said).not.toContain(secret);
    }
  });
});
