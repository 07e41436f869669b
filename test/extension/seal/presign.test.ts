import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import type { Credentials } from '../../../extension/sigv4/signer.ts';
import { bundlePreload } from '../../../layer/build/bundle.ts';
import { writeTree } from '../../../layer/build/file.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { Sha256 } from '../sdk-hash.ts';
import { REAL, type SealedSensor, startSealed } from './sealed-sensor.ts';
import { type VerifyingUpstream, verifyingUpstream } from './verifying-upstream.ts';

const ROOT = join(import.meta.dirname, '../../..');
const authority = createCertificateAuthority(new Date());
let upstream: VerifyingUpstream;
let sealed: SealedSensor;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rolefence-presign-'));
  writeTree((await bundlePreload(ROOT)).files, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  upstream = await verifyingUpstream(authority, [REAL]);
  sealed = await startSealed({ port: upstream.port, authority });
  writeFileSync(join(folder, 'ca.pem'), sealed.sensor.certificatePem!);
});
afterEach(async () => {
  await sealed.sensor.close();
  await upstream.close();
});

interface Presigned {
  readonly method?: string;
  readonly service: string;
  readonly region?: string;
  readonly host: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly expiresIn?: number;
}

/** As the SDK presigns it, at a time of ours: the oracle for real keys, and what is asked for with placeholders. */
async function byTheSdk(
  what: Presigned,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  at: Date,
): Promise<string> {
  const signer = new SignatureV4({
    service: what.service,
    region: what.region ?? 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
    sha256: Sha256 as never,
    uriEscapePath: what.service !== 's3',
    applyChecksum: what.service !== 's3',
  });
  const headers = {
    host: what.host,
    ...(what.service === 's3' ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : {}),
    ...what.headers,
  };
  const made = (await signer.presign(
    {
      method: what.method ?? 'GET',
      protocol: 'https:',
      hostname: what.host,
      path: what.path ?? '/',
      query: what.query ?? {},
      headers,
    } as never,
    {
      signingDate: at,
      expiresIn: what.expiresIn ?? 900,
      unsignableHeaders: new Set(['x-amz-content-sha256', 'content-type']),
      unhoistableHeaders: new Set(['x-amz-content-sha256', 'x-k8s-aws-id']),
    },
  )) as unknown as { query: Record<string, string> };
  const escape = (t: string) =>
    encodeURIComponent(t).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = Object.entries(made.query).map(([name, value]) => `${escape(name)}=${escape(value)}`);
  return `https://${what.host}${what.path ?? '/'}?${query.join('&')}`;
}

interface Asked {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the sensor answers.
  readonly answer: any;
}

function ask(
  body: string,
  fields: Record<string, string> = {},
  line: { method?: string; path?: string } = {},
): Promise<Asked> {
  const proof = createHmac('sha256', sealed.sealer.placeholder.secretAccessKey).update(body).digest('hex');
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: sealed.sensor.port,
      method: line.method ?? 'POST',
      path: line.path ?? '/presign',
      agent: false as const,
      headers: { 'content-length': Buffer.byteLength(body), 'x-rolefence-proof': proof, ...fields },
    };
    request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, answer: JSON.parse(text || 'null') }));
    })
      .on('error', reject)
      .end(body);
  });
}

/** The parameters in any order. */
const parts = (url: string): string[] => [url.split('?')[0]!, ...url.split('?')[1]!.split('&').sort()];

