import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { SealedFunction } from './sealed-function.ts';

const ASSUME = 'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=s';

const aFunction = new SealedFunction();

describe('a sealed function that assumes roles', () => {
  it('gets placeholders for the roles that it assumes, and can use them', async () => {
    for (const gzip of [false, true]) {
      aFunction.upstream.gzip = gzip;
      const { Credentials } = await aFunction
        .client(STSClient)
        .send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/other', RoleSessionName: 's' }));
      expect(JSON.stringify(Credentials)).not.toMatch(/issued/i);
      expect(Credentials!.Expiration).toEqual(new Date('2099-01-01T00:00:00Z'));
      await aFunction
        .client(DynamoDBClient, {
          accessKeyId: Credentials!.AccessKeyId!,
          secretAccessKey: Credentials!.SecretAccessKey!,
          sessionToken: Credentials!.SessionToken!,
        })
        .send(new GetItemCommand({ TableName: 'Theirs', Key: { id: { S: '1' } } }));
      expect(aFunction.upstream.wrong).toEqual([]);
      expect(aFunction.upstream.seen.at(-1)!.keyId).toBe(aFunction.upstream.issue.AccessKeyId);
      expect(aFunction.sealed.calls.at(-2)!.issuedAccessKeyId).toBe(aFunction.upstream.issue.AccessKeyId);
      expect(aFunction.sealed.calls.at(-1)!.accessKeyId).toBe(aFunction.upstream.issue.AccessKeyId);
    }
  });

  it.each([
    [200, true],
    [400, false],
    [500, true],
    [302, false],
  ])('sees no real key in an answer with status %i, nor in what is sent ahead of it', async (status, early) => {
    aFunction.upstream.status = status;
    aFunction.upstream.early = early;
    const answer = await aFunction.inTls(await aFunction.sts(ASSUME));
    expect(aFunction.upstream.wrong).toEqual([]);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).not.toMatch(/issued|HTTP\/1.1 103/i);
    expect(answer).toContain('<SecretAccessKey>');
  });

  it('gets placeholders too where the role is assumed without a signature', async () => {
    const { Credentials } = await aFunction.client(STSClient).send(
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
    const answer = await aFunction.inTls(await aFunction.sts(body));
    expect(aFunction.sealed.calls).toMatchObject([{ certainty: 'ambiguous', verdict: 'allow' }]);
    expect(answer).toContain('200 OK');
    expect(answer).not.toMatch(/issued/i);
  });
});
