import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_DEMAND } from '../../baseline/approval/accept.ts';
import { signDocument } from '../../baseline/approval/signature.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import { dynamoDbStore } from '../../baseline/store/dynamodb.ts';
import { createFleet, type HandIn } from '../../baseline/store/fleet.ts';
import { folderStore } from '../../baseline/store/folder.ts';
import { type Key, type KeyValue, slotKey } from '../../baseline/store/key-value.ts';
import { s3Store } from '../../baseline/store/s3.ts';
import { createDirect } from '../../extension/alerts/transport/direct.ts';
import { createSend } from '../../extension/fleet/send.ts';
import { get } from '../baseline/calls.ts';
import { type Moto, startMoto } from '../e2e/aws/moto.ts';
import { because, provide } from '../toolchain/provide.ts';
import { createTable, type Dynalite, startDynalite } from './dynalite.ts';

const provided = provide('python');
const REGION = 'us-east-1';
const OWNER = { accessKeyId: 'AKIARTX3GSDSV2OWNER7', secretAccessKey: 'owner' };

/** What one environment learns of the function `resize` from reading these objects. */
function learned(...keys: string[]): BaselineDocument {
  const learner = createLearner();
  for (const key of keys)
    learner.observe(get(key, { function: 'resize', invocation: `i-${key}`, time: '2026-01-05T08:00:00.000Z' }));
  return learner.document();
}

const handIn = (environment: string, document: BaselineDocument): HandIn => ({
  function: 'resize',
  environment,
  version: '7',
  aliases: ['live'],
  learned: document,
  last: true,
});

