import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../../extension/sigv4/signer.ts';
import { REAL } from '../sealed-sensor.ts';
import { byTheSdk, EKS, OBJECT, type Presigned, parts, RDS } from './by-the-sdk.ts';
import { type Asked, PresigningFunction } from './function.ts';

const fn = new PresigningFunction();

describe('a signature that is meant for somebody else', () => {
  const kinds: readonly (readonly [string, Presigned, readonly string[], readonly string[]])[] = [
    ['a download from S3', OBJECT, ['s3:GetObject'], ['arn:aws:s3:::photos/summer days/1.jpg']],
    ['an upload to S3', { ...OBJECT, method: 'PUT' }, ['s3:PutObject'], ['arn:aws:s3:::photos/summer days/1.jpg']],
    ['a login to a database', RDS, ['rds-db:connect'], ['arn:aws:rds-db:eu-central-1:ACCOUNT:dbuser:*/shop']],
    [
      'a login to Kubernetes',
      EKS,
      ['sts:GetCallerIdentity', 'eks:AccessKubernetesApi'],
      ['*', 'arn:aws:eks:eu-central-1:ACCOUNT:cluster/prod'],
    ],
  ];
  it.each(kinds)(
    'is as the SDK would have made it with the real keys, and recorded as a call: %s',
    async (_, what, actions, resources) => {
      const at = new Date(Math.floor(Date.now() / 1_000) * 1_000);
      const url = await byTheSdk(what, fn.sealed.sealer.placeholder, at);
      const { status, answer } = await fn.ask(
        JSON.stringify({ method: what.method ?? 'GET', url, headers: what.headers ?? {} }),
      );
      expect([status, answer]).toEqual([200, { url: expect.any(String) }]);
      expect(parts(answer.url)).toEqual(parts(await byTheSdk(what, REAL, at)));
      expect(fn.sealed.calls).toMatchObject([
        { certainty: 'exact', status: null, accessKeyId: REAL.accessKeyId, function: 'resize' },
      ]);
      expect(fn.sealed.calls[0]!.access.map(({ action }) => action)).toEqual(actions);
      const account = fn.sealed.calls[0]!.account ?? '*';
      expect(fn.sealed.calls[0]!.access.flatMap((each) => each.resources)).toEqual(
        resources.map((r) => r.replace('ACCOUNT', account)),
      );
      expect(fn.sealed.findings).toEqual([]);
      expect(fn.upstream.seen).toEqual([]);
    },
  );

  it('is refused, and found, where the function never did what it permits', async () => {
    const at = new Date();
    const once = async (what: Presigned) =>
      fn.ask(JSON.stringify({ url: await byTheSdk(what, fn.sealed.sealer.placeholder, at) }));
    expect((await once(OBJECT)).status).toBe(200);
    const baseline = fn.sealed.sensor.learner!.document();
    await fn.restart({ ROLEFENCE_MODE: 'block' }, baseline);
    expect((await once(OBJECT)).status).toBe(200);
    expect(fn.sealed.findings).toEqual([]);
    const { status, answer } = await once({ ...OBJECT, host: 'salaries.s3.eu-central-1.amazonaws.com' });
    expect(status).toBe(403);
    expect(answer).toMatchObject({ code: 'AccessDenied', message: expect.stringContaining('Rolefence refused') });
    expect(JSON.stringify(answer)).not.toContain(REAL.accessKeyId);
    expect(fn.sealed.findings).toMatchObject([
      {
        detector: 'resource',
        blocked: true,
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::salaries/summer days/1.jpg',
      },
    ]);
    expect(fn.sealed.calls.map(({ verdict }) => verdict)).toEqual(['allow', 'block']);
    expect((await once(RDS)).status).toBe(403);
  });

  it.each<[string, Presigned]>([
    ['to Aurora DSQL', { service: 'dsql', host: 'abc123.dsql.eu-central-1.on.aws', query: { Action: 'DbConnect' } }],
    ['to ElastiCache', { service: 'elasticache', host: 'sessions', query: { Action: 'connect', User: 'app' } }],
    ['to MemoryDB', { service: 'memorydb', host: 'sessions', query: { Action: 'connect', User: 'app' } }],
    [
      'to Kafka',
      {
        service: 'kafka-cluster',
        host: 'kafka.eu-central-1.amazonaws.com',
        query: { Action: 'kafka-cluster:Connect' },
      },
    ],
  ])('is a login %s', async (_, what) => {
    const url = await byTheSdk(what, fn.sealed.sealer.placeholder, new Date());
    expect((await fn.ask(JSON.stringify({ url }))).status).toBe(200);
    expect(fn.sealed.calls[0]!.access[0]!.action).toMatch(/:(?:Db)?Connect$/);
  });

  const K8S = { 'x-k8s-aws-id': 'prod' };
  const ASSUME = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: 'arn:aws:iam::111122223333:role/admin' };
  const disguised: readonly (readonly [string, string | null, Presigned, Record<string, string>])[] = [
    ['AssumeRole with the field of a login to Kubernetes', null, { ...EKS, query: ASSUME }, K8S],
    ['AssumeRole with that field unsigned', null, { ...EKS, query: ASSUME, headers: {} }, K8S],
    ['AssumeRole', null, { ...EKS, query: ASSUME, headers: {} }, {}],
    [
      'a call of an API that has the signing name of a login',
      'elasticache:DeleteReplicationGroup',
      {
        service: 'elasticache',
        host: 'elasticache.eu-central-1.amazonaws.com',
        query: { Action: 'DeleteReplicationGroup', Version: '2015-02-02', ReplicationGroupId: 'sessions', User: 'app' },
      },
      {},
    ],
    [
      'a deletion by the signing name of a login',
      'dsql:DeleteCluster',
      { service: 'dsql', method: 'DELETE', host: 'dsql.eu-central-1.api.aws', path: '/cluster/victim' },
      {},
    ],
    [
      'what a body would say',
      null,
      {
        service: 'dynamodb',
        method: 'POST',
        host: 'dynamodb.eu-central-1.amazonaws.com',
        headers: { 'x-amz-target': 'DynamoDB_20120810.Scan' },
      },
      { 'x-amz-target': 'DynamoDB_20120810.Scan' },
    ],
  ];
  it.each(disguised)('is no login in disguise: %s', async (_, signedAs, what, headers) => {
    const url = await byTheSdk(what, fn.sealed.sealer.placeholder, new Date());
    const { status, answer } = await fn.ask(JSON.stringify({ method: what.method ?? 'GET', url, headers }));
    const logins = fn.sealed.calls.filter(({ access }) =>
      access.some(({ action }) => /onnect|Kubernetes/.test(action)),
    );
    expect(logins).toEqual([]);
    // What can be told is judged as what it is; the rest is not signed.
    if (status === 200) expect(fn.sealed.calls[0]!.access[0]!.action).toBe(signedAs);
    else expect(JSON.stringify(answer)).not.toContain(REAL.accessKeyId);
    expect([status, signedAs === null]).toEqual(signedAs === null ? [400, true] : [200, false]);
  });

  it.each<[string, (url: string, scope: string) => string]>([
    [
      'a second credential behind a second question mark',
      (url, scope) => url.replace('?', `??X-Amz-Credential=${scope}&`),
    ],
    ['a second credential', (url, scope) => url.replace('?', `?X-Amz-Credential=${scope}&`)],
    ['a second credential, escaped', (url, scope) => url.replace('?', `?X-Amz-Credentia%6C=${scope}&`)],
    ['a second credential, in small letters', (url, scope) => url.replace('?', `?x-amz-credential=${scope}&`)],
    ['a parameter twice', (url) => `${url}&versionId=1&versionId=2`],
    ['a plus', (url) => `${url}&prefix=a+b`],
  ])('is not read in two ways: %s', async (_, change) => {
    const scope = encodeURIComponent(
      `${fn.sealed.sealer.placeholder.accessKeyId}/20260101/eu-central-1/rds-db/aws4_request`,
    );
    const url = change(await byTheSdk(OBJECT, fn.sealed.sealer.placeholder, new Date()), scope);
    expect((await fn.ask(JSON.stringify({ url }))).status).toBe(400);
    expect(fn.sealed.calls).toEqual([]);
  });

  it('works for the roles that the function assumed', async () => {
    const real = {
      accessKeyId: 'ASIAQNZGKIQY5ISSUED2',
      secretAccessKey: 'issued/secret',
      sessionToken: 'issued//token',
    };
    const head = {
      method: 'POST',
      target: '/',
      headers: [['host', 'sts.amazonaws.com']],
      scheme: 'https',
      authority: null,
      sni: null,
      connect: null,
    } as const;
    const sealing = fn.sealed.sealer.seal(head, null, { toAws: true, issuesCredentials: true }, Date.now());
    if (sealing.kind !== 'sealed') throw new Error('not sealed');
    const { accessKeyId, secretAccessKey, sessionToken } = JSON.parse(
      sealing.answer!(Buffer.from(JSON.stringify(real)), null)!.toString(),
    ) as Credentials;
    const at = new Date();
    const body = JSON.stringify({ url: await byTheSdk(OBJECT, { accessKeyId, secretAccessKey, sessionToken }, at) });
    const proof = createHmac('sha256', secretAccessKey).update(body).digest('hex');
    const { answer } = await fn.ask(body, { 'x-rolefence-proof': proof });
    expect(parts(answer.url)).toEqual(parts(await byTheSdk(OBJECT, real, at)));
  });

  const knocks: readonly (readonly [string, number, (url: string) => Promise<Asked>])[] = [
    [
      'a GET, as SSRF makes it',
      404,
      (url) => fn.ask('', {}, { method: 'GET', path: `/presign?url=${encodeURIComponent(url)}` }),
    ],
    ['another path', 404, (url) => fn.ask(JSON.stringify({ url }), {}, { path: '/credentials' })],
    ['no proof', 401, (url) => fn.ask(JSON.stringify({ url }), { 'x-rolefence-proof': '' })],
    [
      'the proof of another body',
      401,
      (url) => fn.ask(JSON.stringify({ url }), { 'x-rolefence-proof': 'a'.repeat(64) }),
    ],
    [
      'a host name of somebody else’s (DNS rebinding)',
      400,
      (url) => fn.ask(JSON.stringify({ url }), { host: 'evil.example' }),
    ],
    ['a form, as a page makes it', 400, (url) => fn.ask(`url=${encodeURIComponent(url)}`)],
    ['a URL that is not presigned', 400, () => fn.ask(JSON.stringify({ url: 'https://photos.s3.amazonaws.com/a' }))],
    [
      'a field of letters that are no octets',
      400,
      (url) =>
        fn.ask(JSON.stringify({ url: url.replace('Headers=host', 'Headers=host%3Bx-a'), headers: { 'x-a': 'Ţ' } })),
    ],
    ['a field that breaks lines', 400, (url) => fn.ask(JSON.stringify({ url, headers: { 'x-a': 'b\r\nhost: c' } }))],
  ];
  it.each(knocks)('is not to be had with %s, and a finding tells of it', async (_, status, knock) => {
    const url = await byTheSdk(OBJECT, fn.sealed.sealer.placeholder, new Date());
    const asked = await knock(url);
    expect(asked.status).toBe(status);
    expect(JSON.stringify(asked.answer)).not.toContain(REAL.accessKeyId);
    expect(fn.sealed.findings).toMatchObject([
      { detector: 'seal', key: 'seal: a request to the sensor itself', severity: 'high', blocked: true },
    ]);
    const said = JSON.stringify([fn.sealed.findings, fn.sealed.lines, fn.sealed.calls]);
    expect(said).not.toContain(fn.sealed.sealer.placeholder.sessionToken);
  });

  it('tells of a hundred and fifty knocks as of one story, with their exact number', async () => {
    for (let knock = 0; knock < 150; knock++) await fn.ask('', {}, { method: 'GET', path: '/latest/meta-data/' });
    await fn.sealed.sensor.flush(1_000);
    expect(fn.sealed.findings.map(({ key, reason }) => [key, reason])).toEqual(
      ['', ', 10 times so far', ', 100 times so far', ', 150 times so far'].map((count) => [
        'seal: a request to the sensor itself',
        `the sensor was asked for something that it has not${count}`,
      ]),
    );
  });

  const tampered: readonly (readonly [string, (url: string) => string])[] = [
    ['another key', (url) => url.replace('1.jpg', '2.jpg')],
    ['another host', (url) => url.replace('photos.', 'salaries.')],
    ['a longer life', (url) => url.replace('X-Amz-Expires=900', 'X-Amz-Expires=9000')],
    ['a life beyond what AWS takes', (url) => url.replace('X-Amz-Expires=900', 'X-Amz-Expires=9000000')],
    ['a parameter more', (url) => `${url}&versionId=1`],
  ];
  it.each(tampered)('is refused with %s than the SDK signed', async (_, change) => {
    const url = change(await byTheSdk(OBJECT, fn.sealed.sealer.placeholder, new Date()));
    const { status, answer } = await fn.ask(JSON.stringify({ url }));
    expect([status, answer.code]).toEqual([403, 'AccessDenied']);
    expect(fn.sealed.findings).toMatchObject([{ detector: 'seal', severity: 'critical', blocked: true }]);
  });

  it('is made for AWS’s hosts only, as S3 takes any other for a bucket’s name', async () => {
    const url = await byTheSdk({ ...OBJECT, host: 'backups.example' }, fn.sealed.sealer.placeholder, new Date());
    expect((await fn.ask(JSON.stringify({ url }))).status).toBe(403);
    expect(fn.sealed.findings.map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining('not for an AWS endpoint'),
    );
  });
});
