import { describe, expect, it } from 'vitest';
import { type Batch, createDelivery } from '../../../extension/alerts/delivery.ts';
import { finding } from './findings.ts';

const HOUR_MS = 3_600_000;

/** A sink of one environment whose messages are remembered; time stands still unless told otherwise. */
function environment() {
  const batches: Batch[] = [];
  let now = 0;
  const sink = createDelivery(
    {
      name: 'any',
      most: 10,
      send: async (batch) => void batches.push(batch),
    },
    { messagesPerHour: 20, windowMs: 900_000, leastSeverity: 'low', promptMs: 100, clock: () => now, report() {} },
  );
  const told = () =>
    batches.reduce(
      (sum, { notices, omitted }) =>
        sum +
        notices.reduce((n, { count }) => n + count, 0) +
        Object.values(omitted).reduce((n: number, count) => n + count, 0),
      0,
    );
  return { sink, batches, told, pass: (ms: number) => (now += ms) };
}

describe('the last message of an environment', () => {
  const ending = async (failures: number) => {
    let attempts = 0;
    const sent: Batch[] = [];
    const sink = createDelivery(
      {
        name: 'any',
        most: 10,
        send: async (batch) => {
          if (++attempts <= failures) throw new Error('reset');
          sent.push(batch);
        },
      },
      { messagesPerHour: 20, windowMs: 900_000, leastSeverity: 'low', promptMs: 100, clock: () => 0, report() {} },
    );
    sink.deliver(finding({ severity: 'medium', blocked: false }));
    await sink.flush(1_000, true);
    return { attempts, sent };
  };

  it('is tried again where its connection was reset', async () => {
    expect((await ending(2)).sent).toHaveLength(1);
  });

  it('is given up where nobody takes it', async () => {
    expect(await ending(9)).toMatchObject({ attempts: 3, sent: [] });
  });
});

describe('the budget of a sink', () => {
  it('is so many messages an hour and environment, whatever comes; nothing is lost to it, only told later or by number', async () => {
    const storm = environment();
    const other = environment();
    let delivered = 0;
    /** Something new every second for an hour, and an invocation each minute. */
    const anHour = async () => {
      for (let second = 0; second < 3_600; second++) {
        storm.sink.deliver(finding({ key: `k${delivered++}`, severity: 'medium', blocked: false }));
        storm.pass(1_000);
        if (second % 60 === 0) await storm.sink.flush(1_000);
      }
    };
    await anHour();
    expect(storm.batches).toHaveLength(20);
    await anHour();
    expect(storm.batches).toHaveLength(40);
    // Another environment has a budget of its own.
    other.sink.deliver(finding({ severity: 'medium', blocked: false }));
    await other.sink.flush(1_000);
    expect(other.batches).toHaveLength(1);
    await storm.sink.flush(60_000, true);
    expect(storm.told()).toBe(delivered);
  });

  it('begins anew with the hour, also after a freeze of hours', async () => {
    const quiet = environment();
    for (let n = 0; n < 21; n++) {
      quiet.sink.deliver(finding({ key: `k${n}`, severity: 'low', blocked: false }));
      await quiet.sink.flush(1_000);
    }
    expect(quiet.batches).toHaveLength(20);
    quiet.pass(3 * HOUR_MS);
    await quiet.sink.flush(1_000);
    expect(quiet.batches).toHaveLength(21);
    expect(quiet.told()).toBe(21);
  });
});