const KEY: Key = { kind: 'learned', function: 'arn:aws:lambda:us-east-1:1:function:a b/ü', part: 'b' };

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function contract(open: () => KeyValue) {
  const bytes = (text: string) => Buffer.from(text);

  it('keeps values under keys of any name', async () => {
    const store = open();
    expect(await store.get(KEY)).toBeNull();
    expect(await store.put(KEY, bytes('one'), null)).toBe(true);
    expect(Buffer.from((await store.get(KEY))!.bytes).toString()).toBe('one');
    expect(await all(store.list('learned'))).toContainEqual(KEY);
    expect(await all(store.list('approved'))).toEqual([]);
  });

  it('reads several at once as it reads each', async () => {
    const store = open();
    if (store.getAll === undefined) return;
    const keys = ['0', '1', '2'].map((part): Key => ({ ...KEY, part }));
    await store.put(keys[0]!, bytes('one'), null);
    await store.put(keys[2]!, bytes('three'), null);
    expect(await store.getAll(keys)).toEqual(await Promise.all(keys.map((key) => store.get(key))));
  });

  it('writes and removes only what nobody else has written since', async () => {
    const store = open();
    const key: Key = { ...KEY, part: '3' };
    await store.put(key, bytes('one'), null);
    const first = (await store.get(key))!.tag;
    expect(await store.put(key, bytes('two'), null)).toBe(false);
    expect(await store.put(key, bytes('two'), first)).toBe(true);
    expect(await store.put(key, bytes('three'), first)).toBe(false);
    expect(await store.remove(key, first)).toBe(false);
    const second = (await store.get(key))!.tag;
    expect(Buffer.from((await store.get(key))!.bytes).toString()).toBe('two');
    expect(await store.remove(key, second)).toBe(true);
    expect(await store.get(key)).toBeNull();
  });

  it('lets a removal that was long under way take nothing that was written since', async () => {
    const store = open();
    const key: Key = { ...KEY, part: '4' };
    await store.put(key, bytes('one'), null);
    const { tag } = (await store.get(key, true))!;
    await store.remove(key, tag);
    await store.put(key, bytes('two'), null);
    expect(await store.remove(key, tag)).toBe(false);
    expect(await store.put(key, bytes('three'), tag)).toBe(false);
    expect(Buffer.from((await store.get(key, true))!.bytes).toString()).toBe('two');
  });

  it('adds up what environments learned, whatever their order, and hands it on for approval', async () => {
    const fleet = createFleet(open());
    const environments = ['e1', 'e2', 'e3', 'e4'].map(
      (name, i) => [name, learned(`in/${i}.jpg`, 'in/all.jpg')] as const,
    );
    await Promise.all(environments.map(([name, document]) => fleet.contribute(handIn(name, document))));
    expect(await fleet.contribute(handIn('e2', environments[1]![1]))).toBe('known');
    expect(await fleet.aggregate()).toEqual({ changed: ['resize'], failed: [], leftOut: [], full: [] });
    const whole = mergeBaselines(environments.map(([, document]) => document));
    expect((await fleet.candidate('resize'))!.functions).toEqual(whole.functions);
    expect(await all(fleet.functions())).toContain('resize');
    // Nothing is new any more: nothing is written, and the slots are empty.
    expect(await createFleet(open()).contribute(handIn('e1', environments[0]![1]))).toBe('known');
    expect((await all(open().list('learned'))).filter(({ function: fn }) => fn === 'resize')).toEqual([]);
    expect(await fleet.aggregate()).toEqual({ changed: [], failed: [], leftOut: [], full: [] });
  });

  it('gives sensors what was approved and bears the right signature', async () => {
    const fleet = createFleet(open());
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const demand = { key: publicKey, min: null };
    const approved = (serial: number) => ({ approval: { serial }, ...learned('in/1.jpg') });
    expect(await fleet.approved('resize', demand)).toBeNull();
    await fleet.approvals.publish('resize', JSON.stringify(approved(1)));
    expect(await fleet.approved('resize', NO_DEMAND)).toEqual(learned('in/1.jpg'));
    await expect(fleet.approved('resize', demand)).rejects.toThrow(/is not approved: it is not signed/);
    const signed = { ...approved(2), signature: signDocument(approved(2), privateKey) };
    await fleet.approvals.publish('resize', JSON.stringify(signed));
    expect(await fleet.approved('resize', demand)).toEqual(learned('in/1.jpg'));
  });

  it('keeps what was approved before, and takes no older document in the place of a newer', async () => {
    const { approvals } = createFleet(open());
    const text = (serial: number) => JSON.stringify({ approval: { serial }, ...learned(`in/${serial}.jpg`) });
    for (const serial of [5, 7, 7]) await approvals.publish('resize', text(serial));
    expect(await approvals.serials('resize')).toEqual([7, 5]);
    expect(await approvals.past('resize', 5)).toBe(text(5));
    expect(await approvals.past('resize', 6)).toBeNull();
    await expect(approvals.publish('resize', text(5))).rejects.toThrow(
      /holds a newer approved baseline of resize \(7, not 5\)/,
    );
    await expect(approvals.publish('resize', `${text(7)} `)).rejects.toThrow(
      /another document of resize with this serial/,
    );
    expect(await approvals.newest('resize')).toBe(text(7));
    expect(await approvals.serials('other')).toEqual([]);
  });

  it('keeps what was approved in one piece, however large, and gives it whole', async () => {
    const store = open();
    const { approvals } = createFleet(store);
    const text = (serial: number, size: number) =>
      JSON.stringify({ approval: { serial }, ...learned('x'), noise: randomBytes(size).toString('base64') });
    const [small, large, larger] = [text(1, 10), text(2, 700_000), text(3, 1_200_000)];
    for (const one of [small, large, larger, larger]) {
      await approvals.publish('resize', one);
      expect((await approvals.newest('resize')) === one).toBe(true);
      expect(await createFleet(store).approved('resize', { key: null, min: null })).toEqual(learned('x'));
    }
    for (const [serial, one] of [small, large, larger].entries())
      expect((await approvals.past('resize', serial + 1)) === one).toBe(true);
    await approvals.publish('resize', text(4, 10));
    expect(await all(store.list('approved'))).toEqual([{ kind: 'approved', function: 'resize', part: null }]);
    await expect(approvals.publish('resize', text(5, 14_000_000))).rejects.toThrow(
      'takes no baseline of this size: that of resize',
    );
  });

  it('takes nonsense in a slot for nothing, and what a slot says of other functions too', async () => {
    const store = open();
    const fleet = createFleet(store);
    await store.put(slotKey('crop', 0), bytes('nonsense'), null);
    const { gzipSync } = await import('node:zlib');
    await store.put(slotKey('crop', 1), gzipSync(JSON.stringify(learned('x'))), null);
    expect(await fleet.aggregate()).toEqual({
      changed: [],
      failed: [],
      leftOut: [
        { function: 'crop', slot: '0', whole: true, reason: 'the slot holds what is no compressed baseline document' },
        { function: 'crop', slot: '1', whole: true, reason: 'the slot says nothing of the function crop' },
      ],
      full: [],
    });
    expect(await fleet.candidate('crop')).toBeNull();
    expect(await all(store.list('learned'))).not.toContainEqual(expect.objectContaining({ function: 'crop' }));
  });
}

