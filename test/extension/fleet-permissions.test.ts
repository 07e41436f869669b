import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NO_DEMAND } from '../../baseline/approval/accept.ts';
import { ISOLATION } from '../../baseline/approval/isolation.ts';
import { readPolicy } from '../../baseline/policy/document.ts';
import { evaluate } from '../../baseline/policy/evaluate.ts';
import { createFleet, type Fleet } from '../../baseline/store/fleet.ts';
import { type Key, keyText, type Send, SLOTS, slotKey } from '../../baseline/store/key-value.ts';
import { s3Store } from '../../baseline/store/s3.ts';
import { createDirect } from '../../extension/alerts/transport/direct.ts';
import { createSend } from '../../extension/fleet/send.ts';
import { type Moto, startMoto } from '../e2e/aws/moto.ts';
import { because, provide } from '../toolchain/provide.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:111122223333:table/rolefence-baselines';

/** CloudFormation's short forms, as far as this policy has them: all of them name the table. */
const TAGS = ['!GetAtt', '!Ref', '!Sub', '!If', '!Not', '!Equals', '!And', '!Or', '!Join', '!Select'].flatMap((tag) => [
  { tag, resolve: (): string => TABLE },
  { tag, collection: 'seq' as const, resolve: (): string => TABLE },
]);

/** The policies that docs/fleet.md gives to a function's role, word for word: DynamoDB's, then S3's. */
function documented(at: number, values: Readonly<Record<string, string>>): object {
  const page = readFileSync(join(import.meta.dirname, '../../docs/fleet.md'), 'utf8');
  const json = [...page.matchAll(/```json\n([\s\S]*?)```/g)][at]![1]!;
  const filled = Object.entries(values).reduce((text, [name, value]) => text.replaceAll(name, value), json);
  return { Version: '2012-10-17', Statement: JSON.parse(filled) };
}

const own = (kind: 'approved' | 'candidate', part: string | null = null) => keyText({ kind, function: 'resize', part });
const slot = (n: number, fn = 'resize') => keyText(slotKey(fn, n));

describe('what a function’s role may do in the store of its fleet', () => {
  const policies = [readPolicy(documented(0, { REGION: 'eu-west-1', ACCOUNT: '111122223333' }), 'docs/fleet.md')];
  const mayAll = (action: string, keys: readonly string[]) =>
    evaluate(
      { policies, boundary: null },
      { action: `dynamodb:${action}`, resource: TABLE, context: new Map([['dynamodb:leadingkeys', keys]]) },
    ).allowed;
  const may = (action: string, key: string) => mayAll(action, [key]);

  it('is to read at its start what is approved and the switches, in one request', () => {
    const first = [own('approved'), 'isolation#resize', 'break-glass#fleet'];
    expect(mayAll('BatchGetItem', first)).toBe(true);
    for (const foreign of [
      'approved#billing',
      'isolation#billing',
      'history#resize#20261125190812',
      slot(0, 'billing'),
    ])
      expect(mayAll('BatchGetItem', [...first, foreign])).toBe(false);
  });

  it('is to read what is approved and what is known of it, and to write its own slots', () => {
    expect(may('GetItem', own('approved'))).toBe(true);
    expect(may('GetItem', `${own('approved')}#Ab3dEf-_9hIjKlMn#1`)).toBe(true);
    expect(may('GetItem', own('candidate'))).toBe(true);
    expect(may('GetItem', 'break-glass#fleet')).toBe(true);
    expect(may('GetItem', 'isolation#resize')).toBe(true);
    for (let part = 1; part < 16; part++) expect(may('GetItem', own('candidate', part.toString(16)))).toBe(true);
    for (let n = 0; n < SLOTS; n++) {
      expect(may('GetItem', slot(n))).toBe(true);
      expect(may('PutItem', slot(n))).toBe(true);
    }
  });

  it('is not to grow the table beyond sixteen items of its own, whatever it calls them', () => {
    const names = ['', 'g', 'F', '00', '0 ', '10', '{', 'ü', 'z'.repeat(2000), ...'0123456789abcdef'].map(
      (part) => `learned#resize#${part}`,
    );
    names.push('learned#resize', 'learned#resized#0', 'learned#Resize#0', 'other#resize#0', 'history#resize#0');
    const writable = names.filter((name) => may('PutItem', name));
    expect(writable).toHaveLength(SLOTS);
    for (const action of [
      'UpdateItem',
      'BatchWriteItem',
      'DeleteItem',
      'PartiQLInsert',
      'PartiQLUpdate',
      'PartiQLDelete',
    ])
      expect(names.filter((name) => may(action, name))).toEqual([]);
  });

  it.each([
    ['change what is approved', 'PutItem', own('approved')],
    ['update what is approved', 'UpdateItem', own('approved')],
    ['change a part of what is approved', 'PutItem', `${own('approved')}#Ab3dEf-_9hIjKlMn#1`],
    ['change what is known', 'PutItem', own('candidate')],
    ['break the glass', 'PutItem', 'break-glass#fleet'],
    ['end its isolation', 'PutItem', 'isolation#resize'],
    ['remove its isolation', 'DeleteItem', 'isolation#resize'],
    ['isolate others', 'PutItem', 'isolation#billing'],
    ['read whether others are isolated', 'GetItem', 'isolation#billing'],
    ['change a further part of it', 'PutItem', own('candidate', '1')],
    ['remove what is approved', 'DeleteItem', own('approved')],
    ['change what was approved before', 'PutItem', 'history#resize#20261125190812'],
    ['read what was approved before, to replay it', 'GetItem', 'history#resize#20261125190812'],
    ['read what others do', 'GetItem', 'approved#billing'],
    ['read a part of what others do', 'GetItem', 'approved#billing#Ab3dEf-_9hIjKlMn#1'],
    ['read what is known of others', 'GetItem', 'candidate#billing'],
    ['read what others have learned', 'GetItem', slot(0, 'billing')],
    ['write what others have learned', 'PutItem', slot(0, 'billing')],
    ['write a slot that there is not', 'PutItem', 'learned#resize#10'],
    ['fill the table with keys of its own making', 'PutItem', 'learned#resize#zzz'],
    ['read its slots at once', 'BatchGetItem', slot(0)],
    ['read at once what others do', 'BatchGetItem', 'approved#billing'],
    ['list the table', 'Scan', ''],
    ['query it', 'Query', slot(0)],
    ['delete it', 'DeleteTable', ''],
  ])('is not to %s', (_, action, key) => {
    expect(may(action, key)).toBe(false);
  });
});

