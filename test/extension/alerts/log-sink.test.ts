import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../baseline/finding.ts';
import { createLogSink } from '../../../extension/alerts/log-sink.ts';

const finding = (key: string): Finding => ({
  time: '2026-01-01T00:00:00.000Z',
  function: 'arn:aws:lambda:us-east-1:111122223333:function:resize',
  version: '7',
  environment: 'e',
  invocation: 'r',
  callId: 'e-1',
  scope: 'call',
  detector: 'resource',
  key,
  severity: 'high',
  score: 0.9,
  blocked: true,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::backups/a',
  reason: 'new',
  techniques: ['T1530'],
});

describe('the log sink', () => {
  it('writes a finding at once, as one EMF line that CloudWatch can make metrics of', () => {
    const lines: string[] = [];
    createLogSink((line) => lines.push(line)).deliver(finding('a'));
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0]!);
    expect(line._aws.Timestamp).toBe(Date.parse('2026-01-01T00:00:00.000Z'));
    for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
      for (const name of Dimensions.flat()) expect(line[name], `dimension ${name}`).toMatch(/./);
      for (const { Name } of Metrics) expect(line[Name], `metric ${Name}`).toBeTypeOf('number');
    }
    expect(line.FunctionName).toBe('resize');
    expect(line.rolefence).toEqual({ finding: finding('a'), count: 1 });
  });
  it('tells a storm of one key in two lines, with an exact count', async () => {
    const lines: string[] = [];
    const sink = createLogSink((line) => lines.push(line));
    for (let i = 0; i < 10_000; i++) sink.deliver(finding('a'));
    await sink.flush(100);
    await sink.flush(100);
    expect(lines.map((line) => JSON.parse(line).Findings)).toEqual([1, 9_999]);
  });
  it('stays bounded when every finding has another key, and loses none of them', async () => {
    const lines: string[] = [];
    const sink = createLogSink((line) => lines.push(line));
    for (let i = 0; i < 5_000; i++) for (let n = 0; n < 2; n++) sink.deliver(finding(`k${i}`));
    await sink.flush(100);
    expect(lines.reduce((sum, line) => sum + JSON.parse(line).Findings, 0)).toBe(10_000);
  });
});