describe('the store in a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-fleet-'));
  let run = 0;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let current = '';
  contract(() => folderStore(current));
  // One folder a test, as the others have one bucket or table a test.
  beforeEach(() => {
    current = join(folder, `${run++}`);
  });
});

describe('the store in DynamoDB (dynalite)', () => {
  let dynalite: Dynalite;
  let table = '';
  beforeAll(async () => {
    dynalite = await startDynalite();
  });
  afterAll(() => dynalite.close());
  beforeEach(async () => {
    table = `baselines-${Math.floor(Math.random() * 1e9)}`;
    await dynalite.createTable(table);
  });
  const open = () => dynamoDbStore(table, dynalite.send);
  contract(open);
  const ids = () => dynalite.ids(table);

  it('keeps the parts of a large document beside it, under names that a function’s role may read, and takes them away with it', async () => {
    const store = open();
    const key: Key = { kind: 'approved', function: 'resize', part: null };
    expect(await store.put(key, randomBytes(1_000_000), null)).toBe(true);
    const first = await ids();
    expect(first).toEqual([
      'approved#resize',
      ...[1, 2].map((n) => expect.stringMatching(`^approved#resize#.{16}#${n}$`)),
    ]);
    const { tag } = (await store.get(key))!;
    expect(await store.put(key, randomBytes(500_000), 'another')).toBe(false);
    expect(await store.put(key, randomBytes(500_000), tag)).toBe(true);
    const second = await ids();
    for (const id of first.slice(1)) expect(second).not.toContain(id);
    expect((await store.get(key))!.bytes).toHaveLength(500_000);
    await expect(store.put({ ...key, kind: 'candidate' }, randomBytes(500_000), null)).rejects.toThrow(
      'takes no item of this size (500000 bytes)',
    );
  });

  it('says so where a part of a large document is missing', async () => {
    const store = open();
    const key: Key = { kind: 'approved', function: 'resize', part: null };
    await store.put(key, randomBytes(500_000), null);
    const id = (await ids())[1]!;
    await dynalite.client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }));
    await expect(store.get(key)).rejects.toThrow('cannot be read (a part is missing)');
  });
});

describe.skipIf(provided.missing !== null)(`the stores against moto${because(provided)}`, () => {
  let moto: Moto;
  let name = '';
  beforeAll(async () => {
    moto = await startMoto(provided.folders.python);
  }, 900_000);
  afterAll(() => moto?.close());
  beforeEach(async () => {
    name = `baselines-${Math.floor(Math.random() * 1e9)}`;
    const { Agent } = await import('node:https');
    const agent = new Agent({ ca: moto.caPem });
    const options = {
      region: REGION,
      endpoint: `https://localhost:${moto.port}`,
      credentials: OWNER,
      requestHandler: { httpsAgent: agent },
    };
    await new DynamoDBClient(options).send(createTable(name));
    await new S3Client({ ...options, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: name }));
    agent.destroy();
  });
  describe('DynamoDB', () => contract(() => dynamoDbStore(name, sendTo(moto.port, moto.caPem))));
  describe('S3', () => contract(() => s3Store(name, 'team/baselines', sendTo(moto.port, moto.caPem))));

  it('say what is wrong in one sentence', async () => {
    const send = sendTo(moto.port, moto.caPem);
    await expect(dynamoDbStore('nowhere', send).get(KEY)).rejects.toThrow(
      'the baseline store dynamodb://nowhere cannot be read (there is no table nowhere)',
    );
    await expect(s3Store('nowhere-at-all', '', send).get(KEY)).rejects.toThrow(
      'the baseline store s3://nowhere-at-all cannot be read (there is no bucket nowhere-at-all)',
    );
    await expect(s3Store('b', '', sendTo(1, moto.caPem)).get(KEY)).rejects.toThrow(
      'the baseline store s3://b cannot be reached (ECONNREFUSED)',
    );
  });
});

const sendTo = (port: number, ca: string) =>
  createSend({
    region: REGION,
    credentials: async () => OWNER,
    direct: createDirect({ route: () => ({ host: '127.0.0.1', port }), ca }),
    timeoutMs: 10_000,
  });