describe('what the aggregation of template.yaml may do', () => {
  const template = parse(readFileSync(join(import.meta.dirname, '../../template.yaml'), 'utf8'), { customTags: TAGS });
  const { Statement } = template.Resources.Aggregation.Properties.Policies[0];
  const policies = [readPolicy({ Version: '2012-10-17', Statement }, 'template.yaml')];
  const may = (action: string, key: string) =>
    evaluate(
      { policies, boundary: null },
      { action: `dynamodb:${action}`, resource: TABLE, context: new Map([['dynamodb:leadingkeys', [key]]]) },
    ).allowed;

  it('is to join slots into candidates and to empty them', () => {
    expect(may('GetItem', slot(3))).toBe(true);
    expect(may('DeleteItem', slot(3))).toBe(true);
    expect(may('GetItem', own('candidate'))).toBe(true);
    expect(may('PutItem', own('candidate', 'f'))).toBe(true);
    expect(may('Scan', '')).toBe(true);
  });

  it.each([
    ['change what is approved', 'PutItem', own('approved')],
    ['remove what is approved', 'DeleteItem', own('approved')],
    ['change what was approved before', 'PutItem', 'history#resize#20261125190812'],
    ['remove what was learned before it is approved', 'DeleteItem', own('candidate')],
    ['break the glass', 'PutItem', 'break-glass#fleet'],
  ])('is not to %s', (_, action, key) => {
    expect(may(action, key)).toBe(false);
  });
});

const provided = provide('python');

