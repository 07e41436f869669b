import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { NO_DEMAND } from '../../baseline/approval/accept.ts';
import { ISOLATION, type Isolation } from '../../baseline/approval/isolation.ts';
import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { createFleet } from '../../baseline/store/fleet.ts';
import { folderStore } from '../../baseline/store/folder.ts';
import { readConfig } from '../../extension/config.ts';
import { createLog } from '../../extension/log.ts';
import { type SensorOptions, startSensor } from '../../extension/sensor.ts';
import { call } from '../baseline/calls.ts';
import { connectThrough, direct, HOST, until } from './proxy/harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-isolation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const isolation: Isolation = {
  format: ISOLATION,
  function: 'resize',
  from: '2026-11-25T20:00:00.000Z',
  by: 'ann',
  reason: 'ticket 7',
};

/** A baseline by which the call below is normal. */
const learner = createLearner();
learner.observe(
  call({
    function: 'resize',
    service: 'dynamodb',
    host: HOST,
    access: [{ action: 'dynamodb:ListTables', resources: ['*'] }],
  }),
);

async function sensorWith(mode: string, load: () => Promise<Isolation | null>, more: Partial<SensorOptions> = {}) {
  const calls: Call[] = [];
  const findings: Finding[] = [];
  const lines: string[] = [];
  // Nobody listens at port 1: what goes on is a lost connection.
  const { config } = readConfig({
    ROLEFENCE_MODE: mode,
    ROLEFENCE_BASELINE: 's3://bucket/prefix',
    ROLEFENCE_BASELINE_WAIT_MS: '20',
    ROLEFENCE_ON_FAILURE: 'open',
    ROLEFENCE_CONNECT_TO: '*:*=127.0.0.1:1',
  });
  const sensor = await startSensor({
    config,
    identity: { function: 'resize' },
    log: createLog('warn', (line) => lines.push(line)),
    sinks: [{ name: 'test', deliver: (finding) => void findings.push(finding), flush: async () => {} }],
    caFile: null,
    baselineStore: {
      name: 'store',
      load: async () => learner.document(),
      breakGlass: async () => null,
      isolation: load,
    },
    onCall: (one) => void calls.push(one),
    ...more,
  });
  return { sensor, calls, findings, lines };
}

async function ask(port: number, certificatePem: string): Promise<string> {
  const socket = await direct(port, certificatePem);
  socket.on('error', () => {});
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n\r\n`);
  const answer = await until(socket, (text) => text.includes('\r\n\r\n'));
  socket.destroy();
  return answer;
}

async function egress(port: number): Promise<string> {
  const { socket, answer } = await connectThrough(port, 'example.com:443');
  socket.destroy();
  return answer;
}

describe('a sensor whose function is isolated', () => {
  it.each(['learn', 'alert', 'block'])(
    'refuses in %s mode every call, and every connection, and tells of it',
    async (mode) => {
      const { sensor, calls, findings, lines } = await sensorWith(mode, async () => isolation);
      const answer = await ask(sensor.port, sensor.certificatePem!);
      const connected = await egress(sensor.port);
      await sensor.close();
      expect(answer).toMatch(/^HTTP\/1\.1 40[03]/);
      expect(answer).toContain('AccessDenied');
      expect(connected).toMatch(/^HTTP\/1\.1 403/);
      expect(connected).toContain('the function is isolated since 2026-11-25T20:00:00.000Z (ann: ticket 7)');
      expect(calls.map(({ verdict }) => verdict)).toEqual(['block', 'block']);
      expect(findings.map(({ key, severity, blocked }) => [key, severity, blocked])).toEqual([
        ['sensor: the environment is isolated', 'critical', true],
        ['sensor: the function is isolated', 'critical', true],
        ['sensor: the function is isolated', 'critical', true],
      ]);
      expect(lines.join()).toContain('every call and connection of this environment is refused');
      if (mode === 'learn') expect(sensor.learner!.document().functions).toEqual({});
    },
  );

  it('lets the first call wait until the store has answered, and no longer than it may', async () => {
    let answer: (held: Isolation | null) => void = () => {};
    const late = new Promise<Isolation | null>((resolve) => {
      answer = resolve;
    });
    const { sensor } = await sensorWith('learn', () => late);
    // Nothing is known after the time to wait: the call goes on.
    expect(await ask(sensor.port, sensor.certificatePem!)).toBe('');
    answer(isolation);
    await late;
    expect(await ask(sensor.port, sensor.certificatePem!)).toContain('AccessDenied');
    await sensor.close();
  });

  it('closes connections to AWS that it cannot read', async () => {
    const { sensor } = await sensorWith('alert', async () => isolation, { unread: true });
    const { socket, answer } = await connectThrough(sensor.port, `${HOST}:443`);
    socket.destroy();
    await sensor.close();
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
  });

  it.each([
    ['is not there', async () => null],
    ['cannot be read', () => Promise.reject(new Error('the store cannot be reached'))],
    ['never comes', () => new Promise<null>(() => {})],
  ])('goes on as ever where the switch %s', async (_, load) => {
    const { sensor, calls, findings } = await sensorWith('alert', load);
    expect(await ask(sensor.port, sensor.certificatePem!)).toBe('');
    await sensor.close();
    expect(calls).toHaveLength(1);
    expect(calls[0]!.verdict).not.toBe('block');
    expect(findings.filter(({ detector }) => detector === 'sensor')).toEqual([]);
  });
});

describe('the isolation switch in a store', () => {
  const store = folderStore(`${folder}/store/`);
  const fleet = createFleet(store);
  const own = fleet.isolation('resize');

  it('is of one function, until it is ended', async () => {
    expect(await own.load()).toBeNull();
    await own.turn(isolation);
    expect(await own.load()).toEqual(isolation);
    expect(await fleet.isolation('billing').load()).toBeNull();
    expect(await fleet.approved('resize', NO_DEMAND)).toBeNull();
    expect(await own.end()).toBe(true);
    expect(await own.end()).toBe(false);
    expect(await own.load()).toBeNull();
  });

  it.each([
    ['{', 'it is no JSON'],
    [JSON.stringify({ ...isolation, format: 'rolefence.break-glass/1' }), 'its format was expected'],
    [JSON.stringify({ ...isolation, function: 'billing' }), 'it is of another function'],
    [JSON.stringify({ ...isolation, from: 'now' }), 'from was expected, a time'],
    [JSON.stringify({ ...isolation, reason: 'a\nb' }), 'a line each'],
  ])('closes nothing where it is %s, and can be turned all the same', async (text, sentence) => {
    const key = { kind: 'isolation', function: 'resize', part: null } as const;
    await store.put(key, gzipSync(text), (await store.get(key))?.tag ?? null);
    await expect(own.load()).rejects.toThrow(sentence);
    const { sensor, lines } = await sensorWith('alert', () => own.load());
    expect(await ask(sensor.port, sensor.certificatePem!)).toBe('');
    await sensor.close();
    expect(lines.join()).toContain('the isolation switch is not heeded');
    await own.turn(isolation);
    expect(await own.load()).toEqual(isolation);
  });
});
