import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../../baseline/call.ts';
import { readConfig } from '../../extension/config.ts';
import { createLog } from '../../extension/log.ts';
import { startSensor } from '../../extension/sensor.ts';
import { closeAll, direct, HOST, later, until, upstreamAuthority, upstreamRaw } from './proxy/harness.ts';

const R = (n: number) => `1-6743ef00-${`${n}`.padStart(24, '0')}`;

afterEach(async () => {
  vi.useRealTimers();
  await closeAll();
});

/** A sensor that expects invocations, and two connections of the function's to it. Patience does not end by itself. */
async function start() {
  const port = await upstreamRaw((socket) =>
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')),
  );
  const { config } = readConfig({ ROLEFENCE_CONNECT_TO: `*:*=127.0.0.1:${port}` });
  const calls: Call[] = [];
  const sensor = await startSensor({
    config: { ...config, upstreamCa: upstreamAuthority.certificatePem },
    identity: { function: 'f' },
    log: createLog('error', () => {}),
    sinks: [],
    caFile: null,
    onCall: (one) => void calls.push(one),
  });
  later(() => sensor.close());
  sensor.expectInvocations();
  const [one, two] = await Promise.all([1, 2].map(() => direct(sensor.port, sensor.certificatePem!)));
  for (const socket of [one, two]) later(() => void socket!.destroy());
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const get = (socket: typeof one, root: string | null) => {
    const trace = root === null ? '' : `X-Amzn-Trace-Id: Root=${root};Parent=53995c3f42cd8ad8;Sampled=0\r\n`;
    socket!.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n${trace}\r\n`);
    return until(socket!, (text) => text.endsWith('{}'));
  };
  return { sensor, calls, one, two, get };
}

const invocations = (calls: readonly Call[]) => calls.map(({ invocation }) => invocation);

describe('a call', () => {
  it('that is here before its invocation is told of belongs to it, and not to the one before', async () => {
    const { sensor, calls, one, two, get } = await start();
    sensor.invoked('a', R(1));
    await get(one, R(1));
    const early = get(one, R(2));
    // Work of the first that is still going on goes on.
    await get(two, R(1));
    sensor.invoked('b', R(2));
    await early;
    await get(two, R(1));
    await get(two, null);
    expect(invocations(calls)).toEqual(['a', 'a', 'b', 'a', 'b']);
  });

  it('waits no longer than its patience for an invocation that nobody tells of', async () => {
    const { sensor, calls, one, get } = await start();
    sensor.invoked('a', R(1));
    let answered = false;
    const foreign = get(one, R(9)).then(() => {
      answered = true;
    });
    // Other timers run, too: which of them is the patience is not to be seen.
    while (!answered) {
      await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(10);
    }
    await foreign;
    expect(invocations(calls)).toEqual(['a']);
  });
});
