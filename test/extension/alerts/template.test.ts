import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { measuresLine } from '../../../extension/alerts/emf.ts';
import { createLogSink } from '../../../extension/alerts/log-sink.ts';
import { createMeter } from '../../../extension/alerts/measures.ts';
import { handInFinding } from '../../../extension/fleet/aggregator.ts';
import { createGuard } from '../../../extension/guard/guard.ts';
import { createLog, jsonLine } from '../../../extension/log.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { readEmf } from './emf-lines.ts';
import { call, finding } from './findings.ts';
import { isEmitted, templateMetrics } from './template-metrics.ts';

const ROOT = join(import.meta.dirname, '../../..');
const { wanted, filters } = templateMetrics(ROOT);

/** The lines of a run in which everything happens once: learned, asked for something new, with a foreign key, without a baseline, past the sensor. */
function lines(): string[] {
  const written: string[] = [];
  const write = (line: string) => written.push(line);
  const sink = createLogSink({ write, clock: () => 1_000 });
  const meter = createMeter();
  const learner = createLearner();
  for (let n = 0; n < 30; n++) {
    const one = call({ id: `l${n}`, invocation: `i${n}`, verdict: 'allow', status: 200 });
    learner.observe(one);
    meter.call(one);
    meter.added(0.02);
  }
  const guard = createGuard({ mode: 'block', onFailure: 'open', newVersion: 'block' });
  const tell = (one: ReturnType<typeof call>) => {
    const { findings, verdict } = guard.before(one);
    for (const found of findings) {
      meter.finding(found);
      sink.deliver(found, one);
    }
    meter.call({ ...one, verdict });
  };
  tell(call());
  guard.arm(learner.document(), null);
  tell(
    call({ operation: 'DeleteObject', access: [{ action: 's3:DeleteObject', resources: ['arn:aws:s3:::backups/x'] }] }),
  );
  tell(call({ accessKeyId: 'AKIAI44QH8DHBEXAMPLE', account: '999988887777' }));
  tell(call({ certainty: 'unknown', operation: null, access: [{ action: 's3:*', resources: ['*'] }] }));
  // What goes past the sensor is found by what looks at sockets, not by the guard.
  const bypass = finding({ detector: 'bypass', key: 'bypass', blocked: false, action: null, resource: '1.2.3.4:443' });
  meter.finding(bypass);
  sink.deliver(bypass, null);
  // The scheduled function finds this, in its own log.
  sink.deliver(
    handInFinding({
      function: call().function!,
      slot: '3',
      whole: true,
      reason: 'it is larger than a sensor makes it',
    }),
    null,
  );
  meter.unjudged();
  write(
    measuresLine(meter.take(1_000, true, { function: call().function, coverage: () => 99, sight: 'intercepted' })!),
  );
  createLog('info', write, jsonLine).error('the sensor cannot start (EACCES): calls are not seen in this environment');
  return written;
}

describe('template.yaml', () => {
  const cfnLint = provide('cfn-lint');
  it.skipIf(cfnLint.missing !== null)(`is what cfn-lint accepts${because(cfnLint)}`, () => {
    const program = join(cfnLint.folders['cfn-lint'], 'bin/cfn-lint');
    const { status, stdout, stderr } = spawnSync(program, ['-t', 'template.yaml'], { cwd: ROOT, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });

  const run = lines();
  it('asks for metrics of every kind', () => {
    expect(new Set(wanted.map(({ name }) => name))).toEqual(
      new Set([
        'Findings',
        'Blocked',
        'SensorErrors',
        'Calls',
        'Deviations',
        'Blocks',
        'Unknown',
        'Bypass',
        'Unjudged',
        'AddedLatency',
        'Coverage',
        'Sight',
      ]),
    );
    for (const line of run) if (line.includes('_aws')) readEmf(line);
  });
  it.each(wanted.map((one) => [one.by, one.name, one] as const))('%s: %s is emitted by a run', (_by, _name, one) => {
    expect(isEmitted(one, run, filters), JSON.stringify(one)).toBe(true);
  });
  it('would notice a metric that nobody emits', () => {
    const first = wanted[0]!;
    expect(isEmitted({ ...first, name: 'Misspelled' }, run, filters)).toBe(false);
    expect(isEmitted({ ...first, values: { Detector: 'nobody' } }, run, filters)).toBe(false);
  });
});