const OBJECT: Presigned = { service: 's3', host: 'photos.s3.eu-central-1.amazonaws.com', path: '/summer%20days/1.jpg' };
const RDS: Presigned = {
  service: 'rds-db',
  host: 'shop.cluster-c1.eu-central-1.rds.amazonaws.com:5432',
  query: { Action: 'connect', DBUser: 'shop' },
};
const EKS: Presigned = {
  service: 'sts',
  host: 'sts.eu-central-1.amazonaws.com',
  query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
  headers: { 'x-k8s-aws-id': 'prod' },
  expiresIn: 60,
};

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
      const url = await byTheSdk(what, sealed.sealer.placeholder, at);
      const { status, answer } = await ask(
        JSON.stringify({ method: what.method ?? 'GET', url, headers: what.headers ?? {} }),
      );
      expect([status, answer]).toEqual([200, { url: expect.any(String) }]);
      expect(parts(answer.url)).toEqual(parts(await byTheSdk(what, REAL, at)));
      expect(sealed.calls).toMatchObject([
        { certainty: 'exact', status: null, accessKeyId: REAL.accessKeyId, function: 'resize' },
      ]);
      expect(sealed.calls[0]!.access.map(({ action }) => action)).toEqual(actions);
      const account = sealed.calls[0]!.account ?? '*';
      expect(sealed.calls[0]!.access.flatMap((each) => each.resources)).toEqual(
        resources.map((r) => r.replace('ACCOUNT', account)),
      );
      expect(sealed.findings).toEqual([]);
      expect(upstream.seen).toEqual([]);
    },
  );

  it('is refused, and found, where the function never did what it permits', async () => {
    const at = new Date();
    const once = async (what: Presigned) =>
      ask(JSON.stringify({ url: await byTheSdk(what, sealed.sealer.placeholder, at) }));
    expect((await once(OBJECT)).status).toBe(200);
    const baseline = sealed.sensor.learner!.document();
    await sealed.sensor.close();
    sealed = await startSealed({ port: upstream.port, authority }, { ROLEFENCE_MODE: 'block' }, baseline);
    expect((await once(OBJECT)).status).toBe(200);
    expect(sealed.findings).toEqual([]);
    const { status, answer } = await once({ ...OBJECT, host: 'salaries.s3.eu-central-1.amazonaws.com' });
    expect(status).toBe(403);
    expect(answer).toMatchObject({ code: 'AccessDenied', message: expect.stringContaining('Rolefence refused') });
    expect(JSON.stringify(answer)).not.toContain(REAL.accessKeyId);
    expect(sealed.findings).toMatchObject([
      {
        detector: 'resource',
        blocked: true,
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::salaries/summer days/1.jpg',
      },
    ]);
    expect(sealed.calls.map(({ verdict }) => verdict)).toEqual(['allow', 'block']);
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
    const url = await byTheSdk(what, sealed.sealer.placeholder, new Date());
    expect((await ask(JSON.stringify({ url }))).status).toBe(200);
    expect(sealed.calls[0]!.access[0]!.action).toMatch(/:(?:Db)?Connect$/);
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
    const url = await byTheSdk(what, sealed.sealer.placeholder, new Date());
    const { status, answer } = await ask(JSON.stringify({ method: what.method ?? 'GET', url, headers }));
    const logins = sealed.calls.filter(({ access }) => access.some(({ action }) => /onnect|Kubernetes/.test(action)));
    expect(logins).toEqual([]);
    // What can be told is judged as what it is; the rest is not signed.
    if (status === 200) expect(sealed.calls[0]!.access[0]!.action).toBe(signedAs);
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
      `${sealed.sealer.placeholder.accessKeyId}/20260101/eu-central-1/rds-db/aws4_request`,
    );
    const url = change(await byTheSdk(OBJECT, sealed.sealer.placeholder, new Date()), scope);
    expect((await ask(JSON.stringify({ url }))).status).toBe(400);
    expect(sealed.calls).toEqual([]);
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
    const sealing = sealed.sealer.seal(head, null, { toAws: true, issuesCredentials: true }, Date.now());
    if (sealing.kind !== 'sealed') throw new Error('not sealed');
    const { accessKeyId, secretAccessKey, sessionToken } = JSON.parse(
      sealing.answer!(Buffer.from(JSON.stringify(real)), null)!.toString(),
    ) as Credentials;
    const at = new Date();
    const body = JSON.stringify({ url: await byTheSdk(OBJECT, { accessKeyId, secretAccessKey, sessionToken }, at) });
    const proof = createHmac('sha256', secretAccessKey).update(body).digest('hex');
    const { answer } = await ask(body, { 'x-rolefence-proof': proof });
    expect(parts(answer.url)).toEqual(parts(await byTheSdk(OBJECT, real, at)));
  });

  const knocks: readonly (readonly [string, number, (url: string) => Promise<Asked>])[] = [
    [
      'a GET, as SSRF makes it',
      404,
      (url) => ask('', {}, { method: 'GET', path: `/presign?url=${encodeURIComponent(url)}` }),
    ],
    ['another path', 404, (url) => ask(JSON.stringify({ url }), {}, { path: '/credentials' })],
    ['no proof', 401, (url) => ask(JSON.stringify({ url }), { 'x-rolefence-proof': '' })],
    ['the proof of another body', 401, (url) => ask(JSON.stringify({ url }), { 'x-rolefence-proof': 'a'.repeat(64) })],
    [
      'a host name of somebody else’s (DNS rebinding)',
      400,
      (url) => ask(JSON.stringify({ url }), { host: 'evil.example' }),
    ],
    ['a form, as a page makes it', 400, (url) => ask(`url=${encodeURIComponent(url)}`)],
    ['a URL that is not presigned', 400, () => ask(JSON.stringify({ url: 'https://photos.s3.amazonaws.com/a' }))],
    [
      'a field of letters that are no octets',
      400,
      (url) => ask(JSON.stringify({ url: url.replace('Headers=host', 'Headers=host%3Bx-a'), headers: { 'x-a': 'Ţ' } })),
    ],
    ['a field that breaks lines', 400, (url) => ask(JSON.stringify({ url, headers: { 'x-a': 'b\r\nhost: c' } }))],
  ];
  it.each(knocks)('is not to be had with %s, and a finding tells of it', async (_, status, knock) => {
    const url = await byTheSdk(OBJECT, sealed.sealer.placeholder, new Date());
    const asked = await knock(url);
    expect(asked.status).toBe(status);
    expect(JSON.stringify(asked.answer)).not.toContain(REAL.accessKeyId);
    expect(sealed.findings).toMatchObject([
      { detector: 'seal', key: 'seal: a request to the sensor itself', severity: 'high', blocked: true },
    ]);
    const said = JSON.stringify([sealed.findings, sealed.lines, sealed.calls]);
    expect(said).not.toContain(sealed.sealer.placeholder.sessionToken);
  });

  const tampered: readonly (readonly [string, (url: string) => string])[] = [
    ['another key', (url) => url.replace('1.jpg', '2.jpg')],
    ['another host', (url) => url.replace('photos.', 'salaries.')],
    ['a longer life', (url) => url.replace('X-Amz-Expires=900', 'X-Amz-Expires=9000')],
    ['a life beyond what AWS takes', (url) => url.replace('X-Amz-Expires=900', 'X-Amz-Expires=9000000')],
    ['a parameter more', (url) => `${url}&versionId=1`],
  ];
  it.each(tampered)('is refused with %s than the SDK signed', async (_, change) => {
    const url = change(await byTheSdk(OBJECT, sealed.sealer.placeholder, new Date()));
    const { status, answer } = await ask(JSON.stringify({ url }));
    expect([status, answer.code]).toEqual([403, 'AccessDenied']);
    expect(sealed.findings).toMatchObject([{ detector: 'seal', severity: 'critical', blocked: true }]);
  });

  it('is made for AWS’s hosts only, as S3 takes any other for a bucket’s name', async () => {
    const url = await byTheSdk({ ...OBJECT, host: 'backups.example' }, sealed.sealer.placeholder, new Date());
    expect((await ask(JSON.stringify({ url }))).status).toBe(403);
    expect(sealed.findings.map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining('not for an AWS endpoint'),
    );
  });
});

