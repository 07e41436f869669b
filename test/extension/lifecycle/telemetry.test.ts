import { request } from 'node:http';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { subscribe } from '../../../extension/lifecycle/telemetry.ts';
import { type PlatformEvent, readPlatformEvents } from '../../../extension/lifecycle/telemetry-events.ts';
import { type FakeLambda, IDENTIFIER, runtimeDone, started, startFakeLambda } from './fake-lambda.ts';

let lambda: FakeLambda | undefined;
afterEach(async () => {
  await lambda?.close();
  lambda = undefined;
});

/** `host`: where the name of the sandbox would lead. */
async function listening(telemetry: boolean, host = 'localhost', foreign = false) {
  lambda = await startFakeLambda({ telemetry, sandbox: host });
  const heard: PlatformEvent[] = [];
  const reports: string[] = [];
  const subscribed = await subscribe({
    endpoint: lambda.endpoint,
    identifier: IDENTIFIER,
    schemaVersion: '2022-12-13',
    hear: (event) => void heard.push(event),
    foreign: () => foreign,
    report: (problem) => void reports.push(problem),
    host,
  });
  const asked = lambda.asked.find(({ path }) => path === '/2022-07-01/telemetry');
  const body = asked?.body as { destination: { URI: string } } | undefined;
  return { lambda, heard, reports, subscribed, body, uri: new URL(body?.destination.URI ?? 'http://nowhere/') };
}

/** The status of a POST. */
const post = (port: string, path: string, content: string) =>
  new Promise<number>((resolve) => {
    const outgoing = request({ host: 'localhost', port, path, method: 'POST' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end(content);
  });

describe('the subscription to platform events', () => {
  it('asks for them in the form that Lambda documents, under a path that nobody can guess', async () => {
    const { subscribed, body, uri, reports } = await listening(true);
    expect(subscribed).toBe(true);
    expect(reports).toEqual([]);
    expect(body).toMatchObject({
      schemaVersion: '2022-12-13',
      destination: { protocol: 'HTTP' },
      types: ['platform'],
      buffering: { maxItems: 1_000, maxBytes: 262_144, timeoutMs: 25 },
    });
    expect(uri.pathname).toMatch(/^\/[0-9a-f]{32}$/);
    expect((await listening(true)).uri.pathname).not.toBe(uri.pathname);
  });

  it('hears of invocations that begin and end, and of nothing else', async () => {
    const { lambda, heard } = await listening(true);
    const subscription = {
      time: new Date().toISOString(),
      type: 'platform.telemetrySubscription',
      record: { name: 'rolefence', state: 'Subscribed', types: ['platform'] },
    };
    const done = runtimeDone('req-1', 'timeout');
    expect(await lambda.tell(subscription, started('req-1', 'Root=1-a-b;Sampled=0'), done)).toBe(200);
    expect(heard).toEqual([
      { type: 'start', requestId: 'req-1', trace: 'Root=1-a-b;Sampled=0' },
      { type: 'runtimeDone', requestId: 'req-1', at: Date.parse(done.time) },
    ]);
  });

  it('takes nothing from anybody who does not know the path, and says so once', async () => {
    const { heard, reports, uri } = await listening(true);
    const lie = JSON.stringify([runtimeDone('req-1')]);
    for (const path of ['/', `${uri.pathname}0`, uri.pathname.slice(0, -1)]) {
      expect(await post(uri.port, path, lie)).not.toBe(200);
    }
    expect(heard).toEqual([]);
    expect(reports).toEqual([expect.stringContaining('something other than Lambda')]);
  });

  it('believes whoever is not of this environment without the path, until Lambda has kept to it', async () => {
    const { lambda, heard, uri } = await listening(true, 'localhost', true);
    const batch = JSON.stringify([runtimeDone('req-1')]);
    expect(await post(uri.port, '/', batch)).toBe(200);
    expect(heard).toHaveLength(1);
    await lambda.tell(started('req-2'));
    expect(await post(uri.port, '/', batch)).not.toBe(200);
    expect(heard).toHaveLength(2);
  });

  it('takes no more than a batch can be, and goes on', async () => {
    const { lambda, heard, uri } = await listening(true);
    expect(await post(uri.port, uri.pathname, `["${'x'.repeat(3_000_000)}"]`)).not.toBe(200);
    expect(await lambda.tell(started('req-2'))).toBe(200);
    expect(heard).toHaveLength(1);
  });

  it.each<[string, boolean, string]>([
    ['Lambda has no such API', false, 'localhost'],
    ['the name of the sandbox leads nowhere', true, 'sandbox.invalid'],
  ])('is one line where %s', async (_, telemetry, host) => {
    const { subscribed, reports } = await listening(telemetry, host);
    expect(subscribed).toBe(false);
    expect(reports).toEqual([expect.stringMatching(/^Lambda does not tell when the function is done \(.+\)/)]);
  });
});

describe('a batch of events', () => {
  it('is read without a fault, whatever it holds', () => {
    fc.assert(fc.property(fc.json(), (text) => readPlatformEvents(text).length === 0));
    const anything = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.object());
    const event = fc.record(
      {
        time: fc.oneof(anything, fc.constant('2026-01-01T00:00:00.000Z')),
        type: fc.constantFrom('platform.start', 'platform.runtimeDone', 'platform.report', '__proto__'),
        record: fc.oneof(anything, fc.record({ requestId: anything, tracing: anything })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(event), (batch) =>
        readPlatformEvents(JSON.stringify(batch)).every(({ requestId }) => /^[\w-]{1,64}$/.test(requestId)),
      ),
    );
  });
});
