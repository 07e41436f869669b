import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_ALERTS, type SinkName } from '../../../extension/alerts/settings.ts';
import type { Sink } from '../../../extension/alerts/sink.ts';
import { createSinks } from '../../../extension/alerts/sinks.ts';
import { call, FUNCTION, finding } from './findings.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/**
 * What every sink must keep to. The remote ones talk TLS to a server of this test's own under the real names, which can be made to fail; what real services
 * make of the same requests is in moto.test.ts.
 */
const SECRET = 'a-secret-of-the-webhook';
const KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const REMOTE: readonly SinkName[] = ['cloudwatch', 'sns', 'eventbridge', 'securityhub', 'webhook'];
const ALL: readonly SinkName[] = ['log', ...REMOTE];

async function open(name: SinkName, changes: { clock?: () => number; port?: number } = {}) {
  const lines: string[] = [];
  const problems: string[] = [];
  const settings = {
    ...DEFAULT_ALERTS,
    sinks: [name],
    snsTopicArn: 'arn:aws:sns:eu-west-1:111122223333:findings',
    webhookUrl: 'https://hooks.example/rolefence?t=1',
    webhookSecret: SECRET,
  };
  const sinks = await createSinks(settings, {
    write: (line) => lines.push(line),
    report: (problem) => problems.push(problem),
    region: 'eu-west-1',
    functionName: 'resize',
    account: () => '111122223333',
    env: {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: KEY,
      AWS_SESSION_TOKEN: 'token-of-the-role',
    },
    direct: { route: () => ({ host: '127.0.0.1', port: changes.port ?? receiver.port }), ca: receiver.caPem },
    ...(changes.clock === undefined ? {} : { clock: changes.clock }),
  });
  const sink = sinks.find((one) => one.name === name) as Sink;
  return { sink, lines, problems };
}

beforeEach(() => {
  receiver.received.length = 0;
  receiver.status = 200;
});

describe.each(ALL)('the %s sink keeps the contract of sinks', (name) => {
  const remote = name !== 'log';
  const arrived = (lines: string[]) => (remote ? receiver.received.map(({ body }) => body) : lines);

  it('says who it is', async () => {
    expect((await open(name)).sink.name).toBe(name);
  });

  it('takes a finding without waiting for anybody, and has told it after a flush', async () => {
    const { sink, lines, problems } = await open(name);
    sink.deliver(finding(), call());
    if (remote) expect(receiver.received).toHaveLength(0);
    await sink.flush(5_000, true);
    expect(problems).toEqual([]);
    expect(arrived(lines).length).toBeGreaterThan(0);
  });

  it('says nothing where there is nothing to say', async () => {
    const { sink, lines } = await open(name);
    await sink.flush(1_000);
    await sink.flush(1_000, true);
    expect(arrived(lines)).toEqual([]);
  });

  it('tells a repeated finding in few messages', async () => {
    const { sink, lines } = await open(name);
    for (let i = 0; i < 1_000; i++) sink.deliver(finding(), call());
    await sink.flush(5_000, true);
    expect(arrived(lines).length).toBeGreaterThan(0);
    expect(arrived(lines).length).toBeLessThanOrEqual(2);
  });

  it('lets nothing secret out', async () => {
    const { sink, lines, problems } = await open(name);
    receiver.status = 403;
    sink.deliver(finding(), call());
    await sink.flush(5_000, true);
    const all = JSON.stringify([lines, problems, receiver.received.map(({ body, path }) => [body, path])]);
    for (const secret of [SECRET, KEY, 'TOPSECRET']) expect(all).not.toContain(secret);
    // A session token travels as its field, nowhere else.
    expect(JSON.stringify([lines, problems])).not.toContain('token-of-the-role');
  });
});

describe.each(REMOTE)('the %s sink, since it needs the network', (name) => {
  it('reports a failure once, keeps what it had, and sends it when it can', async () => {
    let now = Date.now();
    const { sink, problems } = await open(name, { clock: () => now });
    receiver.status = 403;
    sink.deliver(finding(), call());
    for (let i = 0; i < 3; i++) {
      await sink.flush(5_000);
      now += 3_600_000;
    }
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^findings do not reach ${name} \\((AccessDenied\\w*|status 403)\\)`));
    receiver.status = 200;
    const before = receiver.received.length;
    await sink.flush(5_000);
    expect(receiver.received.length).toBe(before + 1);
    now += 3_600_000;
    await sink.flush(5_000, true);
    expect(receiver.received.length, 'told once only').toBe(before + 1);
  });

  it('waits longer after each failure', async () => {
    let now = Date.now();
    const { sink } = await open(name, { clock: () => now });
    receiver.status = 403;
    sink.deliver(finding(), call());
    const tried: number[] = [];
    for (let second = 0; second < 8; second++) {
      const before = receiver.received.length;
      await sink.flush(5_000);
      if (receiver.received.length > before) tried.push(second);
      now += 1_000;
    }
    // 1 s, 2 s, 4 s
    expect(tried).toEqual([0, 1, 3, 7]);
  });

  it('never takes longer than it may, and keeps what it could not send', async () => {
    const { sink, problems } = await open(name);
    receiver.status = null;
    sink.deliver(finding(), call());
    await sink.flush(400, true);
    expect(problems).toHaveLength(1);
    receiver.status = 200;
    receiver.received.length = 0;
    await sink.flush(5_000, true);
    expect(receiver.received).toHaveLength(1);
  });

  it('goes out directly whatever proxy the environment names', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      HTTPS_PROXY: 'http://127.0.0.1:9',
      https_proxy: 'http://127.0.0.1:9',
      NODE_USE_ENV_PROXY: '1',
    });
    try {
      const { sink, problems } = await open(name);
      sink.deliver(finding(), call());
      await sink.flush(5_000, true);
      expect(problems).toEqual([]);
      expect(receiver.received).toHaveLength(1);
    } finally {
      process.env = before;
    }
  });

  it('trusts no other certificate than it should', async () => {
    const other = await startReceiver();
    try {
      const { sink, problems } = await open(name, { port: other.port });
      sink.deliver(finding(), call());
      await sink.flush(5_000, true);
      expect(other.received).toHaveLength(0);
      expect(problems).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});

describe('what is urgent', () => {
  it('is sent beside the call, without a flush', async () => {
    const { sink } = await open('sns');
    sink.deliver(finding({ severity: 'critical' }), call());
    await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(1);
    await sink.flush(1_000, true);
    expect(receiver.received).toHaveLength(1);
  });
  it('is in the log before `deliver` returns, whatever the sinks are', async () => {
    const lines: string[] = [];
    const [log] = await createSinks(
      { ...DEFAULT_ALERTS, sinks: ['sns'] },
      {
        write: (line) => lines.push(line),
        report() {},
        region: 'eu-west-1',
        functionName: null,
        account: () => null,
        env: {},
        direct: {},
      },
    );
    log!.deliver(finding({ function: FUNCTION }));
    expect(JSON.parse(lines[0]!).rolefence.finding).toEqual(finding());
  });
});