/** Runs a program as the function's process is: placeholders, the preload, nothing of this machine's environment. */
function inFunction(command: readonly string[], more: Record<string, string> = {}): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = sealed.sealer.placeholder;
  return new Promise((resolve) => {
    const child = spawn(command[0]!, command.slice(1), {
      cwd: ROOT,
      env: {
        PATH: '/usr/bin:/bin',
        HOME: folder,
        AWS_REGION: 'eu-central-1',
        AWS_DEFAULT_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken!,
        ROLEFENCE_SENSOR_PORT: `${sealed.sensor.port}`,
        ROLEFENCE_SENSOR_CA: join(folder, 'ca.pem'),
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
        ...more,
      },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part) => {
        text += part;
      });
    }
    child.on('close', () => resolve(text.trim()));
  });
}

/** What a URL says that it was signed with; the signature checked by the SDK's own signer with the real key. */
async function checked(url: string, what: Presigned): Promise<void> {
  const { searchParams } = new URL(url);
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
    .exec(searchParams.get('X-Amz-Date')!)!
    .map(Number);
  const at = new Date(Date.UTC(year!, month! - 1, day, hour, minute, second));
  const own = [...searchParams].filter(
    ([name]) => !/^X-Amz-(?:Algorithm|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)$/.test(name),
  );
  const wanted = await byTheSdk(
    { ...what, query: Object.fromEntries(own), expiresIn: Number(searchParams.get('X-Amz-Expires')) },
    REAL,
    at,
  );
  expect(parts(url).map(decodeURIComponent)).toEqual(parts(wanted).map(decodeURIComponent));
}

