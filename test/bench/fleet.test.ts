import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDbStore } from '../../baseline/store/dynamodb.ts';
import { type Send, slotKey } from '../../baseline/store/key-value.ts';
import { environmentsOf, FULL } from '../../bench/fleet/plan.ts';
import { report } from '../../bench/fleet/report.ts';
import { simulate } from '../../bench/fleet/simulate.ts';
import { Table } from '../../bench/fleet/table.ts';
import { add, newTotals, spreadOf } from '../../bench/fleet/totals.ts';
import { type Dynalite, startDynalite } from '../extension/dynalite.ts';

describe('a fleet’s month, scaled down', () => {
  const counts = [1, 2, 3, 8, 40];

  it('ends with the baselines that one learner has who saw it all, whatever happened on the way', async () => {
    const totals = newTotals();
    for (const [at, count] of counts.entries()) add(totals, await simulate(`fn-${at}`, count, 60, 41 * (at + 1), 5));
    expect(totals.different).toEqual([]);
    expect(totals.differences).toBe(0);
    expect(totals).toMatchObject({ functions: counts.length, environments: 54 });
    expect(totals.calls).toBeGreaterThan(2_000);
    // The faults that the bench is about have happened.
    for (const fault of ['crashes', 'throttled', 'lost', 'late', 'twice', 'aggregationsCut'] as const)
      expect([fault, totals[fault] > 0]).toEqual([fault, true]);
    expect(spreadOf(totals.classes).median).toBeLessThanOrEqual(1);
    expect(report(totals, '2026-11-25')).toContain('5 of 5');
  }, 120_000);

  it('is the same month every time', async () => {
    const one = await simulate('fn', 3, 40, 7);
    expect(await simulate('fn', 3, 40, 7)).toEqual(one);
    expect((await simulate('fn', 3, 40, 8)).calls).not.toBe(one.calls);
  });

  it('has as many functions and environments as it says', () => {
    const all = environmentsOf(FULL);
    expect(all).toHaveLength(10_000);
    expect(all.reduce((a, b) => a + b, 0)).toBe(100_000);
    expect(Math.min(...all)).toBe(1);
  });
});

describe('the table of the simulation', () => {
  const tableName = 'baselines';
  let dynalite: Dynalite;
  let used = 0;
  beforeAll(async () => {
    dynalite = await startDynalite();
    await dynalite.createTable(tableName);
  });
  afterAll(() => dynalite.close());

  /** The same request to dynalite, which tells what it took. */
  const toDynalite: Send = async (request) => {
    const asked = { ...JSON.parse(Buffer.from(request.body!).toString()), ReturnConsumedCapacity: 'TOTAL' };
    const answer = await dynalite.send({ ...request, body: Buffer.from(JSON.stringify(asked)) });
    used += JSON.parse(Buffer.from(answer.body).toString()).ConsumedCapacity?.CapacityUnits ?? 0;
    return answer;
  };

  it('answers as dynalite does, and counts the same units', async () => {
    const model = new Table(null);
    const ours = dynamoDbStore(tableName, model.send);
    const theirs = dynamoDbStore(tableName, toDynalite);
    const both = async <T>(work: (store: typeof ours) => Promise<T>): Promise<T> => {
      const answer = await work(ours);
      expect(await work(theirs)).toEqual(answer);
      return answer;
    };
    const key = slotKey('resize', 3);
    for (const size of [1, 900, 1_000, 1_100, 4_000, 4_096, 5_000, 40_000, 120_000, 10]) {
      const before = await both((store) => store.get(key));
      await both((store) => store.get(key, true));
      await both((store) => store.put(key, Buffer.alloc(size, size % 251), before?.tag ?? null));
      expect([size, model.used.writeUnits + model.used.readUnits]).toEqual([size, used]);
    }
    await both((store) => store.get(slotKey('resize', 4)));
    const { tag } = (await both((store) => store.get(key)))!;
    await both((store) => store.remove(key, tag));
    expect(model.used.writeUnits + model.used.readUnits).toBe(used);
    // A condition that fails: DynamoDB takes a write for it, dynalite tells none.
    await both((store) => store.put(key, Buffer.from('x'), '5'));
    await both((store) => store.remove(key, '5'));
  }, 120_000);
});
