import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecords } from '../../../cli/input/records.ts';
import { sources } from '../../../cli/input/source.ts';
import { createProgress } from '../../../cli/progress.ts';
import { Gatherer } from '../../../cli/report/gather.ts';
import { load } from '../../../cli/report/load.ts';
import { functionSection } from '../../../cli/report/page/function-section.ts';
import { findingLine } from '../../../extension/alerts/emf.ts';
import type { Notice } from '../../../extension/alerts/ledger.ts';
import { call } from '../../baseline/calls.ts';
import { finding } from '../../extension/alerts/findings.ts';

const ARN = 'arn:aws:lambda:us-east-1:111122223333:function:resize';
const gathered = (fill: (gatherer: Gatherer) => void) => {
  const gatherer = new Gatherer();
  fill(gatherer);
  return gatherer.functions([], () => null)[0]!;
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

  it('is read from the findings in a function’s log, as CloudWatch exports it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rolefence-sight-'));
    const line = findingLine({ finding: past, count: 1 } as Notice, Date.now());
    const events = [
      { timestamp: 1, message: 'START' },
      { timestamp: 2, message: `${line}\n` },
    ];
    writeFileSync(join(folder, 'log.txt'), `START\n${line}\n`);
    writeFileSync(join(folder, 'log.json'), JSON.stringify({ events }, null, 2));
    const inputs = { baseline: null, findings: [], policies: [], functions: [] };
    for (const file of ['log.txt', 'log.json']) {
      const { functions } = await load(
        { ...inputs, calls: [join(folder, file)] },
        new Date(),
        createProgress(process.stderr),
        false,
      );
      expect(functions.map(({ name, sight, findings }) => [name, sight, findings.length])).toEqual([
        ['resize', 'bypassed', 1],
      ]);
    }
    rmSync(folder, { recursive: true });
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
