import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FunctionModel } from '../../../baseline/model/function-model.ts';
import { aggregator } from '../../../baseline/store/aggregation.ts';
import { Deployments } from '../../../baseline/store/deployments.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { HAND_IN, overLimit } from '../../../baseline/store/hand-in.ts';
import { slotKey } from '../../../baseline/store/key-value.ts';
import { fitsSlot, type Learned, pack, split } from '../../../baseline/store/learned.ts';
import { originsOf } from '../../../baseline/store/origins.ts';
import { readSlot } from '../../../baseline/store/slot.ts';
import { arn, aws, call } from '../calls.ts';
import { memory } from './memory.ts';

const FN = 'resize';
const document = (baseline: object, more: object = {}) =>
  JSON.stringify({ format: 'rolefence.baseline/1', functions: { [FN]: baseline }, ...more });
const slot = (text: string) => readSlot(gzipSync(text), FN);
const many = <T>(count: number, value: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, value]));

describe('the limits of a hand-in', () => {
  it('count values and depth as parsing would, whatever stands in strings', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
        const { values, depth } = measured(value);
        expect(overLimit(JSON.stringify(value))).toBe(
          depth > HAND_IN.depth
            ? `it is nested deeper than ${HAND_IN.depth}`
            : values > HAND_IN.values
              ? 'too many'
              : null,
        );
      }),
    );
    expect(overLimit(JSON.stringify(['"[[[[[[[[[[[[[[[[[[[[', '\\', '\\"[[[[[[[[[[[[[[[[[[[']))).toBeNull();
    expect(overLimit(`"${','.repeat(100_000)}`)).toBeNull();
  });

  it.each([
    ['bytes', () => readSlot(Buffer.alloc(HAND_IN.packedBytes + 1), FN), 'it has 400001 bytes'],
    ['text', () => slot(`"${' '.repeat(HAND_IN.textBytes)}"`), 'unpacks to more than 2000000 bytes'],
    ['values', () => slot(document({}, { x: Array(60_001).fill(0) })), 'it holds more than 60000 values'],
    [
      'depth',
      () => slot(document({}, { x: JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`) })),
      'it is nested deeper than 16',
    ],
    ['depth beyond what could be parsed', () => slot('['.repeat(1_000_000)), 'it is nested deeper than 16'],
  ])('leave a slot out for its %s, before it is parsed', (_, read, reason) => {
    expect(read()).toEqual({ learned: null, reason: expect.stringContaining(reason) });
  });

  it('are kept by the richest hand-in, and what does not keep them goes into parts', () => {
    const learner = createLearner();
    const regions = ['eu-west-1', 'us-east-1'];
    for (let i = 0; i < 6_000; i++) {
      const given = { function: FN, invocation: `i-${i % 900}`, region: regions[i % 2]! };
      learner.observe(
        aws(
          'dynamodb',
          ['GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem', 'DeleteItem'][i % 6]!,
          arn('dynamodb', `table/${i % 1_000}`),
          given,
        ),
      );
      learner.observe(
        call({
          ...given,
          access: [{ action: `s3:Op${i % 200}`, resources: [`arn:aws:s3:::b${i % 300}/x${i % 40}/${i}`] }],
        }),
      );
    }
    const model = FunctionModel.from(learner.document().functions[FN]!);
    const learned: Learned = {
      model,
      origins: originsOf(model, { environment: 'e', version: '1' }),
      deployments: new Deployments(),
    };
    const whole = pack(FN, learned, null, fitsSlot)!;
    const text = gunzipSync(whole).toString();
    expect(readSlot(whole, FN).reason).toBeNull();
    // Twice as rich would be no matter either.
    const fits = (part: string) => fitsSlot(part) && part.length < text.length / 2;
    const parts = split(FN, learned, 1, null, fits)!;
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) expect(readSlot(part, FN).reason).toBeNull();
  });
});

describe('the aggregation', () => {
  const good = gzipSync(document({ actions: { 's3:GetObject': { resources: { 'arn:aws:s3:::photos/*': 1 } } } }));

  it('leaves out a slot that takes too long to read, names it, and joins the others', async () => {
    const { store, values } = memory();
    const long = gzipSync(document({ egress: many(10, {}) }));
    for (const [at, bytes] of [good, long, good].entries()) await store.put(slotKey(FN, at), bytes, null);
    // A clock of what was spent: the second slot takes six seconds. What stands between two readings is joining, and takes as long as it takes.
    const times = [0, 1, 10, 6_010, 17_000, 17_001];
    const { changed, leftOut } = await aggregator(
      store,
      () => 0,
      () => times.shift()!,
    )();
    expect(times).toEqual([]);
    expect(changed).toEqual([FN]);
    expect(leftOut).toEqual([{ function: FN, slot: '1', whole: true, reason: 'the slot takes more than 5 s to read' }]);
    const candidate = await createFleet(store).candidate(FN);
    expect(Object.keys(candidate!.functions[FN]!.egress)).toEqual([]);
    expect([...values.keys()]).toEqual([`candidate#${FN}`]);
  });
});

it('a slot of tomorrow says nothing of how long was learned', async () => {
  const now = '2026-11-26T10:00:00.000Z';
  const { store } = memory();
  const put = (at: number, to: string) =>
    store.put(slotKey(FN, at), gzipSync(document({ from: '2026-11-20T00:00:00.000Z', to })), null);
  await put(0, '2026-11-26T09:00:00Z');
  await put(3, '9999-12-31T23:59:59.000Z');
  await createFleet(store, () => Date.parse(now)).aggregate();
  expect((await createFleet(store).candidate(FN))!.functions[FN]).toMatchObject({
    from: '2026-11-20T00:00:00.000Z',
    to: now,
  });
});

describe('a slot that names a step as what stands in the place of one', () => {
  it.each(['again', 'again!', 'start!', 'again!!'])('is left out, and the candidate can be read: %s', async (step) => {
    const { store } = memory();
    const order = { steps: [step, 'x:y'], follows: { 0: { 1: '*' }, 1: { 0: '*' }, again: {} } };
    await store.put(slotKey(FN, 0), gzipSync(document({ versions: { 7: 1 } })), null);
    await store.put(slotKey(FN, 3), gzipSync(document({ order })), null);
    const { failed, leftOut } = await createFleet(store).aggregate();
    expect(failed).toEqual([]);
    expect(leftOut).toMatchObject([{ slot: '3', whole: true, reason: expect.stringContaining('order.steps[0]') }]);
    expect((await createFleet(store).candidate(FN))!.functions[FN]).toMatchObject({ versions: { 7: 0 } });
  });
});

function measured(value: unknown, depth = 0): { values: number; depth: number } {
  if (typeof value !== 'object' || value === null) return { values: 0, depth };
  const members = Object.values(value).map((member) => measured(member, depth + 1));
  return {
    values: 1 + Math.max(0, members.length - 1) + members.reduce((sum, one) => sum + one.values, 0),
    depth: Math.max(depth + 1, ...members.map((one) => one.depth)),
  };
}
