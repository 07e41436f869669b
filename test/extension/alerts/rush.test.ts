import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Finding } from '../../../baseline/finding.ts';
import { type Batch, createDelivery } from '../../../extension/alerts/delivery.ts';
import { createMeter } from '../../../extension/alerts/measures.ts';
import { createReporting } from '../../../extension/reporting.ts';
import { createSight } from '../../../extension/sight/status.ts';
import { finding } from './findings.ts';

const WAIT_MS = 100;

/** A sink whose receiver takes each message after so long (null: never), and what calls make of it. Time passes when it is told to. */
function receiver(takesMs: number | null, waitMs = WAIT_MS) {
  const messages: Batch[] = [];
  const taken: string[] = [];
  const state = { takesMs, fails: false };
  const sink = createDelivery(
    {
      name: 'any',
      most: 10,
      async send(batch) {
        messages.push(batch);
        if (state.fails) throw new Error('refused');
        const { takesMs } = state;
        await new Promise((resolve) => takesMs !== null && setTimeout(resolve, takesMs));
        taken.push(...batch.notices.map(({ finding }) => finding.key));
      },
    },
    {
      messagesPerHour: 20,
      windowMs: 900_000,
      leastSeverity: 'low',
      promptMs: waitMs,
      clock: Date.now,
      report() {},
    },
  );
  const { publish } = createReporting({
    sinks: [sink],
    meter: createMeter(),
    sight: createSight(() => false),
    learner: null,
    waitMs,
    functionName: () => 'resize',
  });
  let number = 0;
  /** Whether a call waited, for how long, and what had been taken when it went on. */
  async function call(changes: Partial<Finding> = {}) {
    const key = changes.key ?? `k${++number}`;
    const until = publish([finding({ severity: 'high', blocked: false, key, ...changes })], null);
    if (until === null) return { key, waitedMs: 0, told: taken.includes(key) };
    const began = Date.now();
    let over: number | null = null;
    void until.then(() => {
      over = Date.now();
    });
    await vi.advanceTimersByTimeAsync(0);
    while (over === null) await vi.advanceTimersByTimeAsync(1);
    return { key, waitedMs: over - began, told: taken.includes(key) };
  }
  return { call, sink, state, messages, taken };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a call that raised something urgent', () => {
  it('goes on when the sink has taken it', async () => {
    const { call } = receiver(30);
    expect(await call()).toMatchObject({ told: true, waitedMs: 30 });
  });

  it('does not wait where nothing is to be waited for, and nothing has been sent by then', async () => {
    const { call, messages } = receiver(30, 0);
    expect(await call()).toMatchObject({ told: false, waitedMs: 0 });
    expect(messages).toEqual([]);
  });

  it.each<[string, Partial<Finding>]>([
    ['a notice', { severity: 'info' }],
    ['a notice of a refused call', { severity: 'info', blocked: true }],
    ['what is less than high', { severity: 'medium' }],
  ])('does not wait for %s', async (_, changes) => {
    const { call, messages } = receiver(30);
    expect(await call(changes)).toMatchObject({ waitedMs: 0 });
    expect(messages).toEqual([]);
  });

  it('does not wait for what was told before, but for what is on its way', async () => {
    const { call, messages } = receiver(30);
    const [first, second] = await Promise.all([call({ key: 'same' }), call({ key: 'same' })]);
    expect([first?.told, second?.told]).toEqual([true, true]);
    expect(await call({ key: 'same' })).toMatchObject({ waitedMs: 0 });
    expect(messages).toHaveLength(1);
  });

  it('shares a message with those that came while another was on its way', async () => {
    const { call, messages } = receiver(30);
    const first = call();
    await vi.advanceTimersByTimeAsync(5);
    const all = await Promise.all([first, call(), call(), call()]);
    expect(all.map(({ told }) => told)).toEqual([true, true, true, true]);
    expect(messages.map(({ notices }) => notices.length)).toEqual([1, 3]);
  });

  it('waits for its own where one message does not hold all that is worse', async () => {
    const { call } = receiver(30);
    const worse = Array.from({ length: 12 }, () => call({ severity: 'critical' }));
    const all = await Promise.all([...worse, call()]);
    expect(all.every(({ told }) => told)).toBe(true);
  });
});

describe('a sink that does not answer', () => {
  it('costs one wait, and none after it, until it has taken something in time', async () => {
    const { call, sink, state, taken } = receiver(null);
    expect(await call()).toMatchObject({ told: false, waitedMs: WAIT_MS });
    for (let n = 0; n < 5; n++) expect(await call()).toMatchObject({ waitedMs: 0 });
    // Its message is given up, and what it held is told with the others, by the next flush.
    await vi.advanceTimersByTimeAsync(10_000);
    state.takesMs = 10;
    const flushed = sink.flush(3_000);
    await vi.advanceTimersByTimeAsync(3_000);
    await flushed;
    expect(taken).toHaveLength(6);
    expect(await call()).toMatchObject({ told: true, waitedMs: 10 });
  });

  it('costs one wait also where it is only slow, and nothing is lost to it', async () => {
    const { call, taken } = receiver(400);
    expect(await call()).toMatchObject({ told: false, waitedMs: WAIT_MS });
    await vi.advanceTimersByTimeAsync(400);
    expect(taken).toEqual(['k1']);
    expect(await call()).toMatchObject({ waitedMs: 0 });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(taken).toEqual(['k1', 'k2']);
  });

  it('is sent what is urgent at once all the same', async () => {
    const { call, state, taken } = receiver(400);
    expect(await call()).toMatchObject({ told: false });
    await vi.advanceTimersByTimeAsync(400);
    state.takesMs = 10;
    expect(await call({ key: 'after the decoy' })).toMatchObject({ waitedMs: 0 });
    await vi.advanceTimersByTimeAsync(10);
    expect(taken).toEqual(['k1', 'after the decoy']);
  });

  it('is not waited for where it refuses', async () => {
    const { call, state } = receiver(10);
    state.fails = true;
    expect(await call()).toMatchObject({ told: false, waitedMs: 0 });
    expect(await call()).toMatchObject({ told: false, waitedMs: 0 });
  });
});

describe('a storm', () => {
  it('has five messages at once, then one in five seconds, and nobody waits for the others', async () => {
    const { call, messages, taken } = receiver(10);
    const storm = [];
    for (let n = 0; n < 200; n++) storm.push(await call());
    expect(storm.filter(({ told }) => told)).toHaveLength(5);
    expect(storm.slice(5).every(({ waitedMs }) => waitedMs === 0)).toBe(true);
    expect(messages).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await call()).toMatchObject({ told: true });
    expect(taken.length).toBeGreaterThan(10);
    expect(messages.length).toBeLessThanOrEqual(20);
  });
});