describe("Node's SDK in a sealed function", () => {
  const run = (script: string, kind: 'commonjs' | 'module') =>
    inFunction([process.execPath, `--input-type=${kind}`, '-e', script], {
      NODE_OPTIONS: `--require ${folder}/preload.cjs`,
    });
  const PRESIGN = `
    const options = { Bucket: 'photos', Key: 'summer days/1.jpg' };
    const s3 = new S3Client({});
    const signer = new Signer({ hostname: 'shop.c1.eu-central-1.rds.amazonaws.com', port: 5432, username: 'shop' });
    console.log(await getSignedUrl(s3, new GetObjectCommand(options), { expiresIn: 60 }));
    console.log(await getSignedUrl(s3, new PutObjectCommand(options), { expiresIn: 60 }));
    console.log(await signer.getAuthToken());`;
  const forms = [
    [
      'commonjs',
      `(async () => { const { S3Client, GetObjectCommand, PutObjectCommand } = require('@aws-sdk/client-s3'); const { getSignedUrl } = require('@aws-sdk/s3-request-presigner'); const { Signer } = require('@aws-sdk/rds-signer'); ${PRESIGN} })()`,
    ],
    [
      'module',
      `import { S3Client, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'; import { getSignedUrl } from '@aws-sdk/s3-request-presigner'; import { Signer } from '@aws-sdk/rds-signer'; ${PRESIGN}`,
    ],
  ] as const;
  it.each(forms)(
    'presigns downloads, uploads and database logins that are valid elsewhere: %s',
    async (kind, script) => {
      const printed = await run(script, kind);
      const [get, put, token] = printed.split('\n');
      await checked(get!, OBJECT);
      // Checksums are hoisted into the query by default; what the SDK signs is told by its own fields.
      expect(new URL(put!).searchParams.get('X-Amz-Credential')).toContain(REAL.accessKeyId);
      await checked(`https://${token}`, { ...RDS, host: 'shop.c1.eu-central-1.rds.amazonaws.com:5432' });
      expect(sealed.calls.map(({ operation }) => operation)).toEqual(['GetObject', 'PutObject', 'connect']);
      expect(sealed.findings).toEqual([]);
    },
  );

  it('may use what it presigned itself, too', async () => {
    const script = `import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3'; import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
      const url = await getSignedUrl(new S3Client({}), new GetObjectCommand({ Bucket: 'photos', Key: 'a' }));
      console.log((await fetch(url)).status);
      console.log((await fetch(url.replace('photos', 'other'))).status);`;
    expect(await run(script, 'module')).toBe('200\n200');
    const used = new URL(`https://h${upstream.seen[0]!.target}`).searchParams;
    expect(used.get('X-Amz-Credential')).toContain(REAL.accessKeyId);
    expect(sealed.calls.map(({ operation }) => operation)).toEqual(['GetObject', 'GetObject', 'GetObject']);
  });

  it('gets an error of its own kind where the sensor refuses or is not there', async () => {
    const script = `import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3'; import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
      await getSignedUrl(new S3Client({}), new GetObjectCommand({ Bucket: 'photos', Key: 'a' })).catch((e) => console.log(e.name, e.$metadata.httpStatusCode));`;
    await sealed.sensor.close();
    expect(await run(script, 'module')).toBe('ServiceUnavailable 503');
    sealed = await startSealed(
      { port: upstream.port, authority },
      { ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: 'closed' },
      { format: 'rolefence.baseline/1', functions: {} },
    );
    expect(await run(script, 'module')).toBe('AccessDenied 403');
  });

  it('asks by a global function where its SDK is bundled, and so no module can be seen', async () => {
    const url = await byTheSdk(OBJECT, sealed.sealer.placeholder, new Date());
    const printed = await run(
      `globalThis[Symbol.for('rolefence.presign')](${JSON.stringify(url)}).then(console.log)`,
      'commonjs',
    );
    await checked(printed, OBJECT);
  });
});

