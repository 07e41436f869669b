import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BREAK_GLASS } from '../../baseline/approval/break-glass.ts';
import { ISOLATION } from '../../baseline/approval/isolation.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { dynamoDbStore } from '../../baseline/store/dynamodb.ts';
import { createFleet } from '../../baseline/store/fleet.ts';
import type { KeyValue, Send, StoreAnswer } from '../../baseline/store/key-value.ts';
import { s3Store } from '../../baseline/store/s3.ts';
import { readConfig } from '../../extension/config.ts';
import { createLog } from '../../extension/log.ts';
import { startSensor } from '../../extension/sensor.ts';
import { storeSource } from '../../extension/startup.ts';
import { get } from '../baseline/calls.ts';
import { type Dynalite, startDynalite } from './dynalite.ts';

const TABLE = 'baselines';
const MODES = ['learn', 'alert', 'block'] as const;

function approved(noise = ''): string {
  const learner = createLearner();
  learner.observe(get('in/1.jpg', { function: 'resize', invocation: 'i' }));
  return JSON.stringify({ approval: { serial: noise.length + 1 }, ...learner.document(), noise });
}

/** The same with what was asked: of DynamoDB the operation, else method and path. */
function counted(send: Send) {
  const asked: string[] = [];
  const counting: Send = (request) => {
    asked.push(request.headers?.['x-amz-target']?.split('.')[1] ?? `${request.method} ${request.path}`);
    return send(request);
  };
  return { asked, send: counting };
}

const answer = (status: number, body: object): StoreAnswer => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(body)),
});
const NO_PAUSES = { attempts: 4, pause: async () => {}, random: () => 0 };

/** What a sensor says until it is ready. */
async function started(mode: (typeof MODES)[number], store: KeyValue) {
  const { config } = readConfig({
    ROLEFENCE_MODE: mode,
    ROLEFENCE_BASELINE: `dynamodb://${TABLE}`,
    ROLEFENCE_ON_FAILURE: 'closed',
    ROLEFENCE_BASELINE_WAIT_MS: '60000',
  });
  const lines: string[] = [];
  const line = (text: string) => void lines.push(text);
  const sensor = await startSensor({
    config,
    identity: { function: 'resize' },
    baselineStore: storeSource(createFleet(store), 'resize', `dynamodb://${TABLE}`, config),
    log: createLog('info', line, (_, text) => text),
    sinks: [],
    caFile: null,
  });
  await sensor.close();
  return lines.join('\n');
}

