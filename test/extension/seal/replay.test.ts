import { describe, expect, it } from 'vitest';
import { SealedFunction } from './sealed-function.ts';

const ASSUME = 'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=s';
const IDENTITY = 'Action=GetCallerIdentity&Version=2011-06-15';

const aFunction = new SealedFunction();

describe('what a function with sealed credentials sends twice', () => {
  it('has a request that AWS has answered refused and found when it is sent again, byte for byte', async () => {
    const request = await aFunction.sts(IDENTITY, {
      'amz-sdk-invocation-id': 'c1d2',
      'amz-sdk-request': 'attempt=1',
    });
    expect(await aFunction.inTls(request)).toContain('200 OK');
    expect(await aFunction.inTls(request)).toMatch(/403.*AWS has honoured its signature/s);
    expect(aFunction.sealed.calls.map(({ operation, verdict }) => [operation, verdict])).toEqual([
      ['GetCallerIdentity', 'allow'],
      ['GetCallerIdentity', 'block'],
    ]);
    expect(aFunction.upstream.seen).toHaveLength(1);
    expect(aFunction.sealed.findings).toMatchObject([
      { detector: 'seal', severity: 'critical', blocked: true, key: 'seal: sts:GetCallerIdentity' },
    ]);
  });

  it('has a try after one that failed let through, although it is the same byte for byte', async () => {
    aFunction.upstream.status = 503;
    const request = await aFunction.sts(ASSUME, { 'amz-sdk-invocation-id': 'c1d2' });
    for (let time = 0; time < 2; time++) expect(await aFunction.inTls(request)).toContain('HTTP/1.1 503');
    aFunction.upstream.status = 200;
    expect(await aFunction.inTls(request)).toContain('HTTP/1.1 200');
    expect(await aFunction.inTls(request)).toContain('HTTP/1.1 403');
    expect(aFunction.upstream.wrong).toEqual([]);
  });

  it('makes the same call twice in one second by an SDK that gives calls no number: each is judged', async () => {
    const request = await aFunction.sts(IDENTITY);
    const answers = await Promise.all([aFunction.inTls(request), aFunction.inTls(request)]);
    for (const answer of answers) expect(answer).toContain('200 OK');
    expect(aFunction.sealed.calls.map(({ operation }) => operation)).toEqual([
      'GetCallerIdentity',
      'GetCallerIdentity',
    ]);
    expect(aFunction.sealed.findings).toEqual([]);
  });
});