const tools = provide('python', 'aiobotocore');
describe.skipIf(tools.missing !== null)(`Python's SDK in a sealed function${because(tools)}`, () => {
  const run = (tool: 'python' | 'aiobotocore', script: string, more: Record<string, string> = {}) =>
    inFunction([join(tools.folders[tool], 'bin/python'), '-c', script], {
      PYTHONPATH: join(ROOT, 'layer/opt/rolefence/python'),
      PYTHONDONTWRITEBYTECODE: '1',
      ...more,
    });

  it('presigns downloads, uploads, database and Kubernetes logins that are valid elsewhere', async () => {
    const script = `
import boto3
s3 = boto3.client("s3", region_name="us-east-1")
what = {"Bucket": "photos", "Key": "summer days/1.jpg"}
print(s3.generate_presigned_url("get_object", what, 60))
print(s3.generate_presigned_url("put_object", what, 60))
print(boto3.client("rds").generate_db_auth_token("shop.c1.eu-central-1.rds.amazonaws.com", 5432, "shop"))
sts = boto3.client("sts")
def add(params, context, **_): context["id"] = params.pop("ClusterName")
def put(request, **_): request.headers["x-k8s-aws-id"] = request.context["id"]
sts.meta.events.register("provide-client-params.sts.GetCallerIdentity", add)
sts.meta.events.register("before-sign.sts.GetCallerIdentity", put)
print(sts.generate_presigned_url("get_caller_identity", {"ClusterName": "prod"}, 60, "GET"))`;
    const printed = (await run('python', script)).split('\n');
    expect(printed).toHaveLength(4);
    const [get, put, rds, eks] = printed as [string, string, string, string];
    const object = { ...OBJECT, region: 'us-east-1', host: new URL(get).host };
    await checked(get, object);
    await checked(put, { ...object, method: 'PUT' });
    await checked(`https://${rds}`, { ...RDS, host: 'shop.c1.eu-central-1.rds.amazonaws.com:5432' });
    await checked(eks, { ...EKS, host: new URL(eks).host, headers: { 'x-k8s-aws-id': 'prod' } });
    expect(sealed.calls.map(({ operation }) => operation)).toEqual([
      'GetObject',
      'PutObject',
      'connect',
      'AccessKubernetesApi',
    ]);
    expect(sealed.findings).toEqual([]);
  });

  it('is told where it makes a form for S3, which cannot be sealed', async () => {
    const printed = await run('python', `import boto3\nboto3.client("s3").generate_presigned_post("photos", "a")`);
    expect(printed).toContain('AWS will refuse it');
  });

  it('gets an error of its own kind where the sensor refuses', async () => {
    await sealed.sensor.close();
    sealed = await startSealed(
      { port: upstream.port, authority },
      { ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: 'closed' },
      { format: 'rolefence.baseline/1', functions: {} },
    );
    const script = `
import boto3, botocore.exceptions
try: boto3.client("s3").generate_presigned_url("get_object", {"Bucket": "photos", "Key": "a"})
except botocore.exceptions.ClientError as error: print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])`;
    expect(await run('python', script)).toBe('AccessDenied 403');
  });

  it('does so in aiobotocore as well', async () => {
    const script = `
import asyncio
from aiobotocore.session import get_session
async def main():
    async with get_session().create_client("s3", region_name="us-east-1") as s3:
        print(await s3.generate_presigned_url("get_object", {"Bucket": "photos", "Key": "summer days/1.jpg"}, 60))
asyncio.run(main())`;
    const url = await run('aiobotocore', script);
    await checked(url, { ...OBJECT, region: 'us-east-1', host: new URL(url).host });
  });

  it('runs the sitecustomize that ours hides, and is left alone without placeholders', async () => {
    writeFileSync(join(folder, 'sitecustomize.py'), 'print("theirs")\n');
    const both = `${join(ROOT, 'layer/opt/rolefence/python')}:${folder}`;
    expect(await run('python', 'print("mine")', { PYTHONPATH: both })).toBe('theirs\nmine');
    const plain = await run(
      'python',
      'import boto3; print(boto3.client("s3").generate_presigned_url("get_object", {"Bucket": "p", "Key": "a"}))',
      {
        AWS_SESSION_TOKEN: 'shared',
      },
    );
    expect(plain).toContain('https://');
    expect(sealed.calls).toEqual([]);
  });
});