describe('what a sensor asks its store for when it starts', () => {
  let dynalite: Dynalite;
  beforeAll(async () => {
    dynalite = await startDynalite();
    await dynalite.createTable(TABLE);
    await createFleet(dynamoDbStore(TABLE, dynalite.send)).approvals.publish('resize', approved());
  });
  afterAll(() => dynalite.close());

  it.each([
    ['learn', 'GetItem'],
    ['alert', 'BatchGetItem'],
    ['block', 'BatchGetItem'],
  ] as const)('is one request of DynamoDB in %s mode', async (mode, operation) => {
    const { asked, send } = counted(dynalite.send);
    expect(await started(mode, dynamoDbStore(TABLE, send))).toBe('');
    expect(asked).toEqual([operation]);
  });

  it('brings the switches with it', async () => {
    const fleet = createFleet(dynamoDbStore(TABLE, dynalite.send));
    const turned = { from: new Date().toISOString(), by: null, reason: 'ticket 7' };
    await fleet.isolation('resize').turn({ format: ISOLATION, function: 'resize', ...turned });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await fleet.breakGlass.turn({ format: BREAK_GLASS, ...turned, until, functions: null });
    const { asked, send } = counted(dynalite.send);
    const said = await started('block', dynamoDbStore(TABLE, send));
    expect(said).toContain('the function is isolated since');
    expect(said).toContain('break glass: block mode only alerts until');
    expect(asked).toEqual(['BatchGetItem']);
    await fleet.isolation('resize').end();
    await fleet.breakGlass.end();
  });

  it('is one more for each further item of a document that is larger than an item', async () => {
    const fleet = createFleet(dynamoDbStore(TABLE, dynalite.send));
    await fleet.approvals.publish('resize', approved(randomBytes(700_000).toString('base64')));
    const { asked, send } = counted(dynalite.send);
    expect(await started('block', dynamoDbStore(TABLE, send))).toBe('');
    expect(asked).toEqual(['BatchGetItem', 'GetItem']);
  });

  it('is asked again for what DynamoDB did not come to', async () => {
    const whole = dynalite.send;
    // A fake of a busy DynamoDB, which no real one here is: it answers for one key at a time.
    let left = 2;
    const busy: Send = async (request) => {
      const body = JSON.parse(Buffer.from(request.body!).toString()) as {
        RequestItems?: { baselines: { Keys: object[] } };
      };
      const keys = body.RequestItems?.baselines.Keys ?? [];
      if (keys.length < 2 || left-- <= 0) return whole(request);
      const one = Buffer.from(JSON.stringify({ RequestItems: { [TABLE]: { Keys: keys.slice(0, 1) } } }));
      const { status, body: bytes } = await whole({ ...request, body: one });
      const answered = JSON.parse(Buffer.from(bytes).toString()) as object;
      return answer(status, { ...answered, UnprocessedKeys: { [TABLE]: { Keys: keys.slice(1) } } });
    };
    const { asked, send } = counted(busy);
    expect(await started('block', dynamoDbStore(TABLE, send, NO_PAUSES))).toBe('');
    expect(asked.filter((operation) => operation === 'BatchGetItem')).toHaveLength(3);
    const never: Send = async () => answer(200, { Responses: {}, UnprocessedKeys: { [TABLE]: { Keys: [{}] } } });
    await expect(
      dynamoDbStore(TABLE, never, NO_PAUSES).getAll!([{ kind: 'approved', function: 'resize', part: null }]),
    ).rejects.toThrow('cannot be read (UnprocessedKeys)');
  });

  it('is one for each where the role may not ask for all at once, and one that fails takes none with it', async () => {
    // A fake of IAM: it refuses the batch, and the isolation switch.
    const denied = answer(400, { __type: 'com.amazon.coral.service#AccessDeniedException' });
    const strict: Send = async (request) => {
      const text = Buffer.from(request.body!).toString();
      return text.includes('RequestItems') || text.includes('isolation#') ? denied : dynalite.send(request);
    };
    const { asked, send } = counted(strict);
    const said = await started('block', dynamoDbStore(TABLE, send));
    expect(said).toContain(
      'the isolation switch is not heeded: the baseline store dynamodb://baselines cannot be read',
    );
    expect(said.split('\n')).toHaveLength(1);
    expect(asked.slice(0, 4).sort()).toEqual(['BatchGetItem', 'GetItem', 'GetItem', 'GetItem']);
  });

  it.each([
    ['learn', ['isolation/resize']],
    ['alert', ['approved/resize', 'isolation/resize']],
    ['block', ['approved/resize', 'break-glass/fleet', 'isolation/resize']],
  ] as const)(
    'is, where S3 holds no copy, one request for each object in %s mode, at the same time',
    async (mode, objects) => {
      // A fake of S3, which answers when it is told to: it has nothing.
      const waiting: (() => void)[] = [];
      const { asked, send } = counted(
        () =>
          new Promise((resolve) => waiting.push(() => resolve({ status: 404, headers: {}, body: Buffer.from('') }))),
      );
      const done = started(mode, s3Store('bucket', 'team', send));
      const next = async (expected: readonly string[]) => {
        while (waiting.length < expected.length) await new Promise(setImmediate);
        expect(asked.splice(0).sort()).toEqual(expected.map((object) => `GET /team/${object}.json.gz`));
        for (const go of waiting.splice(0)) go();
      };
      if (mode !== 'learn') await next(['cold-start/resize']);
      await next(objects);
      await done;
      expect(asked).toEqual([]);
    },
  );
});
