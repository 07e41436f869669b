import { describe, expect, it } from 'vitest';
import { measuresLine } from '../../../extension/alerts/emf.ts';
import { createLogSink, type LogSinkOptions } from '../../../extension/alerts/log-sink.ts';
import { createMeter } from '../../../extension/alerts/measures.ts';
import { readEmf } from './emf-lines.ts';
import { call, EVERY_KIND, FUNCTION, finding } from './findings.ts';

function logSink(options: Partial<LogSinkOptions> = {}) {
  const lines: string[] = [];
  let now = 0;
  const sink = createLogSink({ write: (line) => lines.push(line), clock: () => now, ...options });
  return { sink, lines, at: (ms: number) => (now = ms) };
}

const total = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + (JSON.parse(line).Findings as number), 0);

describe('the log sink', () => {
  it('writes a finding at once, as one EMF line that CloudWatch can make metrics of', () => {
    const { sink, lines } = logSink();
    sink.deliver(finding());
    expect(lines).toHaveLength(1);
    const line = readEmf(lines[0]!);
    expect(line._aws.Timestamp).toBe(Date.parse('2026-01-01T00:00:00.000Z'));
    expect(line).toMatchObject({
      FunctionName: 'resize',
      Detector: 'resource',
      Verdict: 'block',
      Findings: 1,
      Blocked: 1,
    });
    expect(line.rolefence).toEqual({ finding: finding(), count: 1 });
  });

  it.each(EVERY_KIND.map((one) => [one.key, one] as const))('keeps to the specification: %s', (_key, one) => {
    const { sink, lines } = logSink();
    sink.deliver(one);
    readEmf(lines[0]!);
  });

  it('counts what is told later when it is told, where an alarm looks for it', () => {
    const { sink, lines } = logSink();
    sink.deliver(finding({ toldAt: '2026-01-03T00:00:00.000Z' }));
    expect(readEmf(lines[0]!)._aws.Timestamp).toBe(Date.parse('2026-01-03T00:00:00.000Z'));
  });
  it('tells a storm of one key in two lines, with an exact count', async () => {
    const { sink, lines } = logSink();
    for (let i = 0; i < 10_000; i++) sink.deliver(finding());
    await sink.flush(100);
    await sink.flush(100);
    expect(lines.map((line) => JSON.parse(line).Findings)).toEqual([1, 9_999]);
  });

  it('tells it anew when its window is over', async () => {
    const { sink, lines, at } = logSink({ windowMs: 1_000 });
    sink.deliver(finding());
    at(500);
    sink.deliver(finding());
    at(1_000);
    sink.deliver(finding());
    expect(lines.map((line) => JSON.parse(line).Findings)).toEqual([1, 2]);
  });

  it('tells each thing of a story at once, though they share its key', () => {
    const { sink, lines } = logSink();
    const story = { action: 's3:PutObject', key: 's3:PutObject arn:aws:s3:::photos/a/*' };
    for (const resource of ['photos/a/2.jpg', 'photos/a/3.jpg', 'backups/x', 'backups/y'])
      sink.deliver(finding({ ...story, resource: `arn:aws:s3:::${resource}` }));
    expect(lines.map((line) => JSON.parse(line).rolefence.finding.resource)).toEqual([
      'arn:aws:s3:::photos/a/2.jpg',
      'arn:aws:s3:::backups/x',
    ]);
  });

  it('tells at once what has become more severe, or is refused now', () => {
    const { sink, lines } = logSink();
    sink.deliver(finding({ severity: 'info', blocked: false }));
    sink.deliver(finding({ severity: 'high', blocked: false }));
    sink.deliver(finding({ severity: 'high', blocked: true }));
    expect(lines).toHaveLength(3);
  });

  it('stays within its budget when every finding has another key, and loses neither a key nor a count', async () => {
    const { sink, lines } = logSink();
    for (let i = 0; i < 10_000; i++) for (let n = 0; n < 2; n++) sink.deliver(finding({ key: `k${i}` }));
    await sink.flush(100, true);
    expect(total(lines)).toBe(20_000);
    // 1,000 singly, the others by the hundred.
    expect(lines.length).toBeLessThan(1_300);
    const keys = new Set(
      lines.flatMap((line) => {
        readEmf(line);
        const { finding: one, group } = JSON.parse(line).rolefence;
        return one === undefined ? group.keys.map(([key]: [string]) => key) : [one.key];
      }),
    );
    expect(keys.size).toBe(10_000);
  });

  it('writes only what must not be lost where the log is not among the sinks', () => {
    const { sink, lines } = logSink({ all: false, metrics: false });
    sink.deliver(finding({ blocked: false }));
    sink.deliver(finding({ blocked: true }));
    sink.deliver(finding({ blocked: false, severity: 'critical' }));
    expect(lines.map((line) => JSON.parse(line)._aws)).toEqual([undefined, undefined]);
  });
});

describe('the figures of an environment', () => {
  it('are one EMF line: calls, deviations, blocks, unknown, bypass, unjudged, added latency, coverage', () => {
    const meter = createMeter();
    for (let i = 0; i < 500; i++) {
      meter.call(call({ verdict: i % 10 === 0 ? 'block' : 'allow', certainty: i % 100 === 0 ? 'unknown' : 'exact' }));
      meter.added(i === 250 ? 9 : 0.012);
    }
    meter.finding(finding());
    meter.finding(finding({ detector: 'bypass' }));
    meter.unjudged();
    const line = readEmf(measuresLine(meter.take(5, true, { function: FUNCTION, coverage: () => 99.5 })!));
    expect(line).toMatchObject({
      FunctionName: 'resize',
      Calls: 500,
      Deviations: 2,
      Blocks: 50,
      Unknown: 5,
      Bypass: 1,
      Unjudged: 1,
      Coverage: 99.5,
    });
    expect(line.AddedLatency).toHaveLength(100);
    expect(Math.max(...(line.AddedLatency as number[]))).toBe(9);
  });
  it('come once a minute at most, but for the last', () => {
    const meter = createMeter();
    const about = { function: 'f', coverage: () => null };
    expect(meter.take(0, true, about)).toBeNull();
    meter.call(call());
    expect(meter.take(1_000, false, about)).toMatchObject({ calls: 1 });
    meter.call(call());
    expect(meter.take(2_000, false, about)).toBeNull();
    expect(meter.take(3_000, true, about)).toMatchObject({ calls: 1 });
  });
  it('leave out what is zero, since every metric costs', () => {
    const meter = createMeter();
    meter.call(call());
    const line = readEmf(measuresLine(meter.take(0, true, { function: null, coverage: () => null })!));
    expect(line._aws.CloudWatchMetrics[0]!.Metrics.map(({ Name }) => Name)).toEqual(['Calls']);
  });
});