describe.skipIf(provided.missing !== null)(
  `what a function’s role may do in S3, as moto enforces IAM${because(provided)}`,
  () => {
    const REGION = 'us-east-1';
    const BUCKET = 'rolefence-baselines-enforced';
    let moto: Moto;
    let as: Send;
    let theirs: Fleet;
    const isolated = {
      format: ISOLATION,
      function: 'resize',
      from: '2026-11-25T20:00:00.000Z',
      by: null,
      reason: 'ticket 7',
    } as const;
    /** After so many requests moto begins to enforce. */
    const authorize = (freeRequests: number) =>
      new Promise<void>((resolve) => {
        const { caPem: ca, port } = moto;
        const path = '/moto-api/reset-auth';
        const to = { host: '127.0.0.1', port, path, method: 'POST', ca, servername: 'localhost', agent: false };
        request(to, (answer) => answer.resume().on('end', resolve)).end(`${freeRequests}`);
      });
    beforeAll(async () => {
      moto = await startMoto(provided.folders.python);
      const agent = new Agent({ ca: moto.caPem });
      const options = {
        region: REGION,
        endpoint: `https://localhost:${moto.port}`,
        credentials: { accessKeyId: 'AKIARTX3GSDSV2OWNER7', secretAccessKey: 'owner' },
        requestHandler: { httpsAgent: agent },
      };
      const direct = createDirect({ route: () => ({ host: '127.0.0.1', port: moto.port }), ca: moto.caPem });
      const iam = new IAMClient(options);
      await new S3Client({ ...options, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
      const owner = createSend({
        region: REGION,
        credentials: async () => options.credentials,
        direct,
        timeoutMs: 10_000,
      });
      theirs = createFleet(s3Store(BUCKET, 'team', owner));
      for (const fn of ['resize', 'billing'])
        await theirs.approvals.publish(
          fn,
          JSON.stringify({ format: 'rolefence.baseline/1', approval: { serial: 1 }, functions: { [fn]: {} } }),
        );
      await theirs.isolation('resize').turn(isolated);
      await iam.send(new CreateUserCommand({ UserName: 'resize' }));
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'resize' }));
      const policy = documented(1, { BUCKET, PREFIX: 'team' });
      await iam.send(
        new PutUserPolicyCommand({
          UserName: 'resize',
          PolicyName: 'baselines',
          PolicyDocument: JSON.stringify(policy),
        }),
      );
      const credentials = async () => ({
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      });
      as = createSend({ region: REGION, credentials, direct, timeoutMs: 10_000 });
      await authorize(0);
    }, 900_000);
    afterAll(async () => {
      await authorize(1e9);
      await moto.close();
    });
    const key = (kind: Key['kind'], fn: string, part: string | null): Key => ({ kind, function: fn, part });
    const store = () => s3Store(BUCKET, 'team', as, { attempts: 1, pause: async () => {}, random: () => 0 });

    it('is to read what is approved and whether it is isolated, and to write its own slots', async () => {
      expect(await createFleet(store()).isolation('resize').load()).toMatchObject({ reason: 'ticket 7' });
      expect(await store().get(key('approved', 'resize', null))).not.toBeNull();
      for (const part of ['0', '9', 'f'])
        expect(await store().put(key('learned', 'resize', part), Buffer.from('x'), null)).toBe(true);
      expect(await store().get(key('learned', 'resize', '0'))).not.toBeNull();
    });

    it.each([
      [
        'write the copy that it starts from',
        () => store().put(key('cold-start', 'resize', null), Buffer.from('x'), null),
      ],
      ['take that copy away', () => store().remove(key('cold-start', 'resize', null), '"x"')],
      ['read the copy of others', () => store().get(key('cold-start', 'billing', null))],
      ['read what others do', () => store().get(key('approved', 'billing', null))],
      ['read what was approved before', () => store().get(key('history', 'resize', '1'))],
      ['change what is approved', () => store().put(key('approved', 'resize', null), Buffer.from('x'), null)],
      ['change what is known', () => store().put(key('candidate', 'resize', null), Buffer.from('x'), null)],
      ['write what others have learned', () => store().put(key('learned', 'billing', '0'), Buffer.from('x'), null)],
      ['write a slot that there is not', () => store().put(key('learned', 'resize', '10'), Buffer.from('x'), null)],
      ['end its isolation', () => store().put(key('isolation', 'resize', null), Buffer.from('x'), '"x"')],
      ['remove its isolation', () => store().remove(key('isolation', 'resize', null), '"x"')],
      ['isolate others', () => store().put(key('isolation', 'billing', null), Buffer.from('x'), null)],
      ['remove what is approved', () => store().remove(key('approved', 'resize', null), '"x"')],
    ])('is not to %s', async (_, attempt) => {
      await expect(attempt()).rejects.toThrow(/\(AccessDenied\)/);
    });

    it('is to find all that a sensor asks for at its start with one request, and while it is isolated with one for each object', async () => {
      const look = async (mode: 'alert' | 'block') => {
        const asked: string[] = [];
        const counting: Send = (request) => {
          asked.push(`${request.method} ${request.path.slice('/team/'.length, -'.json.gz'.length)}`);
          return as(request);
        };
        const first = createFleet(s3Store(BUCKET, 'team', counting)).firstLook('resize', mode, NO_DEMAND);
        const [document, held] = await Promise.all([
          first.approved(),
          first.isolation(),
          ...(mode === 'block' ? [first.breakGlass().catch(() => null)] : []),
        ]);
        expect(Object.keys(document!.functions)).toEqual(['resize']);
        return { held, asked: asked.sort() };
      };
      expect(await look('alert')).toMatchObject({
        held: { reason: 'ticket 7' },
        asked: ['GET approved/resize', 'GET cold-start/resize', 'GET isolation/resize'],
      });
      await authorize(1e9);
      await theirs.isolation('resize').end();
      await authorize(0);
      for (const mode of ['alert', 'block'] as const)
        expect(await look(mode)).toEqual({ held: null, asked: ['GET cold-start/resize'] });
      await authorize(1e9);
      await theirs.isolation('resize').turn(isolated);
      await authorize(0);
      expect((await look('block')).held).toMatchObject({ reason: 'ticket 7' });
    });
  },
);
