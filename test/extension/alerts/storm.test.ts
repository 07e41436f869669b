import v8 from 'node:v8';
import vm from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { DEFAULT_ALERTS, type SinkName } from '../../../extension/alerts/settings.ts';
import { createSinks } from '../../../extension/alerts/sinks.ts';
import { createGuard } from '../../../extension/guard/guard.ts';
import { call as anyCall, finding } from './findings.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/** 10,000 calls that block mode refuses, in one invocation, through the guard and all sinks. */
const STORM = 10_000;
const REMOTE: readonly SinkName[] = ['sns', 'eventbridge', 'securityhub', 'webhook', 'cloudwatch'];

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

const call = (n: number, resource: string, changes: Partial<Call> = {}): Call =>
  anyCall({
    id: `e-${n}`,
    access: [{ action: 's3:GetObject', resources: [resource] }],
    invocation: 'storm',
    ...changes,
  });

function open(to: { write(line: string): void; report(problem: string): void; port: number }) {
  return createSinks(
    {
      ...DEFAULT_ALERTS,
      sinks: ['log', ...REMOTE],
      snsTopicArn: 'arn:aws:sns:eu-west-1:111122223333:findings',
      webhookUrl: 'https://hooks.example/',
      webhookSecret: 'a-secret-of-the-webhook',
    },
    {
      write: to.write,
      report: to.report,
      region: 'eu-west-1',
      functionName: 'resize',
      account: () => '111122223333',
      env: { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' },
      direct: { route: () => ({ host: '127.0.0.1', port: to.port }), ca: receiver.caPem },
    },
  );
}

/** `bucketOf`: what the nth call asks for. */
async function storm(bucketOf: (n: number) => string) {
  const learner = createLearner();
  for (let n = 0; n < 50; n++)
    learner.observe(call(n, 'arn:aws:s3:::photos/a', { invocation: `i${n}`, verdict: 'allow' }));
  const guard = createGuard({ mode: 'block', onFailure: 'closed', newVersion: 'block' });
  guard.arm(learner.document(), null);

  receiver.received.length = 0;
  const lines: string[] = [];
  const problems: string[] = [];
  const sinks = await open({
    write: (line) => lines.push(line),
    report: (problem) => problems.push(problem),
    port: receiver.port,
  });
  const told = { findings: 0, high: 0 };
  const keys = new Set<string>();
  for (let n = 0; n < STORM; n++) {
    const judged = guard.before(call(n, bucketOf(n)));
    expect(judged.verdict).toBe('block');
    for (const finding of judged.findings) {
      told.findings++;
      if (finding.severity === 'high' || finding.severity === 'critical') {
        told.high++;
        keys.add(finding.key);
      }
      for (const sink of sinks) sink.deliver(finding, null);
    }
  }
  const atOnce = lines.length;
  for (const sink of sinks) await sink.flush(20_000, true);
  return { lines, atOnce, problems, told, keys };
}

const named = (line: string): string[] => {
  const { finding, group } = JSON.parse(line).rolefence;
  return finding === undefined ? group.keys.map(([key]: [string, number]) => key) : [finding.key];
};
const findingsIn = (line: string): number => {
  const { count, group } = JSON.parse(line).rolefence;
  return count ?? group.count;
};

/** Findings that the messages of one remote sink stand for. */
function counted(host: RegExp): { messages: number; findings: number } {
  const messages = receiver.received.filter((one) => host.test(one.host));
  let findings = 0;
  for (const { host: at, body } of messages) {
    if (at.startsWith('sns')) {
      const message = JSON.parse(new URLSearchParams(body).get('Message')!);
      const { findings: events, omitted } = JSON.parse(message.sqs);
      findings += sum(events.map(countOf)) + sum(Object.values(omitted));
    } else if (at.startsWith('events')) {
      for (const { Detail } of JSON.parse(body).Entries) {
        const detail = JSON.parse(Detail);
        findings += detail.class_uid === undefined ? sum(Object.values(detail.omitted)) : countOf(detail);
      }
    } else if (at.startsWith('securityhub')) {
      findings += sum(
        JSON.parse(body).Findings.map((one: { ProductFields: Record<string, string> }) =>
          Number(one.ProductFields['rolefence/count']),
        ),
      );
    } else {
      const { findings: events, omitted } = JSON.parse(body);
      findings += sum(events.map(countOf)) + sum(Object.values(omitted));
    }
  }
  return { messages: messages.length, findings };
}
const countOf = (event: { unmapped: { count: number } }): number => event.unmapped.count;
const sum = (numbers: unknown[]): number => (numbers as number[]).reduce((a, b) => a + b, 0);

describe('a storm of 10,000 blocked calls in one invocation', { timeout: 120_000 }, () => {
  it('on one thing is told in two log lines and at most two messages a sink, with exact counts', async () => {
    const { lines, atOnce, problems, told } = await storm((n) => `arn:aws:s3:::backups/${n}`);
    expect(problems).toEqual([]);
    expect(atOnce, 'before the first call is answered').toBe(1);
    expect(lines).toHaveLength(2);
    expect(sum(lines.map(findingsIn))).toBe(told.findings);
    expect(told.findings).toBeGreaterThanOrEqual(STORM);
    for (const host of [/^sns/, /^events/, /^securityhub/, /^hooks/]) {
      const { messages, findings } = counted(host);
      expect(messages, `${host}`).toBeLessThanOrEqual(2);
      expect(findings, `${host}`).toBe(told.findings);
    }
    expect(receiver.received.filter(({ host }) => host.startsWith('monitoring'))).toHaveLength(1);
  });

  it('on 10,000 things stays bounded, loses nothing of severity high or above, and counts exactly', async () => {
    const { lines, problems, told, keys } = await storm((n) => `arn:aws:s3:::bucket-${n}/x`);
    expect(problems).toEqual([]);
    expect(keys.size).toBe(STORM);
    expect(sum(lines.map(findingsIn))).toBe(told.findings);
    expect(lines.length, '1,000 singly, the others by the hundred').toBeLessThan(1_200);
    const inTheLog = new Set(lines.flatMap(named));
    for (const key of keys) if (!inTheLog.has(key)) expect.unreachable(`${key} is lost`);
    for (const host of [/^sns/, /^events/, /^hooks/]) {
      const { messages, findings } = counted(host);
      expect(messages, `${host}`).toBeLessThanOrEqual(60);
      expect(findings, `${host}`).toBe(told.findings);
    }
    // Security Hub has no form for what is only counted.
    expect(counted(/^securityhub/).messages).toBeLessThanOrEqual(10);
  });

  it('keeps no more for 20,000 things than for 2,000', async () => {
    v8.setFlagsFromString('--expose-gc');
    const collect = vm.runInNewContext('gc') as () => void;
    /** Bytes that the sinks hold after so many findings that nobody could send yet. */
    const kept = async (things: number) => {
      collect();
      const before = process.memoryUsage().heapUsed;
      const sinks = await open({ write() {}, report() {}, port: 1 });
      for (let n = 0; n < things; n++) {
        const one = finding({ key: `k${n}`, reason: `something new, number ${n}`.padEnd(200, '.') });
        for (const sink of sinks) sink.deliver(one, anyCall({ id: `e-${n}` }));
      }
      collect();
      const bytes = process.memoryUsage().heapUsed - before;
      for (const sink of sinks) await sink.flush(1, true);
      return bytes;
    };
    await kept(100);
    const few = await kept(2_000);
    const many = await kept(20_000);
    expect(many).toBeLessThan(few + 4 * 1024 * 1024);
    expect(many).toBeLessThan(24 * 1024 * 1024);
  });
});
