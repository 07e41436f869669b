import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../../cli/input/records.ts';
import { sources } from '../../../cli/input/source.ts';
import { Gatherer } from '../../../cli/report/gather.ts';
import { functionSection } from '../../../cli/report/page/function-section.ts';
import { call } from '../../baseline/calls.ts';
import { finding } from '../../extension/alerts/findings.ts';

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:resize';
const gathered = (fill: (gatherer: Gatherer) => void) => {
  const gatherer = new Gatherer();
  fill(gatherer);
  return gatherer.functions(null, () => null)[0]!;
};
const past = finding({ function: ARN, detector: 'bypass' });

describe('whether a function is in sight', () => {
  it.each([
    ['intercepted', (g: Gatherer) => g.call(call({ function: ARN }))],
    ['intercepted', (g: Gatherer) => g.sight(ARN, 'intercepted')],
    ['bypassed', (g: Gatherer) => g.finding(past)],
    ['bypassed', (g: Gatherer) => g.sight(ARN, 'bypassed')],
    ['unsupported', (g: Gatherer) => g.sight('resize', 'unsupported')],
    [
      'partly',
      (g: Gatherer) => {
        g.call(call({ function: ARN }));
        g.finding(past);
      },
    ],
    [
      'partly',
      (g: Gatherer) => {
        g.sight(ARN, 'intercepted');
        g.sight('resize', 'unsupported');
      },
    ],
  ] as const)('%s', (status, fill) => {
    const report = gathered(fill);
    expect(report.sight).toBe(status);
    expect(functionSection(report, 'f')).toContain(`In sight: <strong>${status}</strong>`);
  });

  it('is not said where nothing shows it', () => {
    const report = gathered((g) => g.finding(finding({ function: ARN, detector: 'action' })));
    expect(report.sight).toBeNull();
    expect(functionSection(report, 'f')).not.toContain('In sight');
  });

  it('is read from the figures in a function’s log', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rolefence-sight-'));
    const file = join(folder, 'log.txt');
    writeFileSync(file, `START\n{"Sight":50,"rolefence":{"measures":{"function":"${ARN}","sight":"partly"}}}\n`);
    const seen: string[][] = [];
    for (const source of sources([file]))
      await readRecords(source, { call() {}, learned() {}, sight: (name, status) => void seen.push([name, status]) });
    rmSync(folder, { recursive: true });
    expect(seen).toEqual([[ARN, 'partly']]);
  });
});
