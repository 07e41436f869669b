import { describe, expect, it } from 'vitest';
import { dynamoDbStore } from '../../../baseline/store/dynamodb.ts';
import { type Send, type StoreAnswer, slotKey } from '../../../baseline/store/key-value.ts';
import { s3Store } from '../../../baseline/store/s3.ts';

const KEY = slotKey('resize', 3);
const json = (status: number, body: object): StoreAnswer => ({
  status,
  headers: { etag: '"1"' },
  body: Buffer.from(JSON.stringify(body)),
});
const xml = (status: number, code: string): StoreAnswer => ({
  status,
  headers: {},
  body: Buffer.from(`<Error><Code>${code}</Code></Error>`),
});

/** Answers in turn; a fake, for a service that is too busy cannot be had. */
function answering(...answers: (StoreAnswer | Error)[]) {
  const waited: number[] = [];
  const asked: string[] = [];
  const send: Send = async ({ method, headers }) => {
    asked.push(headers?.['x-amz-target']?.replace(/^.*\./, '') ?? method);
    const answer = answers[Math.min(asked.length, answers.length) - 1]!;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const pauses = { attempts: 4, pause: async (ms: number) => void waited.push(ms), random: () => 0.5 };
  return { send, pauses, waited, asked };
}

const THROTTLED = json(400, { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' });

describe('a store that is asked too much', () => {
  it.each([
    ['DynamoDB, throttled', THROTTLED],
    ['DynamoDB, a fault of its own', json(500, { __type: 'x#InternalServerError' })],
    ['DynamoDB, by its request rate', json(400, { __type: 'x#ThrottlingException' })],
  ])('is asked again after a pause that grows: %s', async (_, busy) => {
    const { send, pauses, waited, asked } = answering(busy, busy, json(200, {}));
    expect(await dynamoDbStore('t', send, pauses).put(KEY, Buffer.from('x'), null)).toBe(true);
    expect(asked).toEqual(['PutItem', 'PutItem', 'PutItem']);
    expect(waited).toEqual([25, 50]);
  });

  it.each([
    ['SlowDown', 503],
    ['InternalError', 500],
  ])('is asked again: S3, %s', async (code, status) => {
    const { send, pauses, asked } = answering(xml(status, code), { ...json(200, {}), body: Buffer.from('x') });
    expect((await s3Store('b', '', send, pauses).get(KEY))?.tag).toBe('"1"');
    expect(asked).toHaveLength(2);
  });

  it('is given up in one sentence after four attempts', async () => {
    const { send, pauses, asked } = answering(THROTTLED);
    await expect(dynamoDbStore('t', send, pauses).get(KEY)).rejects.toThrow(
      'the baseline store dynamodb://t cannot be read (ProvisionedThroughputExceededException)',
    );
    expect(asked).toHaveLength(4);
  });

  it('is not asked again what it has refused', async () => {
    for (const refused of ['ConditionalCheckFailedException', 'AccessDeniedException', 'ValidationException']) {
      const { send, pauses, asked } = answering(json(400, { __type: `x#${refused}` }));
      await dynamoDbStore('t', send, pauses)
        .put(KEY, Buffer.from('x'), '1')
        .catch(() => undefined);
      expect(asked).toHaveLength(1);
    }
  });

  it('takes no item that is larger than DynamoDB holds', async () => {
    const { send, pauses, asked } = answering(json(200, {}));
    await expect(dynamoDbStore('t', send, pauses).put(KEY, Buffer.alloc(390_001), null)).rejects.toThrow(
      'takes no item of this size (390001 bytes)',
    );
    expect(asked).toEqual([]);
  });
});
